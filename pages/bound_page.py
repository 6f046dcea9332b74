"""A page of the registry with the clinic's values filled in; the variable `page` of templates."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clinic_site.clinic.identity import Clinic
from pages.registry import READING_ORDER, Page, by_name

LONGEST_TITLE = 60


@dataclass(frozen=True)
class BoundPage:
    """A page as one clinic shows it."""

    page: Page
    clinic: Clinic

    @property
    def name(self) -> str:
        """The page's name in the registry."""
        return self.page.name

    @property
    def changed(self) -> date:
        """The day on which its words last changed."""
        return self.page.changed

    @cached_property
    def title(self) -> str:
        """The title element; it names the clinic where 60 characters are enough for both."""
        words = self._formatted(self.page.title)
        whole = f"{words} | {self.clinic.name}"
        return whole if len(whole) <= LONGEST_TITLE else words

    @cached_property
    def social_title(self) -> str:
        """The title of a shared link, which tells less on pages that a reader may want to hide."""
        return self._formatted(self.page.social_title) or self.title

    @cached_property
    def label(self) -> str:
        """The name of the page in lists and breadcrumbs."""
        return self._formatted(self.page.label)

    @cached_property
    def heading(self) -> str:
        """The h1 of the page."""
        return self._formatted(self.page.heading)

    @cached_property
    def description(self) -> str:
        """The meta description for search results, at most 155 characters."""
        return self._formatted(self.page.description)

    @property
    def canonical(self) -> str:
        """The absolute address on the clinic's own host."""
        return f"{self.clinic.url}/{self.page.path}"

    @property
    def robots_noindex(self) -> bool:
        """True when the page has to say noindex to search engines."""
        return self.clinic.sample or not self.page.indexed

    @cached_property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """Breadcrumbs as (label, URL), this page last with the URL ""; none without a parent."""
        if not self.page.parent:
            return ()
        trail = [(self.label, "")]
        parent = self.page.parent
        while parent:
            page = by_name(parent)
            trail.append((self._formatted(page.label), f"/{page.path}"))
            parent = page.parent
        return tuple(reversed(trail))

    @property
    def previous(self) -> Page | None:
        """The page before this one in the reading order, if any."""
        return self._neighbor(-1)

    @property
    def next(self) -> Page | None:
        """The page after this one in the reading order, if any."""
        return self._neighbor(1)

    @property
    def reading_order(self) -> tuple[Page, ...]:
        """All pages of the reading order; empty when this page is not part of it."""
        if self.page.name not in READING_ORDER:
            return ()
        return tuple(by_name(name) for name in READING_ORDER)

    def _neighbor(self, step: int) -> Page | None:
        if self.page.name not in READING_ORDER:
            return None
        index = READING_ORDER.index(self.page.name) + step
        return by_name(READING_ORDER[index]) if 0 <= index < len(READING_ORDER) else None

    def _formatted(self, text: str) -> str:
        return text.format(clinic=self.clinic)
