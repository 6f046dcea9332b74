"""Files for spreadsheet programs, in which no cell is ever a formula (T13).

A program takes a cell for a formula by its first sign, also behind blanks. It may also cut a line
elsewhere than we did, at a semicolon or a tab, when it is set up for another country. So an
apostrophe goes before the first such sign of a cell, and of whatever could become one. It is the
sign for "this is text"; that it shows in other programs is the price.

A byte order mark comes first, without which Excel reads UTF-8 as something else. Pure: no Django.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

START = "\ufeff"
TYPE = "text/csv; charset=utf-8"
SIGNS = "=+@\uff1d\uff0b\uff0d\uff20\u2212\\-"  # with their full-width forms, and the true minus
BLANK = "[\\s\\x00-\\x20\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
AT_THE_START = re.compile(f"[\t\r\n]|{BLANK}[{SIGNS}]")
AFTER_A_CUT = re.compile(f"([,;|\t\r\n\"'])(?={BLANK}[{SIGNS}])")


def line(cells: Iterable[object]) -> str:
    """One line of the file, every cell quoted."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([harmless(str(each)) for each in cells])
    return text.getvalue()


def harmless(text: str) -> str:
    """The text, as no formula."""
    marked = AFTER_A_CUT.sub(r"\1'", text)
    return f"'{marked}" if AT_THE_START.match(text) else marked
