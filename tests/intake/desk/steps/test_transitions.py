"""Notes and steps: what is refused, what is written. Who may take which step: test_step_table."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from intake.clock import deadlines
from intake.desk.steps.changing import LATEST, Overtaken, StepRefused
from intake.desk.steps.guards import Given
from intake.desk.steps.transitions import take_step, write_note, write_override
from intake.models import LedgerEntry, OutboxMessage, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import AnswersError
from intake.store import ledger, staff_text
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.desk import ledger_lines, request_of

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)
EVENING = NOW + timedelta(hours=10)
MARKER = "marker-step-23"
# What these tests give with a step unless they say something else: enough for each of them.
USUAL: dict[State, dict[str, Any]] = {
    State.NEW: {"reason": "off_duty"},
    State.CLAIMED: {"reason": "back_in_touch"},
    State.TRYING: {"reason": "more_attempts"},
    State.REACHED: {"still_safe": "yes", "reason": "person_canceled"},
    State.WAITING: {"due": TOMORROW, "reason": "asked_to_wait"},
    State.SCHEDULED: {"due": TOMORROW},
    State.REFERRED_OUT: {"where": "Elsewhere House", "details_agreed": True},
    State.DECLINED: {"reason": "not_now"},
    State.NO_CONTACT: {"reason": "no_answer"},
    State.SPAM: {"reason": "test"},
}


def lead(
    row: Request,
    target: State,
    user: User,
    *,
    seen: int | None = None,
    now: datetime = NOW,
    **changed: Any,
) -> Request:
    """Take a step, having seen the request as `row` is."""
    simple = row.state == State.NEW and target is State.CLAIMED
    given = Given(**({} if simple else USUAL.get(target, {})) | changed)
    seen = row.changes if seen is None else seen
    return take_step(row.pk, target, seen=seen, user=user, now=now, given=given)


def test_step_of_somebody_who_was_slower_is_refused(coordinator: User, manager: User) -> None:
    row = rows.request()
    lead(row, State.CLAIMED, manager)

    with pytest.raises(Overtaken, match="Somebody was faster.*Nothing was changed"):
        lead(row, State.CLAIMED, coordinator, seen=0, words=MARKER)

    row.refresh_from_db()
    assert row.owner == "max"
    assert not StaffText.objects.exists()
    assert LedgerEntry.objects.count() == 1


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
    due: datetime | None, words: str, coordinator: User
) -> None:
    row = rows.request_in(State.REACHED)

    for target in (State.WAITING, State.SCHEDULED):
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
        (State.SCHEDULED, State.TRYING, "next safe time"),
        (State.CLAIMED, State.REACHED, "in a day"),
        (State.DECLINED, State.CLAIMED, "next safe time"),
    ],
)
def test_proposed_time(source: State, target: State, expected: str, coordinator: User) -> None:
    row = rows.request_in(source)
    now = NOW + timedelta(hours=3)
    proposals = {
        "receipt": deadlines.promised(row.received, row.windows).end,
        "unchanged": row.next_due,
        "next safe time": deadlines.promised(now, row.windows).end,
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
    for at, target in zip(times, ("reached", "scheduled") * 3, strict=False):
        row = lead(row, State(target), coordinator, now=at)

    row.refresh_from_db()
    assert (row.reached_at, row.offered_at) == (times[0], times[1])


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

    lead(row, State.CLAIMED, coordinator, words=MARKER)

    lines = ledger_lines("action", "by", "record", "detail")
    assert lines == [("stepped", "ana", row.pk, "new > claimed")]
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
        lambda row, user: lead(row, State.SPAM, user, words=MARKER),
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
    assert ledger_lines("action", "by", "record", "detail") == [(action, "ana", row.pk, "")]
    assert ledger.verify() is None


def test_note_that_is_too_long_writes_no_line() -> None:
    row = rows.request()

    with pytest.raises(AnswersError):
        write_note(row, "q" * 2001, by="ana", now=NOW)

    assert not LedgerEntry.objects.exists()


def test_purged_meanwhile_is_said(coordinator: User) -> None:
    with pytest.raises(Request.DoesNotExist):
        take_step(uuid4(), State.CLAIMED, seen=0, user=coordinator, now=NOW)


def test_another_reason_is_written_in_words(coordinator: User) -> None:
    row = rows.request_in(State.REACHED)

    with pytest.raises(StepRefused, match="in your own words"):
        lead(row, State.DECLINED, coordinator, reason="other")

    after = lead(row, State.DECLINED, coordinator, reason="other", words=MARKER)
    assert after.outcome == "other"
    assert LedgerEntry.objects.get().reason == "other"


def test_outcome_is_the_reason_of_a_closed_request_only(coordinator: User) -> None:
    closed = lead(rows.request_in(State.REACHED), State.DECLINED, coordinator, reason="cost")
    assert closed.outcome == "cost"

    assert lead(closed, State.CLAIMED, coordinator).outcome == ""


@pytest.mark.parametrize("answer", ["", "perhaps", "changed"])
def test_reached_needs_to_know_whether_it_is_still_safe(answer: str, coordinator: User) -> None:
    row = rows.request_in(State.TRYING)

    with pytest.raises(StepRefused, match="still safe|what changed"):
        lead(row, State.REACHED, coordinator, still_safe=answer)

    assert lead(row, State.REACHED, coordinator, still_safe="yes").state == State.REACHED


def test_changed_counts_when_it_was_written_down(coordinator: User) -> None:
    row = rows.request_in(State.TRYING)
    staff_text.write_amendment(row, rows.answers(), by="ana", now=NOW - timedelta(minutes=5))

    assert lead(row, State.REACHED, coordinator, still_safe="changed").state == State.REACHED


def test_referral_keeps_where_sealed_and_whether_details_may_go(coordinator: User) -> None:
    row = rows.request_in(State.REACHED)
    for missing in ({"where": ""}, {"details_agreed": None}):
        with pytest.raises(StepRefused):
            lead(row, State.REFERRED_OUT, coordinator, **missing)

    after = lead(row, State.REFERRED_OUT, coordinator, where=MARKER)

    after.refresh_from_db()
    assert after.details_agreed_at == NOW
    text = row.texts.get(kind=StaffText.Kind.REFERRAL)
    assert staff_text.read(text, keys.private_keys()) == MARKER


def test_details_are_not_agreed_to_by_default(coordinator: User) -> None:
    row = rows.request_in(State.REACHED)

    after = lead(row, State.REFERRED_OUT, coordinator, details_agreed=False)

    assert after.details_agreed_at is None


@pytest.mark.parametrize(
    ("windows", "inside"), [((1, 1, 1, 1, 1, 4), False), ((1, 4, 1), True), ((1,) * 6, True)]
)
def test_nobody_is_given_up_before_the_policy_says_so(
    windows: tuple[int, ...], inside: bool, manager: User
) -> None:
    row = rows.request(sent=rows.answers(windows=0))
    rows.step(row, State.CLAIMED)
    rows.step(row, State.TRYING)
    row.refresh_from_db()
    for window in windows:
        rows.attempt(row, window=window, inside=inside)

    with pytest.raises(StepRefused, match="Too few attempts.*Nothing was changed"):
        lead(row, State.NO_CONTACT, manager)

    rows.tried_enough(row)
    assert lead(row, State.NO_CONTACT, manager).state == State.NO_CONTACT


def test_held_request_is_not_withdrawn(manager: User) -> None:
    row = rows.request()
    rows.sql("UPDATE intake_request SET held_at = now(), held_by = 'max' WHERE id = %s", row.id)

    with pytest.raises(StepRefused, match="A legal hold is on this request"):
        lead(row, State.WITHDRAWN, manager)


def test_manager_names_the_new_owner(coordinator: User, manager: User) -> None:
    row = rows.request_in(State.NEEDS_DECISION)
    for nobody in ("", "mallow"):
        with pytest.raises(StepRefused, match="Choose who takes it over"):
            lead(row, State.CLAIMED, manager, owner=nobody, reason="new_owner")

    claimed = lead(row, State.CLAIMED, manager, owner="ana", reason="new_owner")
    assert claimed.owner == "ana"


@pytest.mark.parametrize("target", [State.WAITING, State.TRYING])
def test_time_to_call_outside_the_safe_times_needs_words(target: State, coordinator: User) -> None:
    row = rows.request_in(State.REACHED)
    with pytest.raises(StepRefused, match="outside the safe times"):
        lead(row, target, coordinator, due=EVENING)

    assert lead(row, target, coordinator, due=EVENING, words="They asked").next_due == EVENING


@pytest.mark.parametrize(("owner", "cover"), [("ana", False), ("sam", True)])
def test_who_acts_for_the_owner_is_in_the_ledger(
    owner: str, cover: bool, coordinator: User
) -> None:
    lead(request_of(owner), State.REACHED, coordinator)

    assert LedgerEntry.objects.get().detail.endswith("; cover") is cover


def test_every_change_is_counted_and_timed(coordinator: User) -> None:
    after = lead(rows.request(), State.CLAIMED, coordinator)
    after.refresh_from_db()

    assert (after.changes, after.worked_at) == (1, NOW)


def test_decision_for_more_attempts_begins_a_new_round(manager: User) -> None:
    row = rows.request_in(State.NEEDS_DECISION)
    rows.sql("UPDATE intake_request SET attempts = 6 WHERE id = %s", row.id)

    assert lead(row, State.TRYING, manager).attempts == 0
