"""The calendar file, read as calendar programs read it: strictly, and with `icalendar`."""

import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from clinic_site.clinic.identity import Clinic
from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.planner import calendar_file, calendar_views
from tests import CHECKOUT
from tests.pages.planner import strict_calendar
from tests.pages.planner.strict_calendar import Event

CHICAGO = ZoneInfo("America/Chicago")
ADDRESS = "/calendar/evening-group.ics"
VARIANTS = ("", "?name=1", "?place=1", "?name=1&place=1")
EVENING = Track("Evening group", tuple(Session(day, Span(1080, 1260)) for day in (0, 2, 3)))
MIXED = Track("Mixed", (Session(0, Span(540, 720)), Session(5, Span(600, 1440))))
SUNDAYS = Track("Sundays", (Session(6, Span(0, 60)),))
EVERY_HOUR = Track("Hours", tuple(Session(6, Span(60 * at, 60 * at + 60)) for at in range(24)))
SPRING, AUTUMN = date(2027, 3, 14), date(2026, 11, 1)  # when clocks change in the United States
TODAY = date(2026, 10, 20)
REVISED = datetime(2026, 10, 19, 5, tzinfo=UTC)


def written(
    track: Track = EVENING,
    *,
    identity: tuple[str, ...] = ("lamplight.example", "evening-group"),
    zone: ZoneInfo = CHICAGO,
    today: date = TODAY,
    weeks: int = 12,
    summary: str = calendar_file.WITHOUT_NAME,
    location: str = "",
    closed: Collection[date] = (),
) -> bytes:
    contents = calendar_file.Contents(
        identity=identity,
        revised=REVISED,
        zone=zone,
        today=today,
        weeks=weeks,
        summary=summary,
        location=location,
        closed=closed,
    )
    return calendar_file.write(track, contents)


def starts(file: bytes) -> list[datetime]:
    """Every appointment of every series, in the time zone that the file itself describes."""
    return sorted(date for event in strict_calendar.read(file) for date in event.dates)


def only(events: Iterable[Event]) -> Event:
    (event,) = events
    return event


def evening(file: bytes) -> Event:
    return only(strict_calendar.read(file))


# ---- the appointments


def test_appointments_are_at_the_group_s_times() -> None:
    event = evening(written())

    assert [f"{start:%a %b %d %H:%M}" for start in event.dates[:4]] == [
        "Mon Oct 26 18:00",
        "Wed Oct 28 18:00",
        "Thu Oct 29 18:00",
        "Mon Nov 02 18:00",
    ]
    assert event.end - event.start == timedelta(hours=3)


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(1, 20))
def test_series_starts_next_monday_and_has_all_weeks(day: date, weeks: int) -> None:
    found = starts(written(MIXED, today=day, weeks=weeks))

    assert found[0].weekday() == 0
    assert day < found[0].date() <= day + timedelta(days=7)
    assert len(found) == weeks * len(MIXED.sessions)
    assert {(start.weekday(), start.hour) for start in found} == {(0, 9), (5, 10)}


@given(st.frozensets(st.dates(TODAY, date(2027, 2, 1)), max_size=40))
def test_closed_days_and_no_others_are_left_out(closed: frozenset[date]) -> None:
    for track in (EVENING, MIXED):
        every = starts(written(track))
        found = starts(written(track, closed=closed))

        assert found == [start for start in every if start.date() not in closed]


def test_series_begins_on_a_day_that_is_open() -> None:
    """Some calendars show the first day of a series even if it is an exception."""
    event = evening(written(closed={date(2026, 10, 26), date(2026, 11, 2)}))

    assert event.start.date() == date(2026, 10, 28)
    assert [f"{day:%b %d %H:%M}" for day in event.left_out] == ["Nov 02 18:00"]


def test_group_that_never_meets_has_no_series() -> None:
    days = {date(2026, 10, 26) + timedelta(days=number) for number in range(84)}

    assert strict_calendar.read(written(closed=days)) == []


def test_session_until_midnight_ends_on_the_next_day() -> None:
    saturday = strict_calendar.read(written(MIXED))[1]

    assert saturday.end.replace(tzinfo=None) == datetime.combine(date(2026, 11, 1), time())


# ---- the time zone


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [(AUTUMN, -5, -6), (SPRING, -6, -5)],
    ids=["autumn", "spring"],
)
def test_local_time_stays_when_the_clock_changes(change: date, before: int, after: int) -> None:
    file = written(today=change - timedelta(days=14))
    found = {start.date(): start for start in starts(file)}
    last, first = (found[change + timedelta(days)] for days in (-3, 1))

    assert (last.hour, first.hour) == (18, 18)
    assert last.utcoffset() == timedelta(hours=before)
    assert first.utcoffset() == timedelta(hours=after)


