"""Promise clock: when a person will first try to reach a visitor, for page and desk alike.

The first attempt is due within the clinic's promise, counted in minutes that are both inside
opening hours and inside the windows that the visitor called safe.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from clinic_site.clinic.opening_hours import (
    DAY_MINUTES,
    ContactWindows,
    Hours,
    spoken,
    spoken_range,
)
from intake.clock.safe_time import Interval, covers, intervals, meeting, open_and_safe, parts_of
from intake.seal.answers import Window

HORIZON = timedelta(days=60)
DAYS_BY_NAME = 7


class Promise(NamedTuple):
    """The first attempt comes at `start` or later and is due at `end`, both in UTC.

    `flagged`: nobody is here at the times that are safe for this visitor. Then it is the next
    opening, at which a manager decides how to reach them; it is no time to call.
    """

    start: datetime
    end: datetime
    flagged: bool

    @property
    def opens(self) -> bool:
        """False when no opening at all lies within HORIZON: `start` and `end` are then its end."""
        return self.start < self.end


def first_attempt(
    received: datetime,
    *,
    hours: Hours,
    windows: int,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
    minutes: int,
) -> Promise:
    """When a request that came at `received` is first answered; `windows` 0 means any time.

    `minutes` of open and safe time after the first such instant, so that a promise which closing
    time cuts goes on in the next safe opening. Looks HORIZON ahead and ends there at the latest.
    ValueError when `received` has no time zone.
    """
    ahead = horizon(received)
    safe = open_and_safe(hours, Window(windows), contact_windows)
    for spans_on, flagged in ((safe, False), (hours.spans_on, True)):
        due = spent(intervals(spans_on, ahead, time_zone), timedelta(minutes=minutes))
        if due is not None:
            return Promise(due.start, due.end, flagged)
    return Promise(ahead.end, ahead.end, flagged=True)


def callable_now(
    windows: int,
    now: datetime,
    *,
    hours: Hours,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
) -> bool:
    """Whether `now` is inside opening hours and the visitor's windows; `windows` 0 is any time."""
    return covers(open_and_safe(hours, Window(windows), contact_windows), now, time_zone)


def next_callable(
    windows: int,
    now: datetime,
    *,
    hours: Hours,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
) -> datetime | None:
    """The first instant from `now` on that is `callable_now`, in UTC; None within HORIZON."""
    spans_on = open_and_safe(hours, Window(windows), contact_windows)
    found = next(intervals(spans_on, horizon(now), time_zone), None)
    return found and found.start


def callable_until(
    windows: int,
    now: datetime,
    *,
    hours: Hours,
    contact_windows: ContactWindows,
    time_zone: tzinfo,
) -> datetime | None:
    """When `callable_now` ends, in UTC, at HORIZON's end at the latest; None when it is not so."""
    spans_on = open_and_safe(hours, Window(windows), contact_windows)
    until = now
    for start, end in intervals(spans_on, horizon(now), time_zone):
        if start > until:
            break
        until = end
    return until if until > now else None


def staffed_windows(hours: Hours, contact_windows: ContactWindows) -> Window:
    """The windows in which somebody answers in an ordinary week; holidays are not looked at."""
    staffed = Window(0)
    for weekday, opening in enumerate(hours.week):
        for window, safe in parts_of(weekday, contact_windows):
            if meeting(opening, [safe]):
                staffed |= window
    return staffed


def words(promise: Promise, now: datetime, time_zone: tzinfo) -> str:
    """The promise as a visitor reads it: "a person will try you today between 5 and 5:15 pm"."""
    if not promise.opens:
        return "a person will read your message as soon as we are open again"
    when = spoken_time(promise, now, time_zone)
    if promise.flagged:
        return f"a person will read your message {when}, and look for a safe time to reach you"
    return f"a person will try you {when}"


def horizon(start: datetime) -> Interval:
    """The interval of HORIZON from `start`, in UTC. Raises ValueError when it has no time zone."""
    if start.utcoffset() is None:
        raise ValueError("a time without a time zone")
    return Interval(start.astimezone(UTC), start.astimezone(UTC) + HORIZON)


def spent(available: Iterable[Interval], needed: timedelta) -> Interval | None:
    """From the first available instant until `needed` has passed, or until no more is available.

    Time between the intervals does not count. None when nothing is available.
    """
    taken: list[Interval] = []
    for start, end in available:
        taken.append(Interval(start, min(end, start + needed)))
        needed -= taken[-1].end - start
        if not needed:
            break
    return Interval(taken[0].start, taken[-1].end) if taken else None


def spoken_time(promise: Promise, now: datetime, time_zone: tzinfo) -> str:
    """When it is promised: "today between 5 and 5:15 pm".

    Over midnight it is "between 7:55 pm today and 8:10 am tomorrow".
    """
    start, end, today = (at.astimezone(time_zone) for at in (promise.start, promise.end, now))
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    days = (end.date() - start.date()).days
    first_day = day_words(start.date(), today.date())
    if days * DAY_MINUTES + last <= DAY_MINUTES:
        return f"{first_day} between {spoken_range(first, last or DAY_MINUTES, 'and')}"
    last_day = day_words(end.date(), today.date())
    return f"between {spoken(first)} {first_day} and {spoken(last)} {last_day}"


def day_words(day: date, today: date) -> str:
    """The day in words: "today", "tomorrow", "on Monday" within a week, "on Monday, December 1"."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    if 0 < ahead < DAYS_BY_NAME:
        return f"on {day:%A}"
    return f"on {day:%A, %B} {day.day}"
