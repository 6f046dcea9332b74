"""The cadence, against known cases and against a minute-by-minute count of its own."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_site.clinic.opening_hours import ContactWindows, Hours, Span
from intake.clock.cadence import Policy, Try, enough, next_try, window_at
from intake.seal.answers import Window

CHICAGO = ZoneInfo("America/Chicago")
HOURS = Hours(((Span(480, 1200),),) * 5 + ((), ()), frozenset({date(2026, 11, 26)}))
PARTS = ContactWindows(Span(480, 720), Span(720, 1020), Span(1020, 1200))
POLICY = Policy(6, 2, timedelta(hours=2))
NAMES = ("morning", "afternoon", "evening")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


def after(last: str, windows: int = 0, *, hours: Hours = HOURS) -> datetime | None:
    return next_try(
        at(last), windows, POLICY, hours=hours, contact_windows=PARTS, time_zone=CHICAGO
    )


# 2026-11-24 is a Tuesday; Thursday the 26th is a holiday.


@pytest.mark.parametrize(
    ("last", "windows", "expected"),
    [
        ("2026-11-24T09:00", 0, "2026-11-24T12:00"),
        ("2026-11-24T11:00", 0, "2026-11-24T13:00"),
        ("2026-11-24T13:00", 0, "2026-11-24T17:00"),
        ("2026-11-24T18:00", 0, "2026-11-25T08:00"),
        # Mornings only: the next one, over the holiday too.
        ("2026-11-24T09:00", Window.WEEKDAY_MORNING, "2026-11-25T08:00"),
        ("2026-11-25T09:00", Window.WEEKDAY_MORNING, "2026-11-27T08:00"),
        # Another part, unless it is more than a day later.
        (
            "2026-11-24T09:00",
            Window.WEEKDAY_MORNING | Window.WEEKDAY_EVENING,
            "2026-11-24T17:00",
        ),
        (
            "2026-11-25T18:00",
            Window.WEEKDAY_MORNING | Window.WEEKDAY_EVENING,
            "2026-11-27T08:00",
        ),
        ("2026-11-24T09:00", Window.WEEKEND_EVENING, None),
    ],
)
def test_next_try_is_in_another_part_of_the_day(
    last: str, windows: int, expected: str | None
) -> None:
    assert after(last, windows) == (expected and at(expected))


def test_another_part_that_is_far_away_does_not_keep_somebody_waiting() -> None:
    weekend = Hours(((Span(480, 1200),),) * 7)
    windows = Window.WEEKDAY_MORNING | Window.WEEKEND_EVENING

    assert after("2026-11-23T09:00", windows, hours=weekend) == at("2026-11-24T08:00")
    assert after("2026-11-27T09:00", windows, hours=weekend) == at("2026-11-28T17:00")


def test_day_that_is_open_once_a_week_for_less_than_the_pause() -> None:
    short = Hours(((Span(480, 540),), (), (), (), (), (), ()))
    assert after("2026-11-23T08:00", hours=short) == at("2026-11-30T08:00")


@pytest.mark.parametrize(
    ("moment", "window"),
    [
        ("2026-11-24T08:00", Window.WEEKDAY_MORNING),
        ("2026-11-24T11:59", Window.WEEKDAY_MORNING),
        ("2026-11-24T12:00", Window.WEEKDAY_AFTERNOON),
        ("2026-11-28T19:59", Window.WEEKEND_EVENING),
        ("2026-11-24T20:00", Window(0)),
        ("2026-11-24T07:59", Window(0)),
    ],
)
def test_window_at(moment: str, window: Window) -> None:
    assert window_at(at(moment), PARTS, CHICAGO) == window


# Enough.


def tries(*windows: int, inside: bool = True) -> list[Try]:
    return [Try(window, inside) for window in windows]


@pytest.mark.parametrize(
    ("made", "windows", "expected"),
    [
        (tries(1, 1, 1, 2, 2, 2), 0, True),
        (tries(1, 1, 1, 2, 2), 0, False),
        (tries(1, 1, 1, 1, 1, 1), 0, False),
        (tries(1, 1, 1, 1, 1, 1), Window.WEEKDAY_MORNING, True),
        # A weekend morning is a morning.
        (tries(1, 1, 1, 8, 8, 8), 0, False),
        (tries(1, 1, 1, 2, 2) + tries(2, inside=False), 0, False),
        (tries(0, 0, 0, 0, 0, 1), 0, False),
        ([], Window.WEEKEND_EVENING, False),
    ],
)
def test_enough(made: list[Try], windows: int, expected: bool) -> None:
    assert enough(made, windows, POLICY, hours=HOURS, contact_windows=PARTS) is expected


def test_order_of_tries_does_not_matter() -> None:
    made = tries(1, 2, 1, 2, 4, 1)

    for turned in (made, made[::-1]):
        assert enough(turned, 0, POLICY, hours=HOURS, contact_windows=PARTS)


# Against a count.

span = st.tuples(st.integers(0, 47), st.integers(1, 20)).map(
    lambda each: Span(each[0] * 30, min(1440, (each[0] + each[1]) * 30))
)
day = st.one_of(st.just(()), span.map(lambda each: (each,)))
weeks = st.lists(day, min_size=7, max_size=7).map(lambda days: Hours(tuple(days)))
instants = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DAYS_COUNTED = 8  # an ordinary week repeats, so that what has not come by then never comes


def part_at(moment: datetime) -> tuple[str, str] | None:
    """("weekday", "morning") on the wall clock, read off the span's hours."""
    wall = moment.astimezone(CHICAGO)
    minute = wall.hour * 60 + wall.minute
    half = "weekend" if wall.weekday() in (5, 6) else "weekday"
    for name in NAMES:
        within = getattr(PARTS, name)
        if minute in range(within.start, within.end):
            return half, name
    return None


