"""Each topic of the source articles is answered where docs/coverage.md says that it is."""

import re

from pages.editorial.visible_text import CLINIC_END, CLINIC_START, VisibleText
from tests import CHECKOUT

LEDGER = CHECKOUT / "docs" / "coverage.md"
ARTICLES = {0: 15, 1: 7, 2: 16, 3: 12, 4: 36}
MARKS = re.compile(f"[{CLINIC_START}{CLINIC_END}]")


def rows() -> list[tuple[str, ...]]:
    lines = LEDGER.read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [row for row in cells if re.fullmatch(r"\d-\d+", row[0])]


def plain(text: str) -> str:
    words = MARKS.sub("", text).replace("’", "'").replace("\xa0", " ")
    return " ".join(words.split())


def section(text: VisibleText, heading: str) -> str:
    """The words below a heading."""
    blocks = [block.words for block in text.blocks if plain(block.heading) == plain(heading)]
    return plain(" ".join(blocks))


def test_no_topic_is_missing():
    expected = {f"{a}-{row}" for a, last in ARTICLES.items() for row in range(1, last + 1)}
    assert {row[0] for row in rows()} == expected


def test_left_out_topics_say_why():
    assert [row for row in rows() if row[1] == "left out" and not row[2]] == []


def test_phrase_stands_in_its_section(texts):
    answered = [row for row in rows() if row[1] != "left out"]
    missing = [
        (topic, page, phrase)
        for topic, page, heading, phrase in answered
        if plain(phrase) not in section(texts[page], heading)
    ]
    assert answered
    assert missing == []
