"""Page registry: the only list of pages, for URLs, navigation, sitemap, structured data and tests.

To add a page, add an entry to pages.toml and a template `templates/pages/en/<name>.html`.
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
    """The kind of a page, which decides on its view and its structured data."""

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
    """The group of a page; the values are headings of the footer and of the site index."""

    TREATMENT = "Treatment"
    COST = "Cost"
    FAMILIES = "Families"
    HELP = "Help now"
    TOOLS = "Tools"
    RIGHTS = "Your rights and this site"


def one_of(options: type[StrEnum]) -> Conversion:
    """Convert to a member of the enumeration."""
    return Conversion(f"one of {', '.join(options)}", options, str)


@dataclass(frozen=True, slots=True)
class Page:
    """A page. Texts may have fields such as "{clinic.name}", which `BoundPage` fills in."""

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
        """The path without its leading slash: "faq/"; "" for the home page."""
        slug = self.name if self.slug is None else self.slug
        return f"{slug}/" if slug else ""

    @property
    def template(self) -> str:
        """The name of the page's template."""
        return f"pages/en/{self.name}.html"


@dataclass(frozen=True, slots=True)
class Registry:
    """The contents of pages.toml. `reading_order` names pages that link to the next one."""

    reading_order: tuple[str, ...]
    page: tuple[Page, ...]


def load_registry(path: Path) -> Registry:
    """Read a registry from its file. Raises ClinicFileError with all mistakes."""
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
    """The page with that name. The message of the KeyError lists all names."""
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
