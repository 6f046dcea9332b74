"""A registered page with the clinic's words filled in: what templates see as `page`."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clinic_site.clinic.identity import Clinic
from pages.registry import READING_ORDER, Page, by_name

LONGEST_TITLE = 60


@dataclass(frozen=True)
class BoundPage:
    """A page for one clinic."""

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
        """At most 60 characters; a long clinic name falls away."""
        words = self._formatted(self.page.title)
        whole = f"{words} | {self.clinic.name}"
        return whole if len(whole) <= LONGEST_TITLE else words

    @cached_property
    def social_title(self) -> str:
        """What a shared link shows; neutral on tools and contact."""
        return self._formatted(self.page.social_title) or self.title

    @cached_property
    def label(self) -> str:
        """How the page is called in lists and trails."""
        return self._formatted(self.page.label)

    @cached_property
    def heading(self) -> str:
        """The page's only h1."""
        return self._formatted(self.page.heading)

    @cached_property
    def description(self) -> str:
        """At most 155 characters, for search results."""
        return self._formatted(self.page.description)

    @property
    def canonical(self) -> str:
        """The absolute address on the clinic's own host."""
        return f"{self.clinic.url}/{self.page.path}"

    @property
    def robots_noindex(self) -> bool:
        """True when search engines must not keep the page."""
        return self.clinic.sample or not self.page.indexed

    @cached_property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """(label, url) from the top; the last one is this page, without url. Empty at the top."""
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
        """The page before this one in the reading order."""
        return self._neighbor(-1)

    @property
    def next(self) -> Page | None:
        """The page after this one in the reading order."""
        return self._neighbor(1)

    @property
    def reading_order(self) -> tuple[Page, ...]:
        """The contents list of the mini-hub; empty when the page is not part of it."""
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
