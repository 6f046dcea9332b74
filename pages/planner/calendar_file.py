"""iCalendar file (RFC 5545) of a group: weekly appointments that do not say what they are for.

`icalendar` escapes, folds and orders the lines. It takes 32 ms and 2.7 MB to import and only this
file needs it, so it is imported when the first file is asked for (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import dropwhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from clinic_site.clinic.opening_hours import DAY_MINUTES, Span, Track

if TYPE_CHECKING:
    from icalendar import Event, Timezone

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PRODUCT = "-//Appointments//EN"
"""PRODID (RFC 5545, 3.7.3). It stays in the calendar, so it names neither site nor clinic."""

WITHOUT_NAME = "Appointment"
UID_LENGTH = 32  # hexadecimal digits, 128 bits


def addresses(tracks: Sequence[Track]) -> dict[str, Track]:
    """Each group by the last part of its file's address: {"evening-group": ...}."""
    found: dict[str, Track] = {}
    for number, track in enumerate(tracks, 1):
        name = slugify(track.name) or "group"
        while name in found:
            name = f"{name}-{number}"
        found[name] = track
    return found


def revised(now: datetime, loaded: datetime, zone: ZoneInfo) -> datetime:
    """The moment since which a file has the content that it has `now`.

    Content changes at the start of a week, when the first Monday moves on, and with the facts or
    the code, which the process loaded at `loaded`. A process with other facts loads them later, so
    a changed file is always a later revision. All files of a week say the same moment, so that
    none tells when somebody asked for it. A `loaded` in the future means that the clock was set
    back; `now` counts then.
    """
    return max(_week_start(now, zone), min(loaded, now))


def _week_start(now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(today.weekday()), time(), zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything in a file besides the times of the group.

    `identity` tells this file from every other one: host, group, and what was asked for. The
    appointments run for `weeks` weeks from the Monday after `today`, without the days in `closed`.
    `revised` is aware.
    """

    identity: tuple[str, ...]
    revised: datetime
    zone: ZoneInfo
    today: date
    weeks: int
    summary: str = WITHOUT_NAME
    location: str = ""
    closed: Collection[date] = ()

    @property
    def monday(self) -> date:
        """The first day of the first week."""
        return self.today + timedelta(7 - self.today.weekday())

    @property
    def end(self) -> date:
        """The day after the last day on which an appointment can end."""
        return self.monday + timedelta(weeks=self.weeks, days=1)


def write(track: Track, contents: Contents) -> bytes:
    """The file in UTF-8, with one series of appointments for each time of day of the group."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add_component(_time_zone(contents.zone, contents.monday, contents.end))
    for number, (span, days) in enumerate(_series(track).items()):
        if dates := _dates(days, contents):
            calendar.add_component(_event(number, span, dates, contents))
    file: bytes = calendar.to_ical()
    return file


def _series(track: Track) -> dict[Span, list[int]]:
    """The days (Monday is 0) by time of day, in the order of their first session in the week."""
    series: dict[Span, list[int]] = {}
    for session in sorted(track.sessions, key=lambda session: session.start):
        series.setdefault(session.span, []).append(session.day)
    return series


def _dates(days: Sequence[int], contents: Contents) -> list[date]:
    """All dates of a series from the first open one on, later closed ones included.

    Some calendars show the first date of a series even if it is an exception.
    """
    weeks = range(contents.weeks)
    dates = [contents.monday + timedelta(day, weeks=week) for week in weeks for day in days]
    return list(dropwhile(lambda day: day in contents.closed, dates))


def _event(number: int, span: Span, dates: Sequence[date], contents: Contents) -> Event:
    from icalendar import CLASS, TRANSP, Event

    event = Event.new(
        uid=uid(contents.identity, number),
        stamp=contents.revised,
        last_modified=contents.revised,
        sequence=_sequence(contents.revised),
        start=_moment(dates[0], span.start, contents.zone),
        end=_moment(dates[0], span.end, contents.zone),
        summary=contents.summary,
        location=contents.location or None,
        classification=CLASS.PRIVATE,
        transparency=TRANSP.OPAQUE,
    )
    days = sorted({day.weekday() for day in dates})
    codes = [DAY_CODES[day] for day in days]
    event.add("RRULE", {"FREQ": "WEEKLY", "COUNT": len(dates), "BYDAY": codes})
    if closed := [day for day in dates if day in contents.closed]:
        event.add("EXDATE", [_moment(day, span.start, contents.zone) for day in closed])
    return event


def uid(identity: Sequence[str], number: int) -> str:
    """UID of the series with that number in a file, the same at every download.

    A keyed hash (HMAC-SHA256, 128 bits of it), as RFC 7986, 5.3 asks for an identifier that names
    no host or person: two files never share one, and without SECRET_KEY nobody can compute it from
    a clinic that they suspect.
    """
    value = "\n".join((*identity, str(number)))
    return salted_hmac("pages.calendar_file.uid", value, algorithm="sha256").hexdigest()[
        :UID_LENGTH
    ]


def _sequence(revised: datetime) -> int:
    """SEQUENCE (RFC 5545, 3.8.7.4): minutes since 1970, below its 32 bits until the year 6053."""
    return int(revised.timestamp()) // 60


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """That minute of the day on the clinic's clock; minute 1440 is the next midnight."""
    days, minute = divmod(minute, DAY_MINUTES)
    return datetime.combine(day + timedelta(days), time(minute // 60, minute % 60), zone)


@lru_cache(maxsize=8)
def _time_zone(zone: ZoneInfo, first: date, end: date) -> Timezone:
    """VTIMEZONE for the days from `first` until `end`.

    Kept, because icalendar searches 60 ms for the next change of a zone that has none.
    """
    from icalendar import Timezone

    described = Timezone.from_tzinfo(zone, zone.key, first, end)
    described.pop("COMMENT")  # RFC 5545, 3.6.5 has none there
    for part in described.subcomponents:
        # icalendar 7.3 names the onset on the new clock where clocks go forward, an hour late;
        # RFC 5545, 3.6.5 wants it on the old one.
        part.DTSTART -= max(part.TZOFFSETTO - part.TZOFFSETFROM, timedelta())
    return described
