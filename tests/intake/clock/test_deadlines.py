import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from clinic_site.clinic.opening_hours import Hours, Span
from intake.clock import deadlines, promise
from intake.models import LedgerEntry, Request
from intake.receive import views
from intake.rules.states import State
from intake.seal.answers import Window
from intake.worker import rescheduling
from tests.clock import march
from tests.intake import rows
from tests.intake.rows import MINUTE, NOW

pytestmark = pytest.mark.django_db
LATE = Hours(week=((Span(15 * 60, 20 * 60),),) * 5 + ((), ()))  # from 3 pm


@pytest.fixture
def late_hours(settings: Any) -> Any:
    """The clinic opens later from now on; called by the test when it is so far."""

    def change() -> None:
        settings.CLINIC = replace(settings.CLINIC, hours=LATE)

    return change


def test_page_and_desk_have_one_promise() -> None:
    page = views._promise(Window.WEEKDAY_EVENING, NOW)

    assert page.end == march(11, 17, 15)
    assert rows.request(sent=rows.answers(windows=Window.WEEKDAY_EVENING)).next_due == page.end


def test_promise_for_windows_that_nobody_staffs_is_flagged() -> None:
    assert deadlines.promised(MINUTE, Window.WEEKEND_EVENING).flagged
    assert not deadlines.promised(MINUTE, Window.WEEKDAY_EVENING).flagged


def test_unreachable_is_what_the_promise_flags(settings: Any) -> None:
    for bit in Window:
        rows.request(sent=rows.answers(windows=bit))

    flagged = {row for row in Request.objects.all() if deadlines.promised(NOW, row.windows).flagged}

    assert set(Request.objects.unreachable()) == flagged
    assert len(flagged) == 3


def test_escalation_counts_opening_hours_of_any_window() -> None:
    assert deadlines.escalates_at(MINUTE) == MINUTE + timedelta(minutes=60)


def test_changed_hours_move_what_nobody_owns(late_hours: Any) -> None:
    anytime = rows.answers(windows=Window(0))
    new, waiting = rows.request(sent=anytime), rows.request(sent=anytime, quarantined=True)
    claimed = rows.request(sent=anytime)
    rows.step(claimed, State.CLAIMED)
    before = Request.objects.get(id=claimed.id).next_due
    late_hours()

    moved = rescheduling.recompute()

    assert set(moved) == {new, waiting}
    due = deadlines.promised(MINUTE, 0).end
    assert due == MINUTE.replace(hour=20, minute=15)  # 3:15 pm in Chicago
    assert {row.next_due for row in Request.objects.unowned()} == {due}
    assert Request.objects.get(id=claimed.id).next_due == before
    lines = LedgerEntry.objects.order_by("number").values_list("action", "by", "reason", "record")
    assert set(lines) == {("rescheduled", "worker", "hours_changed", row.id) for row in moved}


def test_unchanged_hours_move_nothing() -> None:
    rows.request(), rows.request(quarantined=True)

    assert rescheduling.recompute() == []
    assert not LedgerEntry.objects.exists()


def test_revised_request_counts_from_its_newest_form() -> None:
    nonce = secrets.token_bytes(16)
    row = rows.request(nonce=nonce)
    rows.receive(rows.answers(message="More"), nonce=nonce, now=NOW + timedelta(minutes=20))

    assert row.next_due == MINUTE + timedelta(minutes=15)
    assert Request.objects.get(id=row.id).next_due == MINUTE + timedelta(minutes=35)
    assert rescheduling.recompute() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda row: rows.step(row, State.CLAIMED, next_due=row.next_due),
        lambda row: Request.objects.filter(id=row.id).update(next_due=NOW),  # by a revision
    ],
)
def test_what_changes_meanwhile_keeps_its_deadline(
    late_hours: Any, monkeypatch: pytest.MonkeyPatch, change: Callable[[Request], Any]
) -> None:
    row = rows.request(sent=rows.answers(windows=Window(0)))
    late_hours()
    first_attempt, kept = promise.first_attempt, []

    def slow(*given: Any, **named: Any) -> promise.Promise:
        change(row)
        kept.append(Request.objects.get(id=row.id).next_due)
        return first_attempt(*given, **named)

    monkeypatch.setattr(promise, "first_attempt", slow)

    assert rescheduling.recompute() == []
    assert [Request.objects.get(id=row.id).next_due] == kept


def test_command_tells_how_many_moved_and_whom_nobody_reaches(
    late_hours: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    row = rows.request(sent=rows.answers(windows=Window.WEEKDAY_MORNING, name="Mallow"))
    late_hours()

    call_command("recompute_deadlines")

    assert capsys.readouterr().out == (
        f"Deadlines changed: 1\nNobody is here when contact is safe: {row}\n"
    )
