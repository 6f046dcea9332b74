"""A group as a calendar file (RFC 5545): weekly appointments that tell nobody what they are.

Text in, text out. The time zone is spelled out transition by transition for the weeks that the
file covers, so it is right in every zone and for every rule of summer time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from clinic_site.clinic.opening_hours import DAY_MINUTES, Span, Track

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_LINE = 75
"""Octets without the line break, RFC 5545, 3.1."""

WITHOUT_NAME = "Appointment"
LOOK_BACK = timedelta(days=400)
"""Farther than the last change of the clock, where clocks change at all."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
STAMP = "%Y%m%dT%H%M%S"


def addresses(tracks: Sequence[Track]) -> dict[str, Track]:
    """Each group by the last part of its file's address: {"evening-group": ...}."""
    found: dict[str, Track] = {}
    for number, track in enumerate(tracks, 1):
        name = slugify(track.name) or "group"
        while name in found:
            name = f"{name}-{number}"
        found[name] = track
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a file holds besides the group.

    Appointments run for so many weeks from the Monday after `today`; none is on a day in `closed`.
    `changed` is the day on which the group's times were last looked at.
    """

    zone: ZoneInfo
    today: date
    weeks: int
    changed: date
    summary: str = WITHOUT_NAME
    location: str = ""
    closed: Collection[date] = ()

    @property
    def monday(self) -> date:
        """The first day of the first week."""
        return self.today + timedelta(7 - self.today.weekday())


def text(track: Track, wanted: Wanted) -> str:
    """The file, with one series for each time of day of the group."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Appointments//EN", "CALSCALE:GREGORIAN"]
    end = wanted.monday + timedelta(weeks=wanted.weeks, days=1)
    lines += _zone(wanted.zone, wanted.monday, end)
    for span, days in _series(track).items():
        lines += _event(span, days, wanted)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(span: Span, days: Sequence[int], wanted: Wanted) -> Iterator[str]:
    dates = _dates(days, wanted)
    if not dates:
        return
    zone = wanted.zone.key
    stamp = datetime.combine(wanted.changed, time(), UTC).strftime(STAMP)
    yield "BEGIN:VEVENT"
    yield f"UID:{_identity(span, days)}"
    yield f"DTSTAMP:{stamp}Z"
    yield f"DTSTART;TZID={zone}:{_local(dates[0], span.start)}"
    yield f"DTEND;TZID={zone}:{_local(dates[0], span.end)}"
    yield f"RRULE:FREQ=WEEKLY;COUNT={len(dates)};BYDAY={_codes(days)}"
    if closed := [_local(day, span.start) for day in dates if day in wanted.closed]:
        yield f"EXDATE;TZID={zone}:{','.join(closed)}"
    yield f"SUMMARY:{_escaped(wanted.summary)}"
    if wanted.location:
        yield f"LOCATION:{_escaped(wanted.location)}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _dates(days: Sequence[int], wanted: Wanted) -> list[date]:
    """All dates of a series, closed ones too, from the first open one on."""
    weeks = range(wanted.weeks)
    dates = [wanted.monday + timedelta(day, weeks=week) for week in weeks for day in days]
    return list(dropwhile(lambda day: day in wanted.closed, dates))


def _series(track: Track) -> dict[Span, list[int]]:
    series: dict[Span, list[int]] = {}
    for session in sorted(track.sessions, key=lambda session: session.start):
        series.setdefault(session.span, []).append(session.day)
    return series


def _identity(span: Span, days: Sequence[int]) -> str:
    """The same at every download. Only of what the entry shows anyway: a name, however well it is
    hashed, could be tried out by who suspects it.
    """
    return hashlib.sha256(f"{_codes(days)} {span.start} {span.end}".encode()).hexdigest()[:32]


def _local(day: date, minute: int) -> str:
    days, minute = divmod(minute, DAY_MINUTES)
    clock = datetime.combine(day + timedelta(days), time(minute // 60, minute % 60))
    return clock.strftime(STAMP)


def _codes(days: Sequence[int]) -> str:
    return ",".join(DAY_CODES[day] for day in days)


def _zone(zone: ZoneInfo, first: date, last: date) -> Iterator[str]:
    """VTIMEZONE with what holds at first, and every change until `last`."""
    start, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    changes = list(_changes(zone, start - LOOK_BACK, end))
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone.key}")
    for change in changes or [EPOCH]:
        before = (change - MINUTE if changes else start).astimezone(zone)
        after = (change if changes else start).astimezone(zone)
        kind = "DAYLIGHT" if after.dst() else "STANDARD"
        yield f"BEGIN:{kind}"
        yield f"DTSTART:{(change + _offset(before)).strftime(STAMP)}"
        yield f"TZOFFSETFROM:{before:%z}"
        yield f"TZOFFSETTO:{after:%z}"
        yield f"TZNAME:{after.tzname()}"
        yield f"END:{kind}"
    yield "END:VTIMEZONE"


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The first minute of each new offset; no zone changes twice within a day."""
    while start < end:
        following = start + DAY
        if not _same(start, following, zone):
            yield _first_minute(zone, start, following)
        start = following


def _first_minute(zone: ZoneInfo, old: datetime, new: datetime) -> datetime:
    """Between a moment of the old offset and one of the new: halved until a minute is left."""
    while new - old > MINUTE:
        middle = old + (new - old) // MINUTE // 2 * MINUTE
        old, new = (middle, new) if _same(old, middle, zone) else (old, middle)
    return new


def _same(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return _offset(one.astimezone(zone)) == _offset(other.astimezone(zone))


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _escaped(words: str) -> str:
    for plain in ("\\", ";", ","):
        words = words.replace(plain, f"\\{plain}")
    return " ".join(words.split())


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; what goes on begins with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
