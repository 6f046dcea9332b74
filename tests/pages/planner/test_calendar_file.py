"""The calendar file, read as a calendar program reads it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.planner import calendar_file
from pages.registry import by_name

CHICAGO = ZoneInfo("America/Chicago")
ADDRESS = "/calendar/evening-group.ics"
EVENING = Track("Evening group", tuple(Session(day, Span(1080, 1260)) for day in (0, 2, 3)))
MIXED = Track("Mixed", (Session(0, Span(540, 720)), Session(5, Span(600, 1440))))
SUNDAYS = Track("Sundays", (Session(6, Span(0, 60)),))
SPRING, AUTUMN = date(2027, 3, 14), date(2026, 11, 1)  # when clocks change in the United States


def written(track=EVENING, **changed):
    values = {
        "zone": CHICAGO,
        "today": date(2026, 10, 20),
        "weeks": 12,
        "changed": date(2026, 10, 1),
    }
    return calendar_file.text(track, calendar_file.Wanted(**values | changed))


def events(text):
    return Calendar.from_ical(text).walk("VEVENT")


def starts(text):
    """Every start of every series, in the time zone that the file itself describes."""
    calendar = Calendar.from_ical(text)
    (described,) = calendar.walk("VTIMEZONE")
    zone = described.to_tz(lookup_tzid=False)
    return sorted(
        start.replace(tzinfo=zone)
        for event in calendar.walk("VEVENT")
        for start in rrulestr(
            event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt.replace(tzinfo=None)
        )
        if start not in left_out(event)
    )


def left_out(event):
    return (
        [each.dt.replace(tzinfo=None) for each in event["EXDATE"].dts] if "EXDATE" in event else []
    )


def test_file_can_be_read_and_has_what_the_standard_asks_for():
    calendar = Calendar.from_ical(written())
    assert calendar["VERSION"] == "2.0"
    (event,) = calendar.walk("VEVENT")
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "RRULE", "SUMMARY"} <= set(event)
    assert not calendar.errors
    assert not event.errors


def test_appointments_are_at_the_group_s_times():
    first = starts(written())[:4]
    assert [f"{start:%a %b %d %H:%M}" for start in first] == [
        "Mon Oct 26 18:00",
        "Wed Oct 28 18:00",
        "Thu Oct 29 18:00",
        "Mon Nov 02 18:00",
    ]
    (event,) = events(written())
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=3)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [(AUTUMN, -5, -6), (SPRING, -6, -5)],
    ids=["autumn", "spring"],
)
def test_local_time_stays_when_the_clock_changes(change, before, after):
    found = {s.date(): s for s in starts(written(today=change - timedelta(days=14)))}
    last, first = (found[change + timedelta(days)] for days in (-3, 1))
    assert (last.hour, first.hour) == (18, 18)
    assert last.utcoffset() == timedelta(hours=before)
    assert first.utcoffset() == timedelta(hours=after)


def test_zone_names_the_wall_clock_at_which_it_changes():
    (described,) = Calendar.from_ical(written()).walk("VTIMEZONE")
    onsets = {
        (part.name, f"{part['DTSTART'].dt:%Y-%m-%d %H:%M}") for part in described.subcomponents
    }
    assert ("STANDARD", "2026-11-01 02:00") in onsets
    assert ("DAYLIGHT", "2026-03-08 02:00") in onsets


@pytest.mark.parametrize(
    "zone",
    ["America/Phoenix", "America/New_York", "Pacific/Honolulu", "Australia/Lord_Howe", "UTC"],
)
@given(
    day=st.dates(date(2024, 1, 1), date(2035, 1, 1)),
    track=st.sampled_from((EVENING, MIXED, SUNDAYS)),
)
def test_described_zone_is_the_real_one_for_all_appointments(zone, day, track):
    real = ZoneInfo(zone)
    for start in starts(written(track, zone=real, today=day)):
        assert start.utcoffset() == start.replace(tzinfo=real).utcoffset()


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(1, 20))
def test_series_starts_next_monday_and_has_all_weeks(day, weeks):
    found = starts(written(MIXED, today=day, weeks=weeks))
    assert found[0].weekday() == 0
    assert day < found[0].date() <= day + timedelta(days=7)
    assert len(found) == weeks * len(MIXED.sessions)
    assert {(s.weekday(), s.hour) for s in found} == {(0, 9), (5, 10)}


@given(st.frozensets(st.dates(date(2026, 10, 20), date(2027, 2, 1)), max_size=40))
def test_closed_days_and_no_others_are_left_out(closed):
    for track in (EVENING, MIXED):
        every = starts(written(track))
        assert starts(written(track, closed=closed)) == [s for s in every if s.date() not in closed]


def test_series_begins_on_a_day_that_is_open():
    """Some calendars show the first day of a series even if it is an exception."""
    (event,) = events(written(closed={date(2026, 10, 26), date(2026, 11, 2)}))
    assert event["DTSTART"].dt.date() == date(2026, 10, 28)
    assert [f"{day:%b %d %H:%M}" for day in left_out(event)] == ["Nov 02 18:00"]


def test_group_that_never_meets_has_no_series():
    days = {date(2026, 10, 26) + timedelta(days=n) for n in range(84)}
    assert events(written(closed=days)) == []


def test_session_until_midnight_ends_on_the_next_day():
    (event,) = (e for e in events(written(MIXED)) if e["RRULE"]["BYDAY"] == ["SA"])
    assert event["DTEND"].dt.replace(tzinfo=None) == datetime.combine(date(2026, 11, 1), time())


def test_identity_is_of_what_the_entry_shows_anyway():
    named = {events(written(replace_name(name)))[0]["UID"] for name in ("A group", "B group")}
    assert len(named) == 1
    assert named == {events(written(summary="Lamplight IOP"))[0]["UID"]}


def test_file_tells_nothing_by_itself():
    text = written().lower()
    for word in ("lamplight", "group", "iop", "treatment", "example", "springfield", "location"):
        assert word not in text
    (event,) = events(written())
    assert event["SUMMARY"] == "Appointment"
    assert event["CLASS"] == "PRIVATE"


def test_name_and_place_are_there_if_asked_for():
    summary, location = "Löwen; Haus, \\new", "Street 1\n" + "ä" * 100
    (event,) = events(written(summary=summary, location=location))
    assert event["SUMMARY"] == summary
    assert event["LOCATION"] == location.replace("\n", " ")


def test_lines_are_as_short_as_the_standard_asks():
    lines = written(location="ä" * 200).split("\r\n")
    assert lines[-1] == ""
    assert max(len(line.encode()) for line in lines) <= 75


def test_identity_is_the_same_tomorrow_and_differs_by_group():
    same = {events(written(today=date(2026, 10, day)))[0]["UID"] for day in (1, 15, 30)}
    other = {event["UID"] for event in events(written(MIXED))}
    assert len(same) == 1
    assert len(other) == 2
    assert not same & other


@pytest.mark.parametrize(
    ("names", "addresses"),
    [
        (("Evening group", "Evening group"), ["evening-group", "evening-group-2"]),
        (("朝", "Ж"), ["group", "group-2"]),
        (("Group 3", "Group", "Group"), ["group-3", "group", "group-3-3"]),
    ],
)
def test_addresses_are_unique_and_readable(names, addresses):
    assert list(calendar_file.addresses([replace_name(name) for name in names])) == addresses


def replace_name(name):
    return Track(name, EVENING.sessions)


# ---- served


@time_machine.travel("2026-11-30T05:30:00Z", tick=False)  # still Sunday in Chicago
def test_file_is_served_to_be_saved_and_cached(client, clinic):
    response = client.get(ADDRESS)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies
    text = response.content.decode()
    (event,) = events(text)
    assert event["DTSTAMP"].dt.date() == by_name("plan-your-week").changed
    assert starts(text)[0].date() == date(2026, 11, 30)
    assert len(starts(text)) == 3 * len(clinic.answers.sessions_by_week)


@time_machine.travel("2026-11-16T18:00:00Z", tick=False)
@pytest.mark.parametrize("meets", [True, False])
def test_holidays_are_left_out_unless_groups_meet_on_them(client, clinic, settings, meets):
    settings.CLINIC = replace(clinic, hours=replace(clinic.hours, groups_on_holidays=meets))
    days = {start.date() for start in starts(client.get(ADDRESS).content.decode())}
    assert (date(2026, 11, 26) in days) is meets
    assert date(2026, 11, 25) in days


@pytest.mark.parametrize(("meets", "said"), [(True, False), (False, True)])
def test_page_says_that_closed_days_are_left_out(client, clinic, settings, meets, said):
    settings.CLINIC = replace(clinic, hours=replace(clinic.hours, groups_on_holidays=meets))
    text = client.get("/plan-your-week/").content.decode()
    assert ("without the days on which we’re closed" in text) is said


@pytest.mark.parametrize(
    ("query", "summary", "placed"),
    [
        ("", "Appointment", False),
        ("?name=1", "Lamplight IOP (sample clinic)", False),
        ("?place=1", "Appointment", True),
        ("?name=yes&place=0", "Appointment", False),
    ],
)
def test_name_and_place_only_when_asked_for(client, query, summary, placed):
    (event,) = events(client.get(ADDRESS + query).content.decode())
    assert event["SUMMARY"] == summary
    assert ("LOCATION" in event) is placed


def test_other_names_and_methods_are_refused(client):
    assert client.get("/calendar/no-such-group.ics").status_code == 404
    assert client.post(ADDRESS).status_code == 405


@pytest.mark.parametrize("slug", ["plan-your-week", "how-it-works"])
def test_pages_link_each_group_and_say_what_the_name_does(client, clinic, slug):
    text = client.get(f"/{slug}/").content.decode()
    for name in calendar_file.addresses(clinic.tracks):
        assert f'href="/calendar/{name}.ics"' in text
        assert f'href="/calendar/{name}.ics?name=1&amp;place=1"' in text
    assert "with our name and address in it" in text
