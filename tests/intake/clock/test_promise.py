"""The promise clock, against known cases and against a minute-by-minute count.

The count walks through minutes and asks each for its wall clock; it uses nothing of the clock.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_site.clinic.opening_hours import ContactWindows, Hours, Span
from intake.clock.promise import (
    Promise,
    callable_now,
    callable_until,
    first_attempt,
    next_callable,
    staffed_windows,
    words,
)
from intake.seal.answers import Window

CHICAGO = ZoneInfo("America/Chicago")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
WORKDAY = (Span(8 * 60, 20 * 60),)
SAMPLE_HOURS = Hours((WORKDAY,) * 5 + ((), ()), frozenset({date(2026, 11, 26)}))
PARTS = ContactWindows(Span(480, 720), Span(720, 1020), Span(1020, 1200))
ALWAYS = Hours(((Span(0, 1440),),) * 7)
NEVER = Hours(((),) * 7)
DAYS_AHEAD = 60
CLOCK: dict[str, Any] = {"hours": SAMPLE_HOURS, "contact_windows": PARTS, "time_zone": CHICAGO}


def at(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def attempt(
    received: datetime,
    windows: int = 0,
    *,
    hours: Hours = SAMPLE_HOURS,
    parts: ContactWindows = PARTS,
    minutes: int = 15,
) -> Promise:
    return first_attempt(
        received,
        hours=hours,
        windows=windows,
        contact_windows=parts,
        time_zone=CHICAGO,
        minutes=minutes,
    )


# Known cases. 2026-11-24 is a Tuesday; Thursday the 26th is a holiday.


@pytest.mark.parametrize(
    ("received", "windows", "start", "end"),
    [
        ("2026-11-24T10:00", 0, "2026-11-24T10:00", "2026-11-24T10:15"),
        ("2026-11-24T02:00", 0, "2026-11-24T08:00", "2026-11-24T08:15"),
        ("2026-11-24T20:00", 0, "2026-11-25T08:00", "2026-11-25T08:15"),
        ("2026-11-25T20:00", 0, "2026-11-27T08:00", "2026-11-27T08:15"),
        ("2026-11-27T20:00", 0, "2026-11-30T08:00", "2026-11-30T08:15"),
        ("2026-11-24T10:00", Window.WEEKDAY_EVENING, "2026-11-24T17:00", "2026-11-24T17:15"),
        ("2026-11-24T10:00:30", 0, "2026-11-24T10:00:30", "2026-11-24T10:15:30"),
        # The time that is left today counts, the rest comes in the next safe opening.
        ("2026-11-24T19:55", 0, "2026-11-24T19:55", "2026-11-25T08:10"),
        ("2026-11-24T11:50", Window.WEEKDAY_MORNING, "2026-11-24T11:50", "2026-11-25T08:05"),
        # Windows that touch are one stretch of time.
        (
            "2026-11-24T11:50",
            Window.WEEKDAY_MORNING | Window.WEEKDAY_AFTERNOON,
            "2026-11-24T11:50",
            "2026-11-24T12:05",
        ),
    ],
)
def test_first_attempt_is_in_open_and_safe_time(
    received: str, windows: int, start: str, end: str
) -> None:
    assert attempt(at(received), windows) == Promise(at(start), at(end), flagged=False)


def test_windows_that_nobody_staffs_give_the_next_opening_flagged() -> None:
    promise = attempt(at("2026-11-24T21:00"), Window.WEEKEND_MORNING)
    assert promise == (at("2026-11-25T08:00"), at("2026-11-25T08:15"), True)


def test_no_opening_gives_the_end_of_the_horizon_flagged() -> None:
    received = at("2026-11-24T10:00")
    promise = attempt(received, hours=NEVER)
    end = received.astimezone(UTC) + timedelta(days=DAYS_AHEAD)
    assert promise == (end, end, True)
    assert not promise.opens


def test_promise_that_time_runs_out_on_ends_with_the_last_opening() -> None:
    promise = attempt(at("2026-11-24T10:00"), minutes=100_000)
    assert promise.start == at("2026-11-24T10:00")
    assert promise.end == at("2027-01-22T20:00")


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        attempt(datetime.fromisoformat("2026-11-24T10:00"))


def test_span_in_the_hour_that_spring_skips_begins_when_the_clocks_turn() -> None:
    night = Hours(((Span(150, 240),),) * 7)  # 2:30 to 4 am; 2027-03-14 has no 2:30
    promise = attempt(at("2027-03-14T00:00"), hours=night)
    assert promise.start == datetime(2027, 3, 14, 8, 0, tzinfo=UTC)
    assert promise.start.astimezone(CHICAGO).hour == 3


def test_span_in_the_hour_that_fall_repeats_counts_both_times() -> None:
    night = Hours(((Span(60, 90),),) * 7)  # 1 to 1:30 am; 2026-11-01 has it twice
    promise = attempt(at("2026-11-01T00:00"), hours=night, minutes=45)
    assert promise.start == datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    assert promise.end == datetime(2026, 11, 1, 7, 15, tzinfo=UTC)


def test_seconds_do_not_move_the_turn_of_the_clocks() -> None:
    night = Hours(((Span(180, 240),),) * 7)
    assert attempt(at("2027-03-13T23:10:40"), hours=night).start == at("2027-03-14T03:00")


@pytest.mark.parametrize(
    ("now", "windows", "expected"),
    [
        ("2026-11-24T08:00", 0, True),
        ("2026-11-24T20:00", 0, False),
        ("2026-11-26T10:00", 0, False),
        ("2026-11-24T16:59", Window.WEEKDAY_EVENING, False),
        ("2026-11-24T17:00", Window.WEEKDAY_EVENING, True),
        ("2026-11-24T17:00", Window.WEEKEND_EVENING, False),
    ],
)
def test_callable_now_is_open_and_safe(now: str, windows: int, expected: bool) -> None:
    assert callable_now(windows, at(now), **CLOCK) is expected


def test_next_callable_is_now_or_later_or_never() -> None:
    now = at("2026-11-24T18:00")
    assert next_callable(0, now, **CLOCK) == now
    assert next_callable(Window.WEEKDAY_MORNING, now, **CLOCK) == at("2026-11-25T08:00")
    assert next_callable(Window.WEEKEND_MORNING, now, **CLOCK) is None


def test_staffed_windows_are_those_that_meet_opening_hours() -> None:
    every_weekday = Window.WEEKDAY_MORNING | Window.WEEKDAY_AFTERNOON | Window.WEEKDAY_EVENING
    assert staffed_windows(SAMPLE_HOURS, PARTS) == every_weekday
    short = Hours(((Span(480, 720),),) + ((),) * 5 + ((Span(1020, 1021),),))
    assert staffed_windows(short, PARTS) == Window.WEEKDAY_MORNING | Window.WEEKEND_EVENING
    assert staffed_windows(NEVER, PARTS) == Window(0)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24T17:00", "2026-11-24T17:15", "today between 5 and 5:15 pm"),
        ("2026-11-24T11:50", "2026-11-24T12:05", "today between 11:50 am and 12:05 pm"),
        ("2026-11-24T11:45", "2026-11-24T12:00", "today between 11:45 am and noon"),
        ("2026-11-24T23:45", "2026-11-25T00:00", "today between 11:45 pm and midnight"),
        ("2026-11-25T08:00", "2026-11-25T08:15", "tomorrow between 8 and 8:15 am"),
        ("2026-11-30T08:00", "2026-11-30T08:15", "on Monday between 8 and 8:15 am"),
        ("2026-12-01T08:00", "2026-12-01T08:15", "on Tuesday, December 1 between 8 and 8:15 am"),
        ("2026-11-23T08:00", "2026-11-23T08:15", "on Monday, November 23 between 8 and 8:15 am"),
        ("2026-11-24T19:55", "2026-11-25T08:10", "between 7:55 pm today and 8:10 am tomorrow"),
    ],
)
def test_promise_is_said_in_plain_words(start: str, end: str, said: str) -> None:
    promise = Promise(at(start).astimezone(UTC), at(end).astimezone(UTC), flagged=False)
    now = at("2026-11-24T10:00").astimezone(UTC)
    assert words(promise, now, CHICAGO) == f"a person will try you {said}"


def test_fall_hour_is_said_with_am_twice() -> None:
    start = datetime(2026, 11, 1, 6, 50, tzinfo=UTC)
    promise = Promise(start, start + timedelta(minutes=15), flagged=False)
    assert words(promise, start, CHICAGO).endswith("today between 1:50 am and 1:05 am")


def test_flagged_promise_is_no_promise_to_call() -> None:
    now = at("2026-11-24T21:00")
    assert words(attempt(now, Window.WEEKEND_MORNING), now, CHICAGO) == (
        "a person will read your message tomorrow between 8 and 8:15 am, "
        "and look for a safe time to reach you"
    )


def test_promise_without_opening_names_no_time() -> None:
    now = at("2026-11-24T21:00")
    assert words(attempt(now, hours=NEVER), now, CHICAGO) == (
        "a person will read your message as soon as we are open again"
    )


# The count.

MORNINGS, AFTERNOONS, EVENINGS = (1, 8), (2, 16), (4, 32)
Pairs = tuple[tuple[int, int], ...]
Case = tuple[datetime, ZoneInfo, tuple[Pairs, ...], Pairs, frozenset[date], int, int]


def counted(case: Case) -> tuple[datetime, datetime, bool]:
    """The promise, found by asking every minute of 60 days."""
    received, zone, week, parts, holidays, windows, minutes = case
    moments = [received + timedelta(minutes=n) for n in range(DAYS_AHEAD * 1440)]
    minute = timedelta(minutes=1)
    for bits in (windows, 0):
        good = (m for m in moments if counts(m.astimezone(zone), week, parts, holidays, bits))
        first = list(islice(good, minutes))
        if first:
            return first[0], first[-1] + minute, bits != windows
    return moments[-1] + minute, moments[-1] + minute, True


def counts(
    wall: datetime, week: tuple[Pairs, ...], parts: Pairs, holidays: frozenset[date], bits: int
) -> bool:
    clock = wall.hour * 60 + wall.minute
    if not any(a <= clock < b for a, b in week[wall.weekday()]) or wall.date() in holidays:
        return False
    weekend = wall.weekday() in {5, 6}
    safe = [pair[weekend] & bits for pair in (MORNINGS, AFTERNOONS, EVENINGS)]
    return not bits or any(s and a <= clock < b for s, (a, b) in zip(safe, parts, strict=True))


# Minutes near the turns of the clocks come often: they turn at 2 am.
near = st.sampled_from([0, 30, 60, 90, 119, 120, 121, 150, 180, 210, 1439, 1440])
minute_of_day = st.one_of(near, st.integers(0, 1440))


def pairs(count: int) -> st.SearchStrategy[Pairs]:
    edges = st.lists(minute_of_day, min_size=2 * count, max_size=2 * count, unique=True)
    return edges.map(sorted).map(lambda e: tuple(zip(e[::2], e[1::2], strict=True)))


day_pairs = st.one_of(st.just(()), pairs(1), pairs(2))
weeks = st.one_of(
    st.tuples(*[day_pairs] * 7),
    pairs(1).map(lambda p: (p,) * 7),
    pairs(2).map(lambda p: ((),) * 6 + (p,)),
)
turns = st.sampled_from(
    [
        (CHICAGO, datetime(2026, 11, 1, 7, tzinfo=UTC)),
        (CHICAGO, datetime(2027, 3, 14, 8, tzinfo=UTC)),
        (LORD_HOWE, datetime(2027, 4, 3, 15, tzinfo=UTC)),
        (LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        (ZoneInfo("America/St_Johns"), datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
        (ZoneInfo("Asia/Kathmandu"), datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
    ]
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, turn = draw(turns)
    shift = draw(st.one_of(st.integers(-180, 180), st.integers(-10_000, 3_000)))
    first = turn.date() - timedelta(days=1)
    holidays = draw(st.frozensets(st.integers(0, 9), max_size=3))
    return (
        turn + timedelta(minutes=shift),
        zone,
        draw(weeks),
        draw(pairs(3)),
        frozenset(first + timedelta(days=n) for n in holidays),
        draw(st.integers(0, 63)),
        draw(st.sampled_from([1, 15, 15, 60, 240])),
    )


def built(case: Case) -> tuple[Hours, ContactWindows]:
    _, _, week, parts, holidays, _, _ = case
    spans = tuple(tuple(Span(a, b) for a, b in day) for day in week)
    return Hours(spans, holidays), ContactWindows(*(Span(a, b) for a, b in parts))


def promised(case: Case) -> Promise:
    received, zone, _, _, _, windows, minutes = case
    hours, parts = built(case)
    return first_attempt(
        received,
        hours=hours,
        windows=windows,
        contact_windows=parts,
        time_zone=zone,
        minutes=minutes,
    )


@settings(max_examples=40, deadline=None)
@given(cases())
def test_promise_is_what_counting_minutes_gives(case: Case) -> None:
    assert promised(case) == counted(case)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_callable_now_agrees_with_the_promise(case: Case) -> None:
    hours, parts = built(case)
    received, zone, windows = case[0], case[1], case[5]
    clock: dict[str, Any] = {"hours": hours, "contact_windows": parts, "time_zone": zone}
    promise = promised(case)
    found = next_callable(windows, received, **clock)
    assert found == (None if promise.flagged else promise.start)
    assert callable_now(windows, promise.start, **clock) is not promise.flagged or not promise.opens


@settings(max_examples=100, deadline=None)
@given(cases())
def test_windows_outside_the_staffed_ones_are_always_flagged(case: Case) -> None:
    unstaffed = ~int(staffed_windows(*built(case))) & 63
    if unstaffed:
        assert promised((*case[:5], unstaffed, case[6])).flagged


# Until when it stays so.


@pytest.mark.parametrize(
    ("now", "windows", "until"),
    [
        ("2026-11-24T10:00", Window.WEEKDAY_MORNING, "2026-11-24T12:00"),
        ("2026-11-24T10:00", Window.WEEKDAY_MORNING | Window.WEEKDAY_AFTERNOON, "2026-11-24T17:00"),
        ("2026-11-24T10:00", 0, "2026-11-24T20:00"),
        ("2026-11-24T11:59:59", Window.WEEKDAY_MORNING, "2026-11-24T12:00"),
        ("2026-11-24T12:00", Window.WEEKDAY_MORNING, None),
        ("2026-11-24T07:59:59", 0, None),
        ("2026-11-26T10:00", 0, None),
    ],
)
def test_callable_until_the_end_of_touching_windows(
    now: str, windows: int, until: str | None
) -> None:
    assert callable_until(windows, at(now), **CLOCK) == (until and at(until))


def test_callable_until_the_horizon_when_it_never_ends() -> None:
    now = at("2026-11-24T10:00")
    always = CLOCK | {"hours": ALWAYS}

    assert callable_until(0, now, **always) == now + timedelta(days=DAYS_AHEAD)


@given(
    minute=st.integers(0, 14 * 1440),
    windows=st.integers(0, 63),
)
def test_callable_until_agrees_with_callable_now(minute: int, windows: int) -> None:
    """Two weeks with the end of daylight saving time in them."""
    now = datetime(2026, 10, 26, tzinfo=UTC) + timedelta(minutes=minute)
    until = callable_until(windows, now, **CLOCK)

    assert (until is not None) is callable_now(windows, now, **CLOCK)
    if until is not None:
        assert not callable_now(windows, until, **CLOCK)
        assert callable_now(windows, until - timedelta(minutes=1), **CLOCK)