@pytest.mark.parametrize(
    ("change", "onset"), [(AUTUMN, b"20261101T020000"), (SPRING, b"20270314T020000")]
)
def test_zone_names_the_old_wall_clock_at_which_it_changes(change: date, onset: bytes) -> None:
    """RFC 5545, 3.6.5; `icalendar` alone says 3 am in spring."""
    assert b"\r\nDTSTART:" + onset + b"\r\n" in written(today=change - timedelta(days=14))


zones = pytest.mark.parametrize(
    "zone",
    [
        *("America/Chicago", "America/New_York", "America/Phoenix", "America/Adak"),
        *("Pacific/Honolulu", "Australia/Lord_Howe", "Europe/Dublin", "UTC"),
    ],
)


@zones
@given(
    day=st.dates(date(2024, 1, 1), date(2035, 1, 1)),
    track=st.sampled_from((EVENING, MIXED, SUNDAYS)),
)
def test_described_zone_is_the_real_one_for_all_appointments(
    zone: str, day: date, track: Track
) -> None:
    assert wrong_offsets(written(track, zone=ZoneInfo(zone), today=day), ZoneInfo(zone)) == []


@zones
def test_described_zone_is_the_real_one_at_every_hour_of_the_year(zone: str) -> None:
    """In the file of somebody who is there for all of it, on the days of change too."""
    file = written(EVERY_HOUR, zone=ZoneInfo(zone), today=date(2026, 12, 30), weeks=52)

    assert wrong_offsets(file, ZoneInfo(zone)) == []


def wrong_offsets(file: bytes, zone: ZoneInfo) -> list[datetime]:
    """Appointments with another offset than in that zone, save in an hour that comes twice or
    never.
    """
    real = ((start, start.replace(tzinfo=zone)) for start in starts(file))
    return [
        start
        for start, there in real
        if start.utcoffset() != there.utcoffset()
        and there.utcoffset() == there.replace(fold=1).utcoffset()
    ]


# ---- revisions: a changed file is taken by a calendar that has the old one


class CalendarProgram:
    """A calendar that takes an event that it has only when `newer` says more than before."""

    def __init__(self, newer: Callable[[Event], object]) -> None:
        self.newer = newer
        self.events: dict[str, Event] = {}

    def take(self, file: bytes) -> list[Event]:
        """The events that it ignored."""
        ignored = []
        for event in strict_calendar.read(file):
            known = self.events.get(event.uid)
            if known and self.newer(event) <= self.newer(known):  # type: ignore[operator]
                ignored.append(event)
            else:
                self.events[event.uid] = event
        return ignored


PROGRAMS = {
    "RFC 5546": lambda event: event.revision,
    "SEQUENCE": lambda event: event.revision[0],
    "DTSTAMP": lambda event: event.revision[1],
    "LAST-MODIFIED": lambda event: event.revision[2],
}
programs = pytest.mark.parametrize("newer", PROGRAMS.values(), ids=PROGRAMS)


def asked(client: Client, at: str, query: str = "") -> bytes:
    with time_machine.travel(at, tick=False):
        return client.get(ADDRESS + query).content


@programs
@pytest.mark.parametrize("query", VARIANTS)
def test_files_imported_five_weeks_apart_are_revisions_of_one(
    client: Client, newer: Callable[[Event], object], query: str
) -> None:
    program = CalendarProgram(newer)

    ignored = [
        program.take(asked(client, f"{day}T18:00:00Z", query))
        for day in ("2026-10-20", "2026-11-24")
    ]

    assert ignored == [[], []]
    assert only(program.events.values()).start.date() == date(2026, 11, 30)


@programs
def test_changed_facts_are_a_newer_revision_in_the_same_week(
    client: Client, newer: Callable[[Event], object], clinic: Clinic, settings, monkeypatch
) -> None:
    """A deployment with other times starts other processes."""
    program = CalendarProgram(newer)
    program.take(asked(client, "2026-10-20T18:00:00Z"))
    sessions = tuple(Session(day, Span(1050, 1230)) for day in (0, 2, 3))
    settings.CLINIC = replace(clinic, tracks=(Track("Evening group", sessions),))
    monkeypatch.setattr(calendar_views, "LOADED", datetime(2026, 10, 21, 9, tzinfo=UTC))

    assert program.take(asked(client, "2026-10-21T18:00:00Z")) == []
    assert f"{only(program.events.values()).start:%a %H:%M}" == "Mon 17:30"


def test_files_of_one_week_are_the_same_revision(client: Client, monkeypatch) -> None:
    """Nothing in them tells when somebody asked for one."""
    monkeypatch.setattr(calendar_views, "LOADED", datetime(2026, 10, 1, tzinfo=UTC))
    files = {asked(client, at) for at in ("2026-10-19T05:00:00Z", "2026-10-26T04:59:59Z")}

    assert len(files) == 1
    assert evening(files.pop()).revision[1] == REVISED
    assert evening(asked(client, "2026-10-26T05:00:00Z")).revision[1] > REVISED


