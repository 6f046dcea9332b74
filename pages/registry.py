"""The only list of pages. URLs, navigation, sitemap, structured data and tests read it.

To add a page: one entry in pages.toml, one template `templates/pages/en/<name>.html`.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

from clinic_site.clinic.file_reader import WRONG, ClinicFileError, Conversion, Reader

FILE = Path(__file__).with_name("pages.toml")


class PageKind(StrEnum):
    """Which layout, strips and structured data a page gets."""

    HOME = "home"
    CONTENT = "content"
    ABOUT = "about"
    TOOL = "tool"
    PRINT = "print"
    FORM = "form"
    HELP = "help"
    LEGAL = "legal"
    UTILITY = "utility"


class PageGroup(StrEnum):
    """The headings of the footer and of the list of all pages."""

    TREATMENT = "Treatment"
    COST = "Cost"
    FAMILIES = "Families"
    HELP = "Help now"
    TOOLS = "Tools"
    RIGHTS = "Your rights and this site"


def one_of(options: type[StrEnum]) -> Conversion:
    """The value is one of the enumeration's."""
    return Conversion(f"one of {', '.join(options)}", options, str)


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `label`, `title`, `heading`, `description` are formatted with the clinic."""

    name: str
    kind: Annotated[PageKind, one_of(PageKind)]
    label: str
    title: str
    heading: str
    description: str
    group: Annotated[PageGroup, one_of(PageGroup)]
    changed: date
    parent: str = ""
    header_label: str = ""
    indexed: bool = True
    social_title: str = ""
    slug: str | None = None

    @property
    def path(self) -> str:
        """The address below the root, without the leading slash."""
        slug = self.name if self.slug is None else self.slug
        return f"{slug}/" if slug else ""

    @property
    def template(self) -> str:
        """The file with the page's words."""
        return f"pages/en/{self.name}.html"


@dataclass(frozen=True, slots=True)
class Registry:
    """What pages.toml holds. `reading_order` names the pages that a reader may turn."""

    reading_order: tuple[str, ...]
    page: tuple[Page, ...]


def load_registry(path: Path) -> Registry:
    """The registry of a file. Raises ClinicFileError with all mistakes, one a line."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ClinicFileError(path.name, [str(error)]) from None
    reader = Reader()
    found: Any = reader.read_value(Registry, table, "")
    mistakes = [f"{place}: {what}" for place, what in reader.mistakes.items()]
    if found is not WRONG:
        mistakes += _contradictions(found)
    if mistakes:
        raise ClinicFileError(path.name, mistakes)
    return cast(Registry, found)


def by_name(name: str) -> Page:
    """The page with that name; KeyError says which names exist."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise KeyError(f'no page "{name}"; there are: {", ".join(BY_NAME)}') from None


def _contradictions(registry: Registry) -> list[str]:
    names = Counter(page.name for page in registry.page)
    twice = [f"page {name}: listed twice" for name, count in names.items() if count > 1]
    parents = [(f"page {page.name}: parent", page.parent) for page in registry.page if page.parent]
    order = [("reading_order", name) for name in registry.reading_order]
    unknown = [f'{place}: no page "{name}"' for place, name in parents + order if name not in names]
    return twice + unknown


REGISTRY = load_registry(FILE)
PAGES = REGISTRY.page
READING_ORDER = REGISTRY.reading_order
BY_NAME = {page.name: page for page in PAGES}
