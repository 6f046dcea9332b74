"""Reschedule unclaimed requests when the opening hours in `clinic.toml` have changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from intake.clock import deadlines
from intake.models import Request
from intake.store import ledger


def recompute() -> list[Request]:
    """Set the deadlines of unowned requests anew, as `clinic.toml` now has it.

    They count from the newest form, as its sender was told. Returns the requests that moved.
    """
    rows = Request.objects.unowned().annotate(sent=Max("submissions__received")).by_due()
    return [row for row in rows if _move(row, deadlines.promised(row.sent, row.windows).end)]


def _move(row: Request, due: datetime) -> bool:
    """Optimistic lock: False when the deadline stays, or somebody claimed the request meanwhile."""
    if row.next_due == due:
        return False
    with transaction.atomic():
        moved = Request.objects.unowned().unchanged(row, "next_due").update(next_due=due)
        if moved:
            ledger.record("rescheduled", by=ledger.WORKER, request=row, reason="hours_changed")
    return bool(moved)
