"""Each topic of the source articles is answered where docs/coverage.md says that it is."""

import re
from functools import cache

import pytest

from pages.editorial.rendered_pages import rendered_text
from pages.editorial.visible_text import CLINIC_END, CLINIC_START
from pages.registry import by_name
from tests import CHECKOUT

LEDGER = CHECKOUT / "docs" / "coverage.md"
ARTICLES = {0: 15, 1: 7, 2: 16, 3: 12, 4: 36}
MARKS = re.compile(f"[{CLINIC_START}{CLINIC_END}]")


def rows() -> list[tuple[str, ...]]:
    lines = LEDGER.read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [row for row in cells if re.fullmatch(r"\d-\d+", row[0])]


ANSWERED = [row for row in rows() if row[1] != "left out"]


def plain(text: str) -> str:
    words = MARKS.sub("", text).replace("’", "'").replace("\xa0", " ")
    return " ".join(words.split())


@cache
def section(page: str, heading: str) -> str:
    blocks = [
        block for block in rendered_text(by_name(page)).blocks if plain(block.heading) == heading
    ]
    return plain(" ".join(block.words for block in blocks))


def test_no_topic_is_missing():
    expected = {f"{a}-{row}" for a, last in ARTICLES.items() for row in range(1, last + 1)}
    assert {row[0] for row in rows()} == expected


def test_left_out_topics_say_why():
    assert [row for row in rows() if row[1] == "left out" and not row[2]] == []


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: f"{row[0]} {row[1]}")
def test_phrase_stands_in_its_section(row):
    _, page, heading, phrase = row
    assert plain(phrase) in section(page, plain(heading))
