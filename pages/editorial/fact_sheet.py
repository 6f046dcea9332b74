"""Parser for the fact sheet `docs/facts.md`, which has every fact that a page may claim."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FACTS_MD = settings.BASE_DIR / "docs" / "facts.md"
FACT_ID = re.compile(r"F\d+\.\d+[a-z]?")


@dataclass(frozen=True)
class Fact:
    """A row of the fact sheet. `page` says on which pages authors may use it."""

    id: str
    text: str
    source: str
    url: str
    verified: str
    confidence: str
    page: str

    @property
    def unverified(self) -> bool:
        """True when some of it is general knowledge (GK), which nobody has verified yet."""
        return bool(re.search(r"\bGK\b", f"{self.source} {self.url} {self.verified}"))

    @property
    def background(self) -> bool:
        """True for background of authors, which no page repeats in these terms."""
        return self.page.startswith(("BG", "note"))


@cache
def read_facts(path: Path = FACTS_MD) -> dict[str, Fact]:
    """Read the facts by ID, such as "F1.1"."""
    rows = (line.strip().strip("|").split("|") for line in _lines(path) if line.startswith("|F"))
    facts = (Fact(*(cell.strip() for cell in row)) for row in rows if FACT_ID.fullmatch(row[0]))
    return {fact.id: fact for fact in facts}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
