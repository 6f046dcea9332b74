"""What goes to a manager, when, and that nothing else does. NOW is a Tuesday, 10:30, and open."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError

from intake.models import LedgerEntry, OutboxMessage, Request
from intake.rules.states import CLOSED, OPEN, WORKED_ON, State, Who, steps_from
from intake.store import ledger
from intake.worker import escalation, overdue
from tests.clock import march
from tests.intake import rows
from tests.intake.rows import NOW

pytestmark = pytest.mark.django_db
WORKDAY = timedelta(minutes=480)
NOT_OWNED = [state for state in (*OPEN, *CLOSED) if state not in WORKED_ON]


def due_at(state: State, due: datetime, **columns: Any) -> Request:
    row = rows.request_in(state)
    changed = {"next_due": due} | columns
    names = ", ".join(f"{name} = %s" for name in changed)
    rows.sql(f"UPDATE intake_request SET {names} WHERE id = %s", *changed.values(), row.id)
    row.refresh_from_db()
    return row


def test_states_are_those_from_which_the_worker_may_take_it() -> None:
    by_worker = {
        each.source
        for state in State
        for each in steps_from(state)
        if each.who is Who.WORKER and each.target is State.NEEDS_DECISION
    }

    assert set(WORKED_ON) == by_worker


@pytest.mark.parametrize("state", WORKED_ON)
def test_owner_silent_for_a_working_day(state: State) -> None:
    row = due_at(state, march(11, 9))

    assert overdue.hand_to_manager(march(11, 16, 59)) == []
    assert overdue.hand_to_manager(march(11, 17)) == [row]

    row.refresh_from_db()
    assert (row.state, row.next_action, row.changes) == (State.NEEDS_DECISION, "decide", 1)
    assert row.next_due == march(11, 18)
    line = LedgerEntry.objects.get()
    assert (line.by, line.action, line.reason) == ("worker", "stepped", "owner_silent")
    assert line.detail == f"{state} > needs_decision"


def test_owner_stays() -> None:
    row = due_at(State.TRYING, march(10, 9))
    overdue.hand_to_manager(march(11, 17))

    row.refresh_from_db()
    assert row.owner == "sam"


@pytest.mark.parametrize(
    ("due", "silent"),
    [
        # What is left of Tuesday counts, the night does not.
        (march(11, 15), march(12, 11)),
        # From Friday over the weekend.
        (march(14, 19), march(17, 15)),
    ],
)
def test_working_day_is_counted_in_opening_hours(due: datetime, silent: datetime) -> None:
    row = due_at(State.CLAIMED, due)

    assert overdue.hand_to_manager(silent - timedelta(minutes=1)) == []
    assert overdue.hand_to_manager(silent) == [row]


def test_whoever_did_something_is_not_silent() -> None:
    row = due_at(State.TRYING, march(11, 9), worked_at=march(11, 12))

    assert overdue.hand_to_manager(march(11, 19, 59)) == []
    assert overdue.hand_to_manager(march(11, 20)) == [row]


def test_work_before_it_was_due_does_not_count() -> None:
    row = due_at(State.WAITING, march(11, 9), worked_at=march(3, 9))

    assert overdue.hand_to_manager(march(11, 17)) == [row]


def test_what_is_not_due_waits_for_as_long_as_was_agreed() -> None:
    due_at(State.WAITING, march(28, 9), worked_at=march(3, 9))

    assert overdue.hand_to_manager(march(20, 9)) == []


@pytest.mark.parametrize(("attempts", "moved"), [(5, False), (6, True), (9, True)])
def test_attempts_are_exhausted(attempts: int, moved: bool) -> None:
    row = due_at(State.TRYING, NOW + timedelta(days=3), attempts=attempts)

    assert overdue.hand_to_manager(NOW) == ([row] if moved else [])
    if moved:
        assert LedgerEntry.objects.get().reason == "attempts_exhausted"


@pytest.mark.parametrize("state", [each for each in WORKED_ON if each is not State.TRYING])
def test_attempts_are_counted_while_trying_only(state: State) -> None:
    due_at(state, NOW + timedelta(days=3), attempts=9)

    assert overdue.hand_to_manager(NOW) == []


@pytest.mark.parametrize("state", NOT_OWNED)
def test_nothing_else_is_moved(state: State) -> None:
    row = rows.request_in(state)
    rows.sql("UPDATE intake_request SET attempts = 9 WHERE id = %s", row.id)

    assert overdue.hand_to_manager(NOW + timedelta(days=30)) == []


def test_second_address_is_told_once() -> None:
    row = due_at(State.CLAIMED, march(10, 9))
    escalations = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.ESCALATION)
    OutboxMessage.objects.update(sent_at=NOW)

    for hour in (17, 18, 19):
        overdue.hand_to_manager(march(11, hour))
        escalation.escalate(march(11, hour))

    assert [each.request for each in escalations] == [row]


def test_somebody_who_acted_just_now_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = due_at(State.CLAIMED, march(10, 9))
    real = overdue._silent_since

    def meanwhile(seen: Request) -> datetime:
        rows.sql("UPDATE intake_request SET changes = changes + 1 WHERE id = %s", row.id)
        return real(seen)

    monkeypatch.setattr(overdue, "_silent_since", meanwhile)

    assert overdue.hand_to_manager(march(11, 17)) == []
    assert not LedgerEntry.objects.exists()


def test_without_its_ledger_line_nothing_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    row = due_at(State.CLAIMED, march(10, 9))

    def broken(*args: Any, **options: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(ledger, "record", broken)
    with pytest.raises(DatabaseError):
        overdue.hand_to_manager(march(11, 17))

    row.refresh_from_db()
    assert row.state == State.CLAIMED
    assert not OutboxMessage.objects.filter(kind=OutboxMessage.Kind.ESCALATION).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_move_it_once() -> None:
    due_at(State.CLAIMED, march(10, 9))

    moved = rows.at_once(lambda _: overdue.hand_to_manager(march(11, 17)), 4)

    assert sum(map(len, moved)) == 1
    assert LedgerEntry.objects.count() == 1


def test_worker_does_it() -> None:
    row = due_at(State.CLAIMED, march(10, 9))

    with time_machine.travel(march(11, 17), tick=False):
        call_command("work", once=True)

    row.refresh_from_db()
    assert row.state == State.NEEDS_DECISION
