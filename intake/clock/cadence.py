"""The cadence: when to try again to reach a person, and when it was tried often enough.

The next attempt comes in another part of the day than the last one, so that somebody who is never
free in the morning is not called every morning. It counts the same instants as `promise`: open
for us and safe for the visitor. Pure: no Django, no database.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from clinic_site.clinic.opening_hours import ContactWindows, Hours
from intake.clock.promise import horizon, staffed_windows
from intake.clock.safe_time import DAY, Interval, SpansOn, intervals, open_and_safe, parts_of
from intake.seal.answers import NO_WINDOW, Window

PARTS = (
    Window.WEEKDAY_MORNING | Window.WEEKEND_MORNING,
    Window.WEEKDAY_AFTERNOON | Window.WEEKEND_AFTERNOON,
    Window.WEEKDAY_EVENING | Window.WEEKEND_EVENING,
)
ANY_WINDOW = PARTS[0] | PARTS[1] | PARTS[2]


class Policy(NamedTuple):
    """The clinic's rule for attempts: how many, in how many parts of the day, how far apart."""

    attempts: int
    parts_of_day: int
    pause: timedelta


class Try(NamedTuple):
    """An attempt that was made: in which part of the week, and whether at a safe time."""

    window: int
    inside: bool


def window_at(instant: datetime, contact_windows: ContactWindows, time_zone: tzinfo) -> Window:
    """The part of the week in which an instant lies; NO_WINDOW between and beside the parts."""
    wall = instant.astimezone(time_zone)
    minute = wall.hour * 60 + wall.minute
    for window, span in parts_of(wall.weekday(), contact_windows):
        if span.start <= minute < span.end:
            return window
    return NO_WINDOW


def next_try(
    last: datetime,
    windows: int,
    policy: Policy,
    *,
    hours: Hours,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
) -> datetime | None:
    """The first instant for another attempt after the one at `last`, in UTC.

    In another part of the day, unless that would come more than a day later than a try in the
    same part of another day. None when nothing is open and safe within the horizon.
    """
    after = horizon(last + policy.pause)
    anywhere = open_and_safe(hours, Window(windows), contact_windows)
    elsewhere = _elsewhere(last, windows, hours, contact_windows, time_zone)
    other = _first(elsewhere, after, time_zone)
    another_day = next(_on_another_day(last, anywhere, after, time_zone), None)
    if other is None or (another_day is not None and another_day + DAY < other):
        other = another_day
    return other or _first(anywhere, after, time_zone)


def enough(
    tries: Iterable[Try],
    windows: int,
    policy: Policy,
    *,
    hours: Hours,
    contact_windows: ContactWindows,
) -> bool:
    """The policy's attempts were made at safe times, in as many parts of the day as it asks.

    Whoever is safe in fewer parts than that is tried in all of those.
    """
    safe = [Window(each.window) for each in tries if each.inside]
    possible = staffed_windows(hours, contact_windows) & (Window(windows) or ANY_WINDOW)
    wanted = min(policy.parts_of_day, _parts_in([possible]))
    return len(safe) >= policy.attempts and _parts_in(safe) >= wanted


def _elsewhere(
    last: datetime,
    windows: int,
    hours: Hours,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
) -> SpansOn:
    """Open and safe, in another part of the day than `last`; if that was in none, anywhere."""
    tried = window_at(last, contact_windows, time_zone)
    if not tried:
        return open_and_safe(hours, Window(windows), contact_windows)
    same = next(part for part in PARTS if part & tried)
    left = (Window(windows) or ANY_WINDOW) & ~same
    return open_and_safe(hours, left, contact_windows) if left else lambda _: ()


def _on_another_day(
    last: datetime, spans_on: SpansOn, after: Interval, time_zone: tzinfo
) -> Iterator[datetime]:
    """A span never runs over midnight, so the day of its start is the day of all of it."""
    day = last.astimezone(time_zone).date()
    for start, _ in intervals(spans_on, after, time_zone):
        if start.astimezone(time_zone).date() > day:
            yield start


def _first(spans_on: SpansOn, after: Interval, time_zone: tzinfo) -> datetime | None:
    found = next(intervals(spans_on, after, time_zone), None)
    return found and found.start


def _parts_in(windows: Iterable[Window]) -> int:
    return len({part for part in PARTS for window in windows if part & window})
