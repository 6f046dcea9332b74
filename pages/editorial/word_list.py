"""words.toml: the words that the site does not use, and the figures that need no source. Pure."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

WORDS_TOML = Path(__file__).resolve().parent / "words.toml"

# Pages that quote words in order to warn of them.
QUOTING_PAGES = {"sources", "questions-to-ask", "families"}
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@dataclass(frozen=True)
class Avoided:
    """Words that the site does not use, with what to write instead."""

    words: tuple[str, ...]
    use: str
    unless: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    only_in: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return _any_of(self.words)

    @cached_property
    def excused(self) -> re.Pattern[str]:
        return _any_of(self.unless)


@dataclass(frozen=True)
class Pair:
    """A fact that never stands in a section without the facts that limit it."""

    fact: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class WordList:
    """All of words.toml."""

    avoided: tuple[Avoided, ...]
    figures: re.Pattern[str]
    pairs: tuple[Pair, ...]
    empty_links: frozenset[str]


@cache
def load_words(path: Path = WORDS_TOML) -> WordList:
    """Reads words.toml. An unknown key is a TypeError that names it, a missing one a KeyError."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return WordList(
        avoided=tuple(Avoided(**_frozen(entry)) for entry in table["avoid"]),
        figures=_any_of([words for entry in table["figure"] for words in entry["words"]]),
        pairs=tuple(Pair(**_frozen(entry)) for entry in table["pair"]),
        empty_links=frozenset(table["link"]["empty_words"]),
    )


def avoided_in(words: str, *, page: str = "", place: str = "") -> Iterator[tuple[str, str]]:
    """(word, what to use instead) for each avoided word. `place` is "labels", "errors" or ""."""
    text = plain(QUOTED.sub(" ", words) if page in QUOTING_PAGES else words)
    for entry in load_words().avoided:
        if page not in entry.not_on and entry.only_in in ("", place):
            for match in entry.pattern.finditer(entry.excused.sub(" ", text)):
                yield match.group(), entry.use


def without_known_figures(words: str) -> str:
    """The words, without the figures that need no source."""
    return load_words().figures.sub(" ", plain(words))


def plain(words: str) -> str:
    """Typographic signs as they are typed in words.toml."""
    return words.replace("’", "'").replace("\u00a0", " ").replace("–", "-")


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    patterns = "|".join(_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{patterns or '(?!)'})(?!\w)", re.IGNORECASE)


def _pattern(phrase: str) -> str:
    pattern = re.escape(plain(phrase)).replace(r"\ ", r"\s+").replace(r"\*", r"\w*")
    return pattern if phrase == "#1" else pattern.replace(r"\#", r"\d[\d.,()a-z-]*")