MOMENTS = st.integers(0, 10**10).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_revision_never_goes_back_nor_lies_in_the_future(
    one: datetime, other: datetime, loaded: datetime
) -> None:
    earlier, later = sorted((one, other))
    first, second = (calendar_file.revised(now, loaded, CHICAGO) for now in (earlier, later))

    assert first <= second
    assert second <= later
    if loaded <= later:
        assert loaded <= second


def test_variants_are_entries_of_their_own(client: Client) -> None:
    """One that names the clinic must not overwrite one in a shared calendar that does not."""
    program = CalendarProgram(PROGRAMS["RFC 5546"])
    at = "2026-10-20T18:00:00Z"

    for query in VARIANTS:
        assert program.take(asked(client, at, query)) == []

    assert len(program.events) == len(VARIANTS)
    assert [program.take(asked(client, at, query)) != [] for query in VARIANTS] == [True] * 4


# ---- identities


def uids(file: bytes) -> list[str]:
    return [event.uid for event in strict_calendar.read(file)]


def test_identity_is_the_same_tomorrow_and_when_the_words_or_times_change() -> None:
    moved = Track(EVENING.name, tuple(Session(day, Span(600, 780)) for day in (1, 4)))
    files = [
        *(written(today=date(2026, 10, day)) for day in (1, 15, 30)),
        *(written(summary="Lamplight", location="Street 1"), written(moved)),
    ]

    assert len({uid for file in files for uid in uids(file)}) == 1


def test_no_two_series_files_groups_or_clinics_share_an_identity() -> None:
    """With the same times: what tells them apart is only the identity."""
    identities = [
        *(("lamplight.example", "evening-group"), ("lamplight.example", "evening-group", "name")),
        *(("lamplight.example", "day-group"), ("other.example", "evening-group")),
    ]
    found = [uid for each in identities for uid in uids(written(MIXED, identity=each))]

    assert len(set(found)) == len(found) == 2 * len(identities)


def test_series_keeps_its_identity_when_one_before_it_has_no_date() -> None:
    mondays = {date(2026, 10, 26) + timedelta(weeks=week) for week in range(12)}

    assert uids(written(MIXED, closed=mondays)) == uids(written(MIXED))[1:]


def test_identity_tells_nothing_without_the_key(settings) -> None:
    before = uids(written())
    settings.SECRET_KEY = "the key of another clinic"

    assert uids(written()) != before
    assert len(before[0]) == 32 and int(before[0], 16)


def test_identity_is_the_same_in_every_process(settings) -> None:
    """A known answer: HMAC-SHA256 under a key derived from SECRET_KEY, not `hash()`."""
    settings.SECRET_KEY = "a key"

    assert uids(written()) == ["af7f39de8275af3223348a7c1a7af183"]


# ---- what is in the file


@pytest.mark.parametrize("track", [EVENING, MIXED, SUNDAYS])
def test_icalendar_reads_the_same_as_the_strict_reader(track: Track) -> None:
    file = written(track, summary="Ä, b; c\\", location="Street 1")
    calendar = Calendar.from_ical(file)

    assert calendar.errors == [] and calendar.to_ical() == file
    for event, strict in zip(calendar.events, strict_calendar.read(file), strict=True):
        assert event.errors == []
        assert (event.uid, event.summary) == (strict.uid, strict.component.text("SUMMARY"))
        assert clocks(event.start, event.end) == clocks(strict.start, strict.end)
        assert event.sequence == strict.revision[0]


def clocks(*moments: date) -> list[str]:
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in moments]


def test_file_tells_nothing_by_itself() -> None:
    file = written()
    text = file.decode().lower()
    event = evening(file).component

    for word in ("lamplight", "group", "iop", "treatment", "example", "springfield", "location"):
        assert word not in text
    assert event.text("SUMMARY") == "Appointment"
    assert event.value("CLASS") == "PRIVATE"


def test_time_is_shown_as_busy_and_nothing_rings() -> None:
    file = written()

    assert evening(file).component.value("TRANSP") == "OPAQUE"
    assert b"VALARM" not in file and b"METHOD" not in file


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_name_and_place_come_back_as_they_were(words: str) -> None:
    """Folded and escaped, whatever they are: `strict_calendar` measures each line in octets."""
    event = evening(written(summary=words, location=f"{words} 1")).component

    assert (event.text("SUMMARY"), event.text("LOCATION")) == (words, f"{words} 1")


def test_letters_of_several_octets_are_folded_whole() -> None:
    location = "Löwenstraße 朝 😀 " * 20

    assert evening(written(location=location)).component.text("LOCATION") == location


