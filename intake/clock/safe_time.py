"""Safe time: instants, from wall clocks, at which the clinic is open and the visitor is safe.

An instant counts when the clinic's wall clock then stands inside a span of its date. So a span
that begins in the hour that spring skips begins when the clocks turn, and a span in the hour that
fall repeats counts both times. Nothing is guessed from `fold`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from clinic_site.clinic.opening_hours import ContactWindows, Hours, Span
from intake.seal.answers import Window

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SATURDAY = 5
WEEKDAY = (Window.WEEKDAY_MORNING, Window.WEEKDAY_AFTERNOON, Window.WEEKDAY_EVENING)
WEEKEND = (Window.WEEKEND_MORNING, Window.WEEKEND_AFTERNOON, Window.WEEKEND_EVENING)

SpansOn = Callable[[date], Sequence[Span]]
"""The spans of a date on the clinic's wall clock, in order, none overlapping."""


class Interval(NamedTuple):
    """From `start` up to but without `end`, in UTC."""

    start: datetime
    end: datetime


def open_and_safe(hours: Hours, windows: Window, contact_windows: ContactWindows) -> SpansOn:
    """Opening hours where they meet the visitor's windows; no window at all means any time."""

    def spans_on(day: date) -> Sequence[Span]:
        opening = hours.spans_on(day)
        safe = [
            span for window, span in parts_of(day.weekday(), contact_windows) if window & windows
        ]
        return meeting(opening, safe) if windows else opening

    return spans_on


def parts_of(weekday: int, contact_windows: ContactWindows) -> Iterator[tuple[Window, Span]]:
    """The three windows of that day (0 is Monday) with their spans."""
    parts = contact_windows.morning, contact_windows.afternoon, contact_windows.evening
    return zip(WEEKEND if weekday >= SATURDAY else WEEKDAY, parts, strict=True)


def meeting(opening: Sequence[Span], safe: Sequence[Span]) -> list[Span]:
    """The minutes that lie in both, as spans in order."""
    both = ((max(a.start, b.start), min(a.end, b.end)) for a in opening for b in safe)
    return [Span(start, end) for start, end in both if start < end]


def covers(spans_on: SpansOn, instant: datetime, time_zone: tzinfo) -> bool:
    """Whether the wall clock stands in a span at that instant."""
    wall = instant.astimezone(time_zone)
    minute = wall.hour * 60 + wall.minute
    return any(span.start <= minute < span.end for span in spans_on(wall.date()))


def intervals(spans_on: SpansOn, within: Interval, time_zone: tzinfo) -> Iterator[Interval]:
    """The parts of `within` whose wall clock stands in a span, in order; neighbors may touch."""
    for stretch in stretches(within, time_zone):
        for span in on_fixed_clock(spans_on, stretch, offset_at(stretch.start, time_zone)):
            clipped = Interval(max(span.start, stretch.start), min(span.end, stretch.end))
            if clipped.start < clipped.end:
                yield clipped


def on_fixed_clock(spans_on: SpansOn, around: Interval, offset: timedelta) -> Iterator[Interval]:
    """The spans of every date that `around` touches, on a clock that is `offset` ahead of UTC."""
    day = (around.start + offset).date()
    while day <= (around.end + offset).date():
        midnight = datetime.combine(day, time(), UTC) - offset
        for span in spans_on(day):
            yield Interval(midnight + span.start * MINUTE, midnight + span.end * MINUTE)
        day += DAY


def stretches(within: Interval, time_zone: tzinfo) -> Iterator[Interval]:
    """`within` in pieces of at most a day, cut where the clocks turn: one offset in each."""
    start = within.start
    while start < within.end:
        end = first_with_offset_of(min(start + DAY, within.end), start, time_zone)
        yield Interval(start, end)
        start = end


def first_with_offset_of(end: datetime, start: datetime, time_zone: tzinfo) -> datetime:
    """The minute at which the clocks turn between the two, or `end` when they do not.

    At most one turn is looked for: no zone has two in a day.
    """
    last = offset_at(end, time_zone)
    if offset_at(start, time_zone) == last:
        return end
    base = start.replace(second=0, microsecond=0)
    minutes = range((end - base) // MINUTE + 1)
    turned = bisect_left(
        minutes, True, key=lambda n: offset_at(base + n * MINUTE, time_zone) == last
    )
    return base + turned * MINUTE


def offset_at(instant: datetime, time_zone: tzinfo) -> timedelta:
    """How far the wall clock is ahead of UTC."""
    return instant.astimezone(time_zone).utcoffset() or timedelta()
