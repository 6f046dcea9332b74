"""Notes and steps: who may, what is refused, what is written. The database judges every step."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from intake import keys, ledger, staff_text
from intake.answers import AnswersError
from intake.desk.followup import (
    LATEST,
    NEED_A_DATE,
    NOT_BY_HAND,
    StepRefused,
    steps_for,
    take_step,
    write_note,
    write_override,
)
from intake.models import LedgerEntry, OutboxMessage, Request, StaffText
from intake.states import CLOSED, NEXT_ACTION, OPEN, State, Who, steps_from
from intake.submission import first_deadline
from tests.intake import rows
from tests.intake.rows import NOW

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)
MARKER = "marker-step-23"
BY_HAND = (*OPEN, *(state for state in CLOSED if state not in NOT_BY_HAND))


@pytest.fixture(params=["coordinator", "manager"])
def person(request: pytest.FixtureRequest) -> User:
    return request.getfixturevalue(request.param)


def lead(row: Request, target: State, user: User, **changed: Any) -> Request:
    options = {"seen": row.state, "now": NOW} | changed
    return take_step(row.pk, target, user=user, **options)


def due_for(target: State) -> datetime | None:
    return TOMORROW if target in NEED_A_DATE else None


@pytest.mark.parametrize("source", BY_HAND)
def test_every_offered_step_is_one_that_the_database_takes(source: State, person: User) -> None:
    offered = steps_for(rows.request_in(source), person)
    for each in offered:
        row = rows.request_in(source)

        after = lead(row, each.target, person, due=due_for(each.target), reason="why")

        after.refresh_from_db()
        assert after.state == each.target
        assert after.next_action == NEXT_ACTION.get(each.target, "")
        assert (after.next_due is None) is (each.target in CLOSED)
    assert offered or source in CLOSED


@pytest.mark.parametrize("source", [state for state in State if state is not State.PURGED])
def test_steps_that_are_not_offered_are_refused_and_change_nothing(
    source: State, person: User
) -> None:
    row = rows.request_in(source)
    offered = {each.target for each in steps_for(row, person)}
    before = Request.objects.values().get(pk=row.pk)

    for target in set(State) - offered:
        with pytest.raises(StepRefused, match="Nothing was changed"):
            lead(row, target, person, due=TOMORROW, reason="why")

    assert Request.objects.values().get(pk=row.pk) == before
    assert not LedgerEntry.objects.exists()
    assert not StaffText.objects.exists()


def test_manager_is_offered_what_a_coordinator_is_not(coordinator: User, manager: User) -> None:
    row = rows.request_in(State.NEEDS_DECISION)
    hers = {each.target for each in steps_for(row, coordinator)}
    his = {each.target for each in steps_for(row, manager)}

    assert his - hers == {
        each.target
        for each in steps_from(State.NEEDS_DECISION)
        if each.who is Who.MANAGER and each.target not in NOT_BY_HAND
    }
    assert State.NO_CONTACT in his - hers


@pytest.mark.parametrize("source", OPEN)
def test_what_is_offered_costs_no_query_beside_those_for_the_rights(
    source: State, coordinator: User, django_assert_num_queries: Any
) -> None:
    row = rows.request_in(source)
    coordinator.get_all_permissions()
    with django_assert_num_queries(0):
        steps_for(row, coordinator)


def test_step_of_somebody_who_was_slower_is_refused(coordinator: User, manager: User) -> None:
    row = rows.request()
    lead(row, State.CLAIMED, manager)

    with pytest.raises(StepRefused, match="Somebody was faster.*“Claimed”.*Nothing was changed"):
        lead(row, State.CLAIMED, coordinator, seen="new", reason=MARKER)

    row.refresh_from_db()
    assert row.owner == "max"
    assert not StaffText.objects.exists()
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("target", NEED_A_DATE)
@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "needs a date and time"),
        (NOW, "still to come"),
        (NOW - timedelta(days=1), "still to come"),
        (NOW + LATEST + timedelta(minutes=1), "at most a year"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "at most a year"),
    ],
)
def test_waiting_and_scheduled_need_a_time_to_come(
    target: State, due: datetime | None, words: str, coordinator: User
) -> None:
    row = rows.request_in(State.REACHED)

    with pytest.raises(StepRefused, match=f"{words}.*Nothing was changed"):
        lead(row, target, coordinator, due=due)

    row.refresh_from_db()
    assert row.state == State.REACHED


@pytest.mark.parametrize("due", [NOW + timedelta(minutes=1), NOW + LATEST])
def test_chosen_time_is_kept(due: datetime, coordinator: User) -> None:
    after = lead(rows.request_in(State.REACHED), State.WAITING, coordinator, due=due)

    after.refresh_from_db()
    assert after.next_due == due


def test_closed_request_has_no_next_time(coordinator: User) -> None:
    row = rows.request_in(State.REACHED)

    after = lead(row, State.DECLINED, coordinator, due=TOMORROW)

    assert (after.next_due, after.next_action) == (None, "")
    assert (after.closed_at, after.closed_by) == (NOW, "ana")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (State.QUARANTINED, State.NEW, "receipt"),
        (State.NEW, State.CLAIMED, "unchanged"),
        (State.CLAIMED, State.TRYING, "next safe time"),
        (State.CLAIMED, State.REACHED, "in a day"),
        (State.DECLINED, State.CLAIMED, "next safe time"),
    ],
)
def test_proposed_time(source: State, target: State, expected: str, coordinator: User) -> None:
    row = rows.request_in(source)
    now = NOW + timedelta(hours=3)
    proposals = {
        "receipt": first_deadline(row.received, row.windows),
        "unchanged": row.next_due,
        "next safe time": first_deadline(now, row.windows),
        "in a day": now + timedelta(days=1),
    }

    assert lead(row, target, coordinator, now=now).next_due == proposals[expected]


def test_claim_names_its_owner_and_unclaim_clears_it(coordinator: User) -> None:
    claimed = lead(rows.request(), State.CLAIMED, coordinator)
    assert (claimed.owner, claimed.claimed_at) == ("ana", NOW)

    assert lead(claimed, State.NEW, coordinator).owner == ""


def test_times_of_work_are_kept_from_the_first_on(coordinator: User) -> None:
    row = rows.request_in(State.CLAIMED)
    times = [NOW + timedelta(hours=hours) for hours in range(7)]
    way = ("trying", "reached", "scheduled", "trying", "reached", "scheduled")
    for at, target in zip(times, way, strict=False):
        due = times[6] if target == "scheduled" else None
        row = lead(row, State(target), coordinator, now=at, due=due)

    row.refresh_from_db()
    assert (row.attempts, row.first_attempt_at, row.last_attempt_at) == (2, times[0], times[3])
    assert (row.reached_at, row.offered_at) == (times[1], times[2])


@pytest.mark.parametrize("source", [State.NEW, State.DECLINED])
def test_do_not_contact_is_kept_when_opened_again(
    source: State, coordinator: User, manager: User
) -> None:
    shut = lead(rows.request_in(source), State.DO_NOT_CONTACT, coordinator)
    again = lead(shut, State.CLAIMED, manager)

    again.refresh_from_db()
    assert (again.no_contact_at, again.no_contact_by) == (NOW, "ana")
    assert (again.closed_at, again.closed_by, again.owner) == (None, "", "max")


@pytest.mark.parametrize("source", [State.QUARANTINED, State.SPAM])
def test_rescue_tells_anew_whoever_is_on_duty(source: State, coordinator: User) -> None:
    row = rows.request_in(source)

    lead(row, State.NEW, coordinator)

    rescue = OutboxMessage.objects.get(kind=OutboxMessage.Kind.RESCUE)
    assert (rescue.request_id, rescue.due, rescue.sent_at) == (row.pk, NOW, None)


def test_other_steps_tell_nobody(coordinator: User) -> None:
    row = rows.request_in(State.CLAIMED)
    before = OutboxMessage.objects.count()

    lead(row, State.NEW, coordinator)

    assert OutboxMessage.objects.count() == before


def test_step_leaves_codes_in_the_ledger_and_seals_its_reason(coordinator: User) -> None:
    row = rows.request()

    lead(row, State.CLAIMED, coordinator, reason=MARKER)

    line = LedgerEntry.objects.get()
    assert (line.action, line.by, line.record) == ("stepped", "ana", row.pk)
    assert line.detail == "new > claimed"
    text = row.texts.get()
    assert (text.kind, text.written_by) == (StaffText.Kind.REASON, "ana")
    assert staff_text.read(text, keys.private_keys()) == MARKER
    assert MARKER not in str(list(Request.objects.values()) + list(LedgerEntry.objects.values()))


def test_step_without_reason_writes_no_text(coordinator: User) -> None:
    lead(rows.request(), State.CLAIMED, coordinator)

    assert not StaffText.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda row, user: write_note(row, MARKER, by="ana", now=NOW),
        lambda row, user: write_override(row, MARKER, by="ana", now=NOW),
        lambda row, user: lead(row, State.SPAM, user, reason=MARKER),
        lambda row, user: lead(row, State.CLAIMED, user),
    ],
    ids=["note", "override", "step", "claim"],
)
def test_without_its_ledger_line_nothing_is_written(
    act: Callable[[Request, User], Any], coordinator: User, broken_ledger: Callable[[], None]
) -> None:
    row = rows.request()
    before = Request.objects.values().get()
    broken_ledger()

    with pytest.raises(DatabaseError):
        act(row, coordinator)

    assert Request.objects.values().get() == before
    assert not StaffText.objects.exists()


@pytest.mark.parametrize(
    ("write", "kind", "action"),
    [(write_note, "note", "noted"), (write_override, "reason", "override")],
)
def test_words_are_sealed_and_the_act_is_in_the_ledger(
    write: Callable[..., StaffText], kind: str, action: str
) -> None:
    row = rows.request()

    write(row, f"{MARKER}\nsecond line", by="ana", now=NOW)

    text = row.texts.get()
    assert (text.kind, text.written_at, text.written_by) == (kind, NOW, "ana")
    assert staff_text.read(text, keys.private_keys()) == f"{MARKER}\nsecond line"
    line = LedgerEntry.objects.get()
    assert (line.action, line.by, line.record, line.detail) == (action, "ana", row.pk, "")
    assert ledger.verify() is None


def test_note_that_is_too_long_writes_no_line() -> None:
    row = rows.request()

    with pytest.raises(AnswersError):
        write_note(row, "q" * 2001, by="ana", now=NOW)

    assert not LedgerEntry.objects.exists()


def test_purged_meanwhile_is_said(coordinator: User) -> None:
    with pytest.raises(Request.DoesNotExist):
        take_step(uuid4(), State.CLAIMED, seen="new", user=coordinator, now=NOW)
