"""Hand-over, later times, paying, hand-off, legal hold, and why somebody opens another's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError

from intake.desk.record import covering
from intake.desk.record.covering import CoverReason, ReasonNeeded
from intake.desk.record.opening import open_record
from intake.desk.steps import handing_over, holds, side_tracks
from intake.desk.steps.changing import Overtaken, StepRefused
from intake.models import LedgerEntry, Request, StaffText
from intake.rules.states import CLOSED, OPEN, UNOWNED, State
from intake.seal import keys
from intake.store import staff_text
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.desk import ledger_lines, request_of

pytestmark = pytest.mark.django_db
MARKER = "marker-side-3"
TOMORROW = NOW + timedelta(days=1)
EVENING = NOW + timedelta(hours=10)


class Doing(TypedDict):
    seen: int
    user: User
    now: datetime


def doing(row: Request, user: User, now: datetime = NOW) -> Doing:
    return {"seen": row.changes, "user": user, "now": now}


def words_of(row: Request, kind: str) -> str:
    return staff_text.read(row.texts.get(kind=kind), keys.private_keys())


def test_hand_over_names_the_new_owner_who_sees_the_note(coordinator: User, manager: User) -> None:
    row = request_of("ana")

    after = handing_over.hand_over(row.pk, owner="max", words=MARKER, **doing(row, coordinator))

    after.refresh_from_db()
    note = after.texts.get()
    assert (after.owner, after.changes) == ("max", 1)
    assert words_of(row, "hand_over") == MARKER
    assert handing_over.is_unread(after, note, "max")
    assert not handing_over.is_unread(after, note, "ana")
    assert ledger_lines() == [("handed_over", "ana", "owner")]
    side_tracks.follow_benefits(row.pk, benefits="asked", **doing(after, manager, EVENING))
    after.refresh_from_db()
    assert not handing_over.is_unread(after, note, "max")


def test_hand_over_to_somebody_who_cannot_own_it_is_refused(
    coordinator: User, auditor: User
) -> None:
    row = request_of("ana")

    for owner in ("", "mallow", "aud", "ana"):
        with pytest.raises(StepRefused, match="Nothing was changed"):
            handing_over.hand_over(row.pk, owner=owner, words=MARKER, **doing(row, coordinator))

    assert not StaffText.objects.exists()


def test_colleague_who_left_is_not_chosen(coordinator: User, manager: User) -> None:
    manager.is_active = False
    manager.save()
    row = request_of("ana")

    with pytest.raises(StepRefused, match="Choose who"):
        handing_over.hand_over(row.pk, owner="max", words=MARKER, **doing(row, coordinator))


def test_what_nobody_works_on_is_not_handed_over(coordinator: User, manager: User) -> None:
    for state in (*UNOWNED, *CLOSED):
        row = rows.request_in(state)
        with pytest.raises(StepRefused, match="There is no owner while"):
            handing_over.hand_over(row.pk, owner="max", words=MARKER, **doing(row, coordinator))


def snooze(row: Request, user: User, **changed: Any) -> Request:
    options: dict[str, Any] = {"due": TOMORROW, "reason": "interpreter", "words": ""} | changed
    return side_tracks.snooze(row.pk, **options, **doing(row, user))


def test_next_action_is_put_off(coordinator: User) -> None:
    for state in OPEN:
        after = snooze(rows.request_in(state), coordinator)
        after.refresh_from_db()
        assert (after.state, after.next_due) == (state, TOMORROW)

    assert set(ledger_lines("action", "reason")) == {("snoozed", "interpreter")}
    assert LedgerEntry.objects.count() == len(OPEN)


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"due": NOW}, "still to come"),
        ({"due": NOW + timedelta(days=400)}, "still to come"),
        ({"due": EVENING}, "outside the safe times"),
        ({"reason": "other"}, "in your own words"),
    ],
)
def test_putting_off_is_refused(changed: dict[str, Any], match: str, coordinator: User) -> None:
    with pytest.raises(StepRefused, match=match):
        snooze(request_of("ana"), coordinator, **changed)

    assert not LedgerEntry.objects.exists()


def test_unsafe_time_is_taken_with_words_and_an_appointment_needs_none(
    coordinator: User,
) -> None:
    row = request_of("ana")
    assert snooze(row, coordinator, due=EVENING, words=MARKER).next_due == EVENING
    assert words_of(row, "reason") == MARKER
    assert snooze(request_of("ana", State.SCHEDULED), coordinator, due=EVENING).next_due == EVENING


def test_closed_request_is_not_put_off(coordinator: User) -> None:
    for state in CLOSED:
        with pytest.raises(StepRefused, match="closed request"):
            snooze(rows.request_in(state), coordinator)


def test_paying_is_a_code_and_a_time(coordinator: User) -> None:
    row = request_of("ana")

    after = side_tracks.follow_benefits(row.pk, benefits="covered", **doing(row, coordinator))

    after.refresh_from_db()
    assert (after.benefits, after.benefits_at) == ("covered", NOW)
    assert LedgerEntry.objects.get().reason == "covered"


def test_hand_off_is_confirmed_once(coordinator: User) -> None:
    row = rows.request_in(State.REFERRED_OUT)

    after = side_tracks.confirm_hand_off(row.pk, **doing(row, coordinator))

    after.refresh_from_db()
    assert after.hand_off_at == NOW
    for other in (after, request_of("ana")):
        with pytest.raises(StepRefused, match="no hand-off to confirm"):
            side_tracks.confirm_hand_off(other.pk, **doing(other, coordinator))


def test_hold_and_release(manager: User) -> None:
    row = rows.request_in(State.DECLINED)
    until = date(2026, 3, 11)

    held = holds.hold(row.pk, until=until, words=MARKER, **doing(row, manager))
    held.refresh_from_db()
    assert (held.held_at, held.held_by, held.held_until) == (NOW, "max", until)
    assert words_of(row, "reason") == MARKER

    free = holds.release(row.pk, words="over", **doing(held, manager))
    free.refresh_from_db()
    assert (free.held_at, free.held_by, free.held_until) == (None, "", None)
    assert list(LedgerEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "held",
        "released",
    ]


def test_hold_is_for_a_manager(coordinator: User) -> None:
    row = rows.request()
    with pytest.raises(StepRefused, match="for a manager"):
        holds.hold(row.pk, until=date(2026, 1, 1), words="w", **doing(row, coordinator))
    with pytest.raises(StepRefused, match="for a manager"):
        holds.release(row.pk, words="w", **doing(row, coordinator))


@pytest.mark.parametrize("until", [date(2025, 3, 11), date(2025, 3, 10), date(2040, 1, 1)])
def test_hold_ends_on_a_day_to_come(until: date, manager: User) -> None:
    row = rows.request()
    with pytest.raises(StepRefused, match="still to come"):
        holds.hold(row.pk, until=until, words="w", **doing(row, manager))


def test_hold_is_not_put_on_twice_nor_released_when_there_is_none(manager: User) -> None:
    row = rows.request()
    with pytest.raises(StepRefused, match="There is no legal hold"):
        holds.release(row.pk, words="w", **doing(row, manager))
    held = holds.hold(row.pk, until=date(2026, 1, 1), words="w", **doing(row, manager))
    with pytest.raises(StepRefused, match="already"):
        holds.hold(row.pk, until=date(2026, 1, 1), words="w", **doing(held, manager))


@pytest.mark.parametrize(
    "act",
    [
        lambda row, who: handing_over.hand_over(row.pk, owner="max", words="w", **who),
        lambda row, who: side_tracks.snooze(row.pk, due=TOMORROW, reason="other", words="w", **who),
        lambda row, who: side_tracks.follow_benefits(row.pk, benefits="asked", **who),
        lambda row, who: holds.hold(row.pk, until=date(2026, 1, 1), words="w", **who),
    ],
    ids=["hand-over", "snooze", "benefits", "hold"],
)
def test_nothing_is_overwritten_or_done_without_its_line(
    act: Callable[..., Any], manager: User, broken_ledger: Callable[[], None]
) -> None:
    row = request_of("ana")
    before = Request.objects.values().get()
    with pytest.raises(Overtaken, match="Somebody was faster"):
        act(row, {**doing(row, manager), "seen": 1})
    broken_ledger()
    with pytest.raises(DatabaseError):
        act(row, doing(row, manager))

    assert Request.objects.values().get() == before
    assert not StaffText.objects.exists()


@pytest.mark.parametrize(("owner", "needed"), [("", False), ("ana", False), ("sam", True)])
def test_reason_is_needed_for_what_somebody_else_owns(
    owner: str, needed: bool, coordinator: User
) -> None:
    row = rows.request()
    row.owner = owner

    assert covering.needs_reason(row, coordinator) is needed


def test_only_a_manager_reviews(coordinator: User, manager: User) -> None:
    theirs, his = (dict(covering.choices(user)) for user in (coordinator, manager))

    assert set(his) - set(theirs) == {CoverReason.MANAGER_REVIEW}


def test_reason_counts_for_one_request_and_a_while() -> None:
    session, row, other = SessionBase(), rows.request(), rows.request()
    covering.remember(session, row, "covering", NOW)

    assert covering.remembered(session, row, NOW + timedelta(minutes=29)) == "covering"
    assert covering.remembered(session, row, NOW + timedelta(minutes=30)) == ""
    assert covering.remembered(session, other, NOW) == ""
    assert covering.remembered(SessionBase(), row, NOW) == ""


def test_nothing_is_opened_without_the_reason(unsealings: list[Any]) -> None:
    row = rows.request_in(State.CLAIMED)

    with pytest.raises(ReasonNeeded):
        open_record(row, by="ana", now=NOW)

    assert unsealings == []
    assert not LedgerEntry.objects.exists()
    open_record(row, by="ana", now=NOW, why="covering")
    assert LedgerEntry.objects.get().reason == "covering"