def test_line_break_in_a_place_adds_no_line() -> None:
    event = evening(written(location="Street 1\r\nSUMMARY:IOP\nEND:VEVENT")).component

    assert event.text("LOCATION") == "Street 1\nSUMMARY:IOP\nEND:VEVENT"


@pytest.mark.parametrize(
    ("broken", "by"),
    [
        (b"VERSION:2.0\r\n", b""),
        (b"\r\nUID:", b"\nUID:"),
        (b"SUMMARY:Appointment", b"SUMMARY:a, b"),
        (b"SUMMARY:Appointment", b"SUMMARY:" + b"a" * 70),
        (b"TZID:America/Chicago", b"TZID:America/Denver"),
        (b"DTSTAMP:", b"DTSTAMP:1"),
        (b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"),
        (b"DTSTART;TZID=America/Chicago:20261026", b"DTSTART;TZID=America/Chicago:20261027"),
        (b"COUNT=36", b"COUNT=0x"),
    ],
)
def test_strict_reader_refuses_what_the_standard_does(broken: bytes, by: bytes) -> None:
    """The control: the reader of these tests can fail."""
    assert broken in written()
    with pytest.raises(ValueError, match=r"."):
        strict_calendar.read(written().replace(broken, by))


# ---- addresses


@pytest.mark.parametrize(
    ("names", "addresses"),
    [
        (("Evening group", "Evening group"), ["evening-group", "evening-group-2"]),
        (("朝", "Ж"), ["group", "group-2"]),
        (("Group 3", "Group", "Group"), ["group-3", "group", "group-3-3"]),
    ],
)
def test_addresses_are_unique_and_readable(names: tuple[str, ...], addresses: list[str]) -> None:
    tracks = [Track(name, EVENING.sessions) for name in names]

    assert list(calendar_file.addresses(tracks)) == addresses


# ---- served


@time_machine.travel("2026-11-30T05:30:00Z", tick=False)  # still Sunday in Chicago
def test_file_is_served_to_be_saved_and_cached(client: Client, clinic: Clinic) -> None:
    response = client.get(ADDRESS)

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies
    found = starts(response.content)
    assert found[0].date() == date(2026, 11, 30)
    assert len(found) == 3 * len(clinic.answers.sessions_by_week)


@time_machine.travel("2026-11-16T18:00:00Z", tick=False)
@pytest.mark.parametrize("meets", [True, False])
def test_holidays_are_left_out_unless_groups_meet_on_them(
    client: Client, clinic: Clinic, settings, meets: bool
) -> None:
    settings.CLINIC = replace(clinic, hours=replace(clinic.hours, groups_on_holidays=meets))
    days = {start.date() for start in starts(client.get(ADDRESS).content)}

    assert (date(2026, 11, 26) in days) is meets
    assert date(2026, 11, 25) in days


@pytest.mark.parametrize(
    ("query", "summary", "placed"),
    [
        ("", "Appointment", False),
        ("?name=1", "Lamplight IOP (sample clinic)", False),
        ("?place=1", "Appointment", True),
        ("?name=yes&place=0", "Appointment", False),
    ],
)
def test_name_and_place_only_when_asked_for(
    client: Client, query: str, summary: str, placed: bool
) -> None:
    event = evening(client.get(ADDRESS + query).content).component

    assert event.text("SUMMARY") == summary
    assert ("LOCATION" in event) is placed


def test_other_names_and_methods_are_refused(client: Client) -> None:
    assert client.get("/calendar/no-such-group.ics").status_code == 404
    assert client.post(ADDRESS).status_code == 405


def test_the_site_starts_without_the_library() -> None:
    """It costs 32 ms and 2.7 MB, and most processes never write a file."""
    program = "import sys, pages.planner.calendar_file; sys.exit('icalendar' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT).returncode == 0


# ---- the pages that link the files


@pytest.mark.parametrize("slug", ["plan-your-week", "how-it-works"])
def test_pages_link_each_group_and_say_what_the_name_does(
    client: Client, clinic: Clinic, slug: str
) -> None:
    text = client.get(f"/{slug}/").content.decode()

    for name in calendar_file.addresses(clinic.tracks):
        assert f'href="/calendar/{name}.ics"' in text
        assert f'href="/calendar/{name}.ics?name=1&amp;place=1"' in text
    assert "with our name and address in it" in text
    assert "separate entries" in text


@pytest.mark.parametrize(("meets", "said"), [(True, False), (False, True)])
def test_page_says_that_closed_days_are_left_out(
    client: Client, clinic: Clinic, settings, meets: bool, said: bool
) -> None:
    settings.CLINIC = replace(clinic, hours=replace(clinic.hours, groups_on_holidays=meets))
    text = client.get("/plan-your-week/").content.decode()

    assert ("without the days on which we’re closed" in text) is said
