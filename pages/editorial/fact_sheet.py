"""The fact sheet `docs/facts.md`, read for authors: every fact that a page may claim."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FACTS_MD = settings.BASE_DIR / "docs" / "facts.md"
FACT_ID = re.compile(r"F\d+\.\d+[a-z]?")


@dataclass(frozen=True)
class Fact:
    """A row of docs/facts.md. `page` says where it may stand."""

    id: str
    text: str
    source: str
    url: str
    verified: str
    confidence: str
    page: str

    @property
    def unverified(self) -> bool:
        """The row, or part of it, is general knowledge (GK): a person has to check it."""
        return bool(re.search(r"\bGK\b", f"{self.source} {self.url} {self.verified}"))

    @property
    def background(self) -> bool:
        """For authors only: shapes wording, its own terms are never page text."""
        return self.page.startswith(("BG", "note"))


@cache
def read_facts(path: Path = FACTS_MD) -> dict[str, Fact]:
    """The rows of the fact sheet by ID."""
    rows = (line.strip().strip("|").split("|") for line in _lines(path) if line.startswith("|F"))
    facts = (Fact(*(cell.strip() for cell in row)) for row in rows if FACT_ID.fullmatch(row[0]))
    return {fact.id: fact for fact in facts}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
