"""Which request is in which section of the queue, against rules written down a second time."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from clinic_site.clinic.opening_hours import Span
from intake.clock import deadlines
from intake.models import Request
from intake.models.queue_sections import OPEN, Look, Section
from intake.rules.states import CLOSED, NEXT_ACTION, State
from intake.rules.states import OPEN as OPEN_STATES
from intake.seal.answers import Asker, Channel, Window
from tests.clock import local
from tests.intake import rows

pytestmark = pytest.mark.django_db
ME, OTHER = "sam", "kim"
MORNING = Window.WEEKDAY_MORNING


def look(now: datetime, username: str = ME) -> Look:
    return Look(username, now, deadlines.window_now(now))


def members(section: Section, now: datetime) -> set[Request]:
    return set(Request.objects.in_section(section, look(now)))


def callable_at(now: datetime) -> set[Request]:
    return members(Section.CALLABLE, now)


def put(row: Request, **columns: Any) -> Request:
    Request.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


# The part of the week that it is; 2026-11-24 is a Tuesday, the 26th a holiday.


@pytest.mark.parametrize(
    ("at", "window"),
    [
        (local(7, 59), None),
        (local(8), Window.WEEKDAY_MORNING),
        (local(11, 59), Window.WEEKDAY_MORNING),
        (local(12), Window.WEEKDAY_AFTERNOON),
        (local(16, 59), Window.WEEKDAY_AFTERNOON),
        (local(17), Window.WEEKDAY_EVENING),
        (local(19, 59), Window.WEEKDAY_EVENING),
        (local(20), None),
        (local(10, day=26), None),
        (local(10, day=28), None),
    ],
)
def test_window_now_begins_and_ends_with_its_minute(at: datetime, window: Window | None) -> None:
    assert deadlines.window_now(at) == window


def test_between_two_parts_of_the_day_it_is_none_of_them(settings: Any) -> None:
    from dataclasses import replace

    parts = replace(settings.CLINIC.contact_windows, morning=Span(480, 660))
    settings.CLINIC = replace(settings.CLINIC, contact_windows=parts)
    anytime, morning = (rows.request(sent=rows.answers(windows=each)) for each in (0, MORNING))

    assert deadlines.window_now(local(11, 30)) == Window(0)
    assert callable_at(local(10, 59)) == {anytime, morning}
    assert callable_at(local(11)) == callable_at(local(11, 59)) == {anytime}


# Callable now.


@pytest.mark.parametrize(
    ("at", "found"), [(local(7, 59), 0), (local(8), 1), (local(11, 59), 1), (local(12), 0)]
)
def test_callable_from_the_start_to_the_end_of_a_safe_window(at: datetime, found: int) -> None:
    rows.request(now=local(8, day=23))

    assert len(callable_at(at)) == found


@pytest.mark.parametrize(
    ("at", "found"), [(local(19, 59), 1), (local(20), 0), (local(9, day=26), 0)]
)
def test_nobody_is_callable_while_the_clinic_is_closed(at: datetime, found: int) -> None:
    rows.request(sent=rows.answers(windows=0), now=local(8, day=23))

    assert len(callable_at(at)) == found


def test_who_asked_not_to_be_contacted_is_not_callable() -> None:
    row = rows.request()
    assert callable_at(rows.NOW) == {row}

    put(row, no_contact_at=rows.NOW, no_contact_by=ME)

    assert callable_at(rows.NOW) == set()


@pytest.mark.parametrize("state", [state for state in State if state is not State.PURGED])
def test_callable_states_are_those_whose_next_step_is_a_call(state: State) -> None:
    row = rows.request_in(state)
    Request.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(next_due=local(8))
    called = {State.NEW, State.CLAIMED, State.TRYING, State.REACHED}

    assert (row in callable_at(rows.NOW)) is (state in called)


def test_who_waits_is_callable_from_the_agreed_time_on() -> None:
    row = put(rows.request_in(State.WAITING), next_due=rows.NOW)

    assert callable_at(rows.NOW - timedelta(microseconds=1)) == set()
    assert callable_at(rows.NOW) == {row}


def test_overdue_begins_after_the_due_time() -> None:
    row = put(rows.request(), next_due=rows.NOW)

    assert members(Section.OVERDUE, rows.NOW) == set()
    assert members(Section.OVERDUE, rows.NOW + timedelta(microseconds=1)) == {row}


def test_way_of_reply_that_we_do_not_have_is_for_a_manager(settings: Any) -> None:
    from dataclasses import replace

    replies = replace(settings.CLINIC.replies, channels=("email",))
    settings.CLINIC = replace(settings.CLINIC, replies=replies)
    row = rows.request()

    assert callable_at(rows.NOW) == set()
    assert members(Section.UNREACHABLE, rows.NOW) == {row}


def test_mine_and_nobodys_come_before_a_colleagues() -> None:
    theirs, mine, free = (rows.request() for _ in range(3))
    rows.step(theirs, State.CLAIMED, owner=OTHER, next_due=rows.NOW - timedelta(days=1))
    rows.step(mine, State.CLAIMED, owner=ME, next_due=rows.NOW + timedelta(hours=2))

    found = Request.objects.callable_now(look(rows.NOW)).order_by("rank", "next_due")

    assert list(found) == [free, mine, theirs]


# Every section, by rules that share nothing with the queries.

RULES: dict[Section, Callable[[Request, datetime], bool]] = {
    Section.MINE: lambda row, now: row.owner == ME,
    Section.UNCLAIMED: lambda row, now: row.state == "new",
    Section.OVERDUE: lambda row, now: bool(row.next_due and row.next_due < now),
    Section.DECISION: lambda row, now: row.state == "needs_decision",
    Section.WAITING: lambda row, now: row.state in ("waiting", "scheduled"),
    Section.QUARANTINE: lambda row, now: row.state == "quarantined",
    Section.UNREACHABLE: lambda row, now: not _ever_reachable(row),
    Section.CALLABLE: lambda row, now: _callable(row, now),
}


def _wall(now: datetime) -> tuple[bool, str]:
    """Is the sample clinic open then, and which part of the day is it? Written out by hand."""
    wall = now.astimezone(local(0).tzinfo)
    part = "morning" if wall.hour < 12 else "afternoon" if wall.hour < 17 else "evening"
    return wall.weekday() < 5 and 8 <= wall.hour < 20, part


def _callable(row: Request, now: datetime) -> bool:
    is_open, part = _wall(now)
    bit = {"morning": 1, "afternoon": 2, "evening": 4}[part]
    safe = row.windows == 0 or row.windows & bit
    turn = row.state in ("new", "claimed", "trying", "reached") or (
        row.state == "waiting" and row.next_due and row.next_due <= now
    )
    return bool(is_open and safe and turn and not row.no_contact_at)


def _ever_reachable(row: Request) -> bool:
    """The sample clinic answers on weekdays only, by every channel."""
    return row.windows == 0 or bool(row.windows & 7)


def test_lists_and_counts_agree_with_the_rules_over_a_random_walk() -> None:
    chance = random.Random(20261124)
    walked = [_random_row(chance) for _ in range(150)]
    for _ in range(12):
        now = rows.NOW + timedelta(minutes=chance.randrange(-2000, 8000))
        for row in chance.sample(walked, 20):
            _step(row, chance)
        stored = [row for row in Request.objects.all() if row.closed_at is None]
        counts = Request.objects.count_open_sections(look(now))
        for section, rule in RULES.items():
            expected = {row for row in stored if rule(row, now)}
            assert members(section, now) == expected, section
            assert counts[section] == len(expected), section
        assert set(counts) == set(RULES) == set(OPEN)


def test_every_open_request_that_is_late_is_in_a_list_for_somebody() -> None:
    for state in OPEN_STATES:
        put(rows.request_in(state), next_due=rows.NOW - timedelta(minutes=1))

    late = {row for row in Request.objects.open() if row.next_due and row.next_due < rows.NOW}
    assert len(late) >= len(OPEN_STATES)
    assert late <= members(Section.OVERDUE, rows.NOW)


def _random_row(chance: random.Random) -> Request:
    windows, about = Window(chance.randrange(64)), chance.choice(list(Asker))
    return rows.request(
        sent=rows.answers(windows=windows, about=about, channel=Channel.PHONE),
        quarantined=chance.random() < 0.2,
        now=rows.NOW - timedelta(minutes=chance.randrange(3000)),
    )


def _step(row: Request, chance: random.Random) -> None:
    from intake.rules.states import steps_from

    row.refresh_from_db()
    ways = [
        step.target
        for step in steps_from(State(row.state))
        if step.target not in (State.PURGED, State.DUPLICATE)
    ]
    target = chance.choice([each for each in ways if each in NEXT_ACTION] or ways)
    changed: dict[str, Any] = {}
    if target not in CLOSED:
        changed["next_due"] = rows.NOW + timedelta(minutes=chance.randrange(-2000, 8000))
    if target in (State.CLAIMED, State.TRYING):
        changed["owner"] = chance.choice([ME, OTHER])
    rows.step(row, target, **changed)


# Revised, deleted soon, closed.


def test_revised_after_it_was_opened_is_told_also_when_closed() -> None:
    first, second = bytes(16), bytes(range(16))
    one, closed = rows.request(nonce=first), rows.request(nonce=second)
    for row in (one, closed):
        put(row, opened_at=rows.NOW, opened_revision=1)
    rows.step(closed, State.SPAM)
    assert members(Section.REVISED, rows.NOW) == set()

    for nonce in (first, second):
        rows.receive(rows.answers(message="Not on Friday"), nonce=nonce)

    assert members(Section.REVISED, rows.NOW) == {one, closed}


def test_deleted_soon_are_those_within_the_days_of_warning(settings: Any) -> None:
    days = settings.CLINIC.retention.days_after(State.DECLINED)
    warning = settings.CLINIC.retention.warning_days
    row = rows.request_in(State.DECLINED)
    first = rows.NOW + timedelta(days=days - warning)

    assert members(Section.CLOSING, first) == {row}
    assert members(Section.CLOSING, first - timedelta(seconds=1)) == set()
    assert Request.objects.count_closing_soon(first) == (1, True)
    put(row, held_at=rows.NOW, held_by=ME)
    assert members(Section.CLOSING, first) == set()


def test_closed_ones_are_counted_one_by_one_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        rows.request_in(State.SPAM)
    assert Request.objects.count_closed() == (3, True)

    monkeypatch.setattr("intake.models.queue_querysets.COUNTED", 2)
    assert Request.objects.count_closed() == (3, False)
    withdrawn = Request.objects.filter(state=State.SPAM)
    for row in withdrawn:
        rows.step(row, State.WITHDRAWN)
    assert Request.objects.count_closing_soon(rows.NOW) == (2, False)


def test_estimate_of_closed_ones_comes_from_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        rows.request_in(State.SPAM)
    monkeypatch.setattr("intake.models.queue_querysets.COUNTED", 2)
    rows.sql("UPDATE pg_class SET reltuples = 1234567 WHERE oid = 'request_closed'::regclass")

    assert Request.objects.count_closed() == (1_235_000, False)
