"""Citations: finds the sources of a fact, and numbers them in the order of a page."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

SOURCES_TOML = Path(__file__).with_name("sources.toml")


class UnknownFact(KeyError):
    """A fact that has no source and is not listed as unsourced."""

    def __init__(self, fact_id: str) -> None:
        super().__init__(fact_id)
        self.fact_id = fact_id

    def __str__(self) -> str:
        return (
            f'no fact "{self.fact_id}": cite an ID of docs/facts.md that '
            "pages/sources/sources.toml lists under a source or under unsourced"
        )


@dataclass(frozen=True)
class Source:
    """A published work. Pages print `cite`; only /sources/ prints `full`."""

    id: str
    cite: str
    full: str
    url: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """The works of sources.toml in their order, and the facts that need no source."""

    works: tuple[Source, ...]
    unsourced: frozenset[str]

    def of(self, fact_id: str) -> tuple[Source, ...]:
        """The works behind a fact; none for an unsourced one. Raises UnknownFact."""
        found = tuple(work for work in self.works if fact_id in work.facts)
        if not found and fact_id not in self.unsourced:
            raise UnknownFact(fact_id)
        return found


@dataclass(frozen=True)
class NumberedSource:
    """A line of the list of sources at the end of a page."""

    number: int
    cite: str
    url: str | None


@dataclass
class SourceList:
    """Collects the sources of a page while it is rendered, in the order of first use."""

    sources: Sources
    _cited: list[Source] = field(default_factory=list)

    def cite(self, fact_ids: Iterable[str]) -> tuple[int, ...]:
        """The numbers of the sources of these facts, ascending. Raises UnknownFact."""
        return tuple(sorted({self._number(w) for f in fact_ids for w in self.sources.of(f)}))

    @property
    def numbered(self) -> list[NumberedSource]:
        """The list of sources so far."""
        return [
            NumberedSource(n, work.cite, work.url) for n, work in enumerate(self._cited, start=1)
        ]

    def _number(self, work: Source) -> int:
        if work not in self._cited:
            self._cited.append(work)
        return self._cited.index(work) + 1


@cache
def load_sources(path: Path = SOURCES_TOML) -> Sources:
    """Read sources.toml. Raises KeyError for a missing key, or TOMLDecodeError."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    works = tuple(_source(entry) for entry in table["source"])
    return Sources(works, frozenset(table["unsourced"]))


class _Entry(TypedDict):
    """A table `[[source]]` of the file."""

    id: str
    cite: str
    full: NotRequired[str]
    url: NotRequired[str]
    facts: list[str]


def _source(entry: _Entry) -> Source:
    return Source(
        id=entry["id"],
        cite=entry["cite"],
        full=entry.get("full", entry["cite"]),
        url=entry.get("url"),
        facts=tuple(entry["facts"]),
    )