def is_good(moment: datetime, hours: Hours, windows: int) -> bool:
    wall = moment.astimezone(CHICAGO)
    minute = wall.hour * 60 + wall.minute
    if not any(minute in range(each.start, each.end) for each in hours.week[wall.weekday()]):
        return False
    part = part_at(moment)
    return windows == 0 or (part is not None and Window["_".join(part).upper()] in Window(windows))


def counted(last: datetime, hours: Hours, windows: int) -> datetime | None:
    first = other = another_day = None
    tried = part_at(last)
    for minutes in range(DAYS_COUNTED * 24 * 60):
        moment = last + POLICY.pause + timedelta(minutes=minutes)
        if not is_good(moment, hours, windows):
            continue
        first = first or moment
        part = part_at(moment)
        if other is None and (tried is None or (part is not None and part[1] != tried[1])):
            other = moment
        if another_day is None and (
            moment.astimezone(CHICAGO).date() > last.astimezone(CHICAGO).date()
        ):
            another_day = moment
        if other and another_day:
            break
    if other is None or (another_day and another_day + timedelta(days=1) < other):
        other = another_day
    return other or first


@settings(max_examples=120)
@given(last=instants, hours=weeks.filter(lambda each: any(each.week)), windows=st.integers(0, 63))
def test_next_try_is_what_a_count_of_minutes_finds(
    last: datetime, hours: Hours, windows: int
) -> None:
    found = next_try(last, windows, POLICY, hours=hours, contact_windows=PARTS, time_zone=CHICAGO)

    assert found == counted(last, hours, windows)


@settings(max_examples=100)
@given(
    made=st.lists(st.tuples(st.sampled_from([0, *Window]), st.booleans()), max_size=12),
    windows=st.integers(0, 63),
)
def test_enough_is_what_a_count_finds(made: list[tuple[int, bool]], windows: int) -> None:
    safe = [window for window, inside in made if inside]
    names = {int(each): str(each.name).split("_") for each in Window}
    parts = {names[each][1] for each in safe if each}
    open_to = {
        part
        for bit, (half, part) in names.items()
        if half == "WEEKDAY" and (windows == 0 or bit & windows)
    }
    expected = len(safe) >= 6 and len(parts) >= min(2, len(open_to))

    tried = [Try(*each) for each in made]
    assert enough(tried, windows, POLICY, hours=HOURS, contact_windows=PARTS) is expected
