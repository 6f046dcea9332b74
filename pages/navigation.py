"""Site navigation: the links of header and footer, from the page registry."""

from collections.abc import Iterator
from dataclasses import dataclass

from clinic_site.clinic.identity import Clinic
from pages.registry import PAGES, Page, PageGroup


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link; `current` is true on the page that it leads to."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The links of the header, and those of the footer as (heading, links)."""

    header: tuple[NavigationLink, ...]
    footer_groups: tuple[tuple[str, tuple[NavigationLink, ...]], ...]


def for_path(path: str, clinic: Clinic) -> Navigation:
    """The navigation of the page at a path such as "/faq/"."""
    header = tuple(_link(p, p.header_label, path) for p in PAGES if p.header_label)
    return Navigation(header=header, footer_groups=tuple(_groups(path, clinic)))


def _groups(path: str, clinic: Clinic) -> Iterator[tuple[str, tuple[NavigationLink, ...]]]:
    for group in PageGroup:
        links = tuple(
            _link(page, page.label.format(clinic=clinic), path)
            for page in PAGES
            if page.group is group and page.indexed
        )
        if links:
            yield group.value, links


def _link(page: Page, label: str, path: str) -> NavigationLink:
    url = f"/{page.path}"
    return NavigationLink(label=label, url=url, current=url == path)
