"""Word list `words.toml`: words that the site avoids, and numbers that need no source."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

WORDS_TOML = Path(__file__).resolve().parent / "words.toml"

# Pages that quote words to warn readers of them.
QUOTING_PAGES = {"sources", "questions-to-ask", "families"}
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@dataclass(frozen=True)
class Avoided:
    """Words to avoid, and in `use` what to write instead. `unless` lists phrases that are fine."""

    words: tuple[str, ...]
    use: str
    unless: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    only_in: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches any of the words."""
        return _any_of(self.words)

    @cached_property
    def excused(self) -> re.Pattern[str]:
        """Matches any of the phrases that are fine."""
        return _any_of(self.unless)


@dataclass(frozen=True)
class Pair:
    """A fact that may not be claimed in a section without the facts that limit it."""

    fact: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class WordList:
    """The contents of words.toml."""

    avoided: tuple[Avoided, ...]
    figures: re.Pattern[str]
    pairs: tuple[Pair, ...]
    empty_links: frozenset[str]


@cache
def load_words(path: Path = WORDS_TOML) -> WordList:
    """Read words.toml. TypeError for an unknown key, KeyError for a missing table."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return WordList(
        avoided=tuple(Avoided(**_frozen(entry)) for entry in table["avoid"]),
        figures=_any_of([words for entry in table["figure"] for words in entry["words"]]),
        pairs=tuple(Pair(**_frozen(entry)) for entry in table["pair"]),
        empty_links=frozenset(table["link"]["empty_words"]),
    )


def avoided_in(words: str, *, page: str = "", place: str = "") -> Iterator[tuple[str, str]]:
    """Each avoided word with what to use instead. `place` is "labels", "errors" or ""."""
    text = plain(QUOTED.sub(" ", words) if page in QUOTING_PAGES else words)
    for entry in load_words().avoided:
        if page not in entry.not_on and entry.only_in in ("", place):
            for match in entry.pattern.finditer(entry.excused.sub(" ", text)):
                yield match.group(), entry.use


def without_known_figures(words: str) -> str:
    """The text without the numbers that need no source."""
    return load_words().figures.sub(" ", plain(words))


def plain(words: str) -> str:
    """The text with plain apostrophes, spaces and hyphens, as in words.toml."""
    return words.replace("’", "'").replace("\u00a0", " ").replace("–", "-")


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    patterns = "|".join(_pattern(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{patterns or '(?!)'})(?!\w)", re.IGNORECASE)


def _pattern(phrase: str) -> str:
    pattern = re.escape(plain(phrase)).replace(r"\ ", r"\s+").replace(r"\*", r"\w*")
    return pattern if phrase == "#1" else pattern.replace(r"\#", r"\d[\d.,()a-z-]*")
