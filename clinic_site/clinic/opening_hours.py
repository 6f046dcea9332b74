"""Opening hours, group sessions and contact windows: spans of a day and a week, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Annotated

from clinic_site.clinic.file_reader import Conversion
from clinic_site.clinic.value_kinds import DAYS, Text, Weekday, must

DAY_MINUTES = 24 * 60
NOON = 12 * 60
NAMED_TIMES = {0: "midnight", NOON: "noon", DAY_MINUTES: "midnight"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open interval [start, end) of a day, in minutes since midnight. ValueError if empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError("a span starts before it ends and stays in one day")

    @property
    def minutes(self) -> int:
        """The length in minutes."""
        return self.end - self.start

    def __str__(self) -> str:
        return spoken_range(self.start, self.end, "to")


def iso_time(minute: int) -> str:
    """Time of day, ISO 8601: 540 -> "09:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def spoken(minute: int) -> str:
    """Time of day as it is spoken: 540 -> "9 am", 1050 -> "5:30 pm", 720 -> "noon"."""
    if minute in NAMED_TIMES:
        return NAMED_TIMES[minute]
    hour = (minute // 60 - 1) % 12 + 1
    half = "am" if minute < NOON else "pm"
    return f"{hour}:{minute % 60:02} {half}" if minute % 60 else f"{hour} {half}"


def spoken_range(start: int, end: int, word: str) -> str:
    """Two times joined by `word`, am or pm once if it is the same: "6 to 9 pm", "9 am to noon"."""
    first, last = spoken(start), spoken(end)
    in_order = start < end and (start < NOON) == (end < NOON)
    if in_order and not {start, end} & NAMED_TIMES.keys():
        first = first.rsplit(" ", 1)[0]
    return f"{first} {word} {last}"


def read_span(text: str) -> Span:
    """Read a span such as "18:00-21:00", until "24:00" at the latest. Raises ValueError."""
    found = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", text, re.ASCII)
    if found is None:
        raise ValueError("not a span")
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    return Span(from_hour * 60 + from_minute, to_hour * 60 + to_minute)


def are_in_order(spans: Iterable[Span]) -> bool:
    """Whether each span starts at the end of the one before, or later."""
    return all(before.end <= after.start for before, after in pairwise(spans))


SpanText = Annotated[Span, Conversion('"HH:MM-HH:MM"', read_span, str)]
DaySpans = Annotated[
    tuple[Span, ...],
    Conversion("spans in order, none overlapping", must(are_in_order), tuple[SpanText, ...]),
]


@dataclass(frozen=True, slots=True)
class Session:
    """A weekly meeting of a group; `day` is 0 for Monday."""

    day: Weekday
    span: SpanText

    @property
    def start(self) -> int:
        """Minutes since Monday 00:00."""
        return self.day * DAY_MINUTES + self.span.start

    @property
    def end(self) -> int:
        """Minutes since Monday 00:00."""
        return self.day * DAY_MINUTES + self.span.end


def meet_apart(sessions: Sequence[Session]) -> bool:
    """Whether there are sessions, and no two at the same time."""
    by_start = sorted(sessions, key=lambda session: session.start)
    return bool(sessions) and all(a.end <= b.start for a, b in pairwise(by_start))


Sessions = Annotated[
    tuple[Session, ...],
    Conversion(
        "at least one session, none at the same time", must(meet_apart), tuple[Session, ...]
    ),
]


@dataclass(frozen=True, slots=True)
class Track:
    """A group that a person can join, with its weekly sessions, at least one."""

    name: Text
    sessions: Sessions

    @property
    def hours(self) -> float:
        """Hours a week; an int when whole, so that pages print 9 and not 9.0."""
        minutes = sum(session.span.minutes for session in self.sessions)
        return minutes / 60 if minutes % 60 else minutes // 60

    @property
    def days(self) -> str:
        """The days in words: "Monday, Wednesday and Thursday"."""
        return day_words({session.day for session in self.sessions})

    @property
    def times(self) -> str:
        """The time in words: "6 to 9 pm"; with the days when their times differ."""
        spans = {session.span for session in self.sessions}
        if len(spans) == 1:
            return str(spans.pop())
        return week_words((session.day, (session.span,)) for session in self.sessions)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: the spans of Monday to Sunday, and the dates on which nobody answers."""

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    groups_on_holidays: bool = False

    @property
    def days_without_group(self) -> frozenset[date]:
        """The holidays; none when groups meet on them too."""
        return frozenset() if self.groups_on_holidays else self.holidays

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans of a date, in the clinic's time zone; none on a holiday."""
        return () if day in self.holidays else self.week[day.weekday()]

    @property
    def text(self) -> str:
        """The hours in words, without the days on which nobody answers.

        "Monday to Friday, 8 am to 8 pm"
        """
        return week_words((day, spans) for day, spans in enumerate(self.week) if spans)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class WeekTable:
    """The table `hours` of the file."""

    monday: DaySpans
    tuesday: DaySpans
    wednesday: DaySpans
    thursday: DaySpans
    friday: DaySpans
    saturday: DaySpans
    sunday: DaySpans
    holidays: tuple[date, ...]
    groups_on_holidays: bool = False


def read_hours(table: WeekTable) -> Hours:
    """Opening hours of the table. ValueError without any span: no reply could be promised."""
    week = tuple(getattr(table, day.lower()) for day in DAYS)
    if not any(week):
        raise ValueError("nobody answers on any day")
    return Hours(week, frozenset(table.holidays), table.groups_on_holidays)


OpeningHours = Annotated[Hours, Conversion("at least one span in the week", read_hours, WeekTable)]


@dataclass(frozen=True, slots=True)
class ContactWindows:
    """The parts of a day that a visitor can mark as safe for a reply."""

    morning: SpanText
    afternoon: SpanText
    evening: SpanText


def read_windows(windows: ContactWindows) -> ContactWindows:
    """The windows unchanged; ValueError unless they are in order and do not overlap."""
    parts = (windows.morning, windows.afternoon, windows.evening)
    if not are_in_order(parts):
        raise ValueError("the parts of the day overlap")
    return windows


PartsOfDay = Annotated[
    ContactWindows,
    Conversion("three spans in order that do not overlap", read_windows, ContactWindows),
]


def week_words(days: Iterable[tuple[int, tuple[Span, ...]]]) -> str:
    """Days and spans in words: "Monday to Friday, 8 am to 8 pm; Saturday, 9 am to noon"."""
    together: dict[tuple[Span, ...], set[int]] = {}
    for day, spans in days:
        together.setdefault(spans, set()).add(day)
    return "; ".join(
        f"{day_words(same)}, {listed([str(span) for span in spans])}"
        for spans, same in together.items()
    )


def day_words(days: Iterable[int]) -> str:
    """Days in words: "Monday to Friday", "Monday, Wednesday and Thursday", "Every day"."""
    in_order = sorted(days)
    if len(in_order) == len(DAYS):
        return "Every day"
    runs = groupby(enumerate(in_order), key=lambda placed: placed[1] - placed[0])
    return listed([name for _, run in runs for name in run_words([day for _, day in run])])


def run_words(run: Sequence[int]) -> list[str]:
    """Consecutive days in words: "Monday to Wednesday"; one or two are listed."""
    names = [DAYS[day] for day in run]
    return names if len(names) < 3 else [f"{names[0]} to {names[-1]}"]


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
