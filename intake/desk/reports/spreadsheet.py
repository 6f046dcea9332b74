"""CSV lines that are safe against formula injection, "CSV injection" (threat T13).

A spreadsheet program takes a cell for a formula by its first character, even after whitespace. Set
up for another country, it may also split a line at semicolons or tabs. So an apostrophe, which
marks text, goes before every such character at the start of a cell, and of whatever could become
one. In other programs the apostrophe shows; that is the price.

The file begins with a byte order mark, without which Excel misreads UTF-8. Pure: no Django.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

START = "\ufeff"
TYPE = "text/csv; charset=utf-8"
SIGNS = "=+@\uff1d\uff0b\uff0d\uff20\u2212\\-"  # with full-width forms and the minus sign U+2212
BLANK = "[\\s\\x00-\\x20\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
AT_THE_START = re.compile(f"[\t\r\n]|{BLANK}[{SIGNS}]")
AFTER_A_CUT = re.compile(f"([,;|\t\r\n\"'])(?={BLANK}[{SIGNS}])")


def line(cells: Iterable[object]) -> str:
    """One line of the file, with every cell quoted and harmless."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([harmless(str(each)) for each in cells])
    return text.getvalue()


def harmless(text: str) -> str:
    """The text with apostrophes wherever a formula could begin."""
    marked = AFTER_A_CUT.sub(r"\1'", text)
    return f"'{marked}" if AT_THE_START.match(text) else marked
