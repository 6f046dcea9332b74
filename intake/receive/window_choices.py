"""Parts of the week that the form offers: those in which somebody answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from clinic_site.clinic.opening_hours import ContactWindows, Hours, Span
from intake.clock import promise
from intake.seal.answers import Window

WEEKDAY = "weekday"
WEEKEND = "weekend"
ANY = "any"


@dataclass(frozen=True)
class Part:
    """A part of the day, in one half of the week, in which somebody answers."""

    name: str
    window: Window
    span: Span

    @property
    def label(self) -> str:
        """The words of the checkbox: "Morning, 8 am to noon"."""
        return f"{self.name.capitalize()}, {self.span}"


@lru_cache
def offered(half: str, hours: Hours, contact_windows: ContactWindows) -> tuple[Part, ...]:
    """The staffed parts of WEEKDAY or WEEKEND, morning first."""
    staffed = promise.staffed_windows(hours, contact_windows)
    parts = (
        Part(name, Window[f"{half}_{name}".upper()], getattr(contact_windows, name))
        for name in ("morning", "afternoon", "evening")
    )
    return tuple(part for part in parts if part.window & staffed)


def chosen(parts: Iterable[Part], names: Collection[str]) -> Window:
    """The windows behind the ticked names; ANY stands for all of these parts."""
    windows = Window(0)
    for part in parts:
        if part.name in names or ANY in names:
            windows |= part.window
    return windows
