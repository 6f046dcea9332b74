"""Hand requests to a manager when their owner tried often enough, or was silent for a working day.

Nothing is closed and no owner is taken away: the request appears among those that need a
decision, the ledger says which of the two it was, and the second address is told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import F

from intake.clock import deadlines
from intake.models import Request
from intake.rules.states import NEXT_ACTION, State
from intake.store import ledger, outbox


class Why(StrEnum):
    """Why a manager has to decide; the reason code in the ledger."""

    EXHAUSTED = "attempts_exhausted"
    SILENT = "owner_silent"


def hand_to_manager(now: datetime) -> list[Request]:
    """Move every request that is due for it to NEEDS_DECISION. Returns those that were moved.

    Looking again, or two workers looking at once, moves nothing twice.
    """
    return [row for row, why in _due(now) if _move(row, why, now)]


def _due(now: datetime) -> Iterator[tuple[Request, Why]]:
    replies = settings.CLINIC.replies
    for row in Request.objects.tried_out(replies.attempts):
        yield row, Why.EXHAUSTED
    for row in Request.objects.left_alone(now - timedelta(minutes=replies.silent_after_minutes)):
        if deadlines.silent_at(_silent_since(row)) <= now:
            yield row, Why.SILENT


def _silent_since(row: Request) -> datetime:
    """An owner is silent from when something was to be done, or from when they last acted."""
    return max(moment for moment in (row.next_due, row.worked_at) if moment)


def _move(row: Request, why: Why, now: datetime) -> bool:
    """Optimistic lock: False when somebody acted since the row was read."""
    with transaction.atomic():
        same = Request.objects.unchanged(row, "state", "changes", "next_due", "worked_at")
        moved = same.update(
            state=State.NEEDS_DECISION,
            next_action=NEXT_ACTION[State.NEEDS_DECISION],
            next_due=deadlines.escalates_at(now),
            changes=F("changes") + 1,
        )
        if moved:
            outbox.tell_manager(row, now)
            codes = f"{row.state} > {State.NEEDS_DECISION}"
            ledger.record("stepped", by=ledger.WORKER, request=row, reason=why, detail=codes)
    return bool(moved)
