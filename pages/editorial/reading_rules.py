"""Prose linter: finds what an author has to change in the words of a page.

Words to avoid are in words.toml. Sentences are short, and pages have a reading grade of at most 8,
or 6 where a reader may be in distress (docs/facts.md, F8.3 to F8.5).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pages.editorial import word_list
from pages.editorial.reading_grade import grade, words_of
from pages.editorial.visible_text import PagePart, TextBlock, VisibleText

MOST_WORDS = 28
MEAN_WORDS = 16
MOST_SENTENCES = 3
LEAD_IN_WORDS = 3
TARGET_GRADE = 8
PLAIN_GRADE = 6
PLAIN_PAGES = {"urgent-help"}
ENOUGH_WORDS = 50

# page -> (highest grade, reason), for pages that may exceed the target.
ACCEPTED_GRADES: dict[str, tuple[float, str]] = {}

FIGURE = re.compile(r"[$#]?\d[\d.,:/-]*\d%?|[$#]?\d%?")
SENTENCE_END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][”\")’]))\s+(?=[“\"(‘]?[A-Z0-9])")
ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|No|vs|e\.g|i\.e|U\.S|U\.S\.C)\.$")
COMPLETE = re.compile(r"[.?!][”\")’]*$")

Problems = Iterator[tuple[str, str, str]]  # heading, words, problem


@dataclass(frozen=True)
class ReadingFinding:
    """Something to change: the page, the heading above it, the words, and what to do."""

    page: str
    heading: str
    words: str
    problem: str

    def __str__(self) -> str:
        place = f'{self.page}, under "{self.heading}"' if self.heading else self.page
        return f"{place}: {self.problem}" + (f"\n    {self.words}" if self.words else "")


def findings(page: str, text: VisibleText) -> list[ReadingFinding]:
    """Everything that an author has to change on the page of that name."""
    checks = (_lengths, _averages, _avoided, _empty_links, _figures, _pairs, _repeated_headings)
    return [ReadingFinding(page, *found) for check in checks for found in check(page, text)]


def grade_of(text: VisibleText, *, form: bool = False) -> float:
    """The reading grade of a page, or with `form` of its form only. Lists cannot lower it."""
    blocks = [block for block in _read_blocks(text) if not form or block.form]
    prose = [sentence for block in blocks if block.tag == "p" for sentence in _counted(block)]
    everything = [sentence for block in blocks for sentence in _counted(block)]
    enough = sum(len(words_of(sentence)) for sentence in prose) >= ENOUGH_WORDS
    return max(grade(everything), grade(prose) if enough else 0.0)


def sentences(words: str) -> list[str]:
    """Split a paragraph into sentences, but not "Dr. Who" or "9 a.m. to noon"."""
    whole: list[str] = []
    for piece in SENTENCE_END.split(words):
        if whole and ABBREVIATION.search(whole[-1]):
            whole[-1] = f"{whole[-1]} {piece}"
        elif piece:
            whole.append(piece)
    return whole


def _lengths(page: str, text: VisibleText) -> Problems:
    for block in _read_blocks(text):
        count = len(_counted(block))
        if count > MOST_SENTENCES:
            yield _at(block, f"{count} sentences in one paragraph; split it after the third")
        for sentence in sentences(block.words):
            count = len(words_of(sentence))
            if count > MOST_WORDS:
                problem = f"{count} words in one sentence, {MOST_WORDS} is the most; split it"
                yield block.heading, sentence, problem


def _averages(page: str, text: VisibleText) -> Problems:
    counted = [sentence for block in _read_blocks(text) for sentence in _counted(block)]
    mean = sum(len(words_of(sentence)) for sentence in counted) / max(len(counted), 1)
    if mean > MEAN_WORDS:
        yield "", "", f"sentences of {mean:.1f} words on average, {MEAN_WORDS} is the most"
    yield from _too_hard("the page", grade_of(text), page)
    yield from _too_hard("the form", grade_of(text, form=True), f"{page} form")


def _too_hard(what: str, found: float, page: str) -> Problems:
    limit, _ = ACCEPTED_GRADES.get(page, (_target(page), ""))
    if found > limit:
        remedy = "use shorter words and sentences, or record the reason in ACCEPTED_GRADES"
        yield "", "", f"{what} reads at grade {found}, {limit} is the most; {remedy}"


def _target(page: str) -> int:
    plain = page in PLAIN_PAGES or page.endswith(" form")
    return PLAIN_GRADE if plain else TARGET_GRADE


def _avoided(page: str, text: VisibleText) -> Problems:
    for block in text.blocks:
        if page == "sources" and block.tag in ("td", "th"):  # the table of words to avoid
            continue
        for word, use in word_list.avoided_in(block.words, page=page, place=_place(block)):
            yield _at(block, f'"{word}" is not used here; instead: {use}')


def _empty_links(page: str, text: VisibleText) -> Problems:
    for link in text.links:
        if link.words.lower().strip(" .>→") in word_list.load_words().empty_links:
            problem = "the link says nothing when read alone; name the page that it opens"
            yield link.heading, link.words, problem


def _figures(page: str, text: VisibleText) -> Problems:
    for block in text.blocks:
        if block.part is PagePart.MAIN:
            for match in FIGURE.finditer(word_list.without_known_figures(block.bare)):
                yield _at(block, _untagged(match.group()))


def _untagged(figure: str) -> str:
    return (
        f"untagged figure {figure}; wrap a claim in {{% fact %}}, print the clinic's own number "
        "as {{ clinic. }}, or give the reason in pages/editorial/words.toml"
    )


def _pairs(page: str, text: VisibleText) -> Problems:
    sections: dict[str, set[str]] = {}
    for claim in text.claims:
        sections.setdefault(claim.heading, set()).update(claim.facts)
    for heading, facts in sections.items():
        for pair in word_list.load_words().pairs:
            missing = [fact for fact in pair.needs if fact not in facts]
            if pair.fact in facts and missing:
                yield heading, "", f"{pair.fact} never stands without {' and '.join(missing)}"


def _repeated_headings(page: str, text: VisibleText) -> Problems:
    headings = Counter(block.words for block in text.blocks if block.is_heading)
    for words, count in headings.items():
        if count > 1:
            yield words, "", f"{count} headings have these words; say what differs"


def _read_blocks(text: VisibleText) -> list[TextBlock]:
    return [block for block in text.blocks if _is_read(block)]


def _is_read(block: TextBlock) -> bool:
    if block.part is not PagePart.MAIN or block.hidden or block.tag == "address":
        return False
    return not (block.is_heading or block.is_label)


def _counted(block: TextBlock) -> list[str]:
    """The sentences that count for lengths and grade.

    Lead-ins ("Yes.", "Group size.") do not, nor do fragments in lists and tables.
    """
    parts = [part for part in sentences(block.words) if len(part.split()) >= LEAD_IN_WORDS]
    if block.tag in ("p", "dd", "blockquote"):
        return parts
    return [part for part in parts if COMPLETE.search(part)]


def _place(block: TextBlock) -> str:
    if block.error:
        return "errors"
    return "labels" if block.is_heading or block.is_label else ""


def _at(block: TextBlock, problem: str) -> tuple[str, str, str]:
    words = block.words if len(block.words) <= 160 else f"{block.words[:157]}…"
    return block.heading, "" if words == block.heading else words, problem
