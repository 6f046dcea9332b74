"""Reschedule unclaimed requests when the opening hours in `clinic.toml` have changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from intake.clock import deadlines
from intake.models import Request
from intake.store import ledger


def recompute() -> list[Request]:
    """Bring the deadlines of requests that nobody owns up to date with a changed `clinic.toml`.

    They count from the newest form, as its sender was told. Returns those that moved.
    """
    rows = Request.objects.unowned().annotate(sent=Max("submissions__received")).by_due()
    return [row for row in rows if _move(row, deadlines.promised(row.sent, row.windows).end)]


def _move(row: Request, due: datetime) -> bool:
    """False when nothing changed, or when somebody claimed it just now."""
    if row.next_due == due:
        return False
    with transaction.atomic():
        still = Request.objects.unowned().filter(pk=row.pk, next_due=row.next_due)
        moved = still.update(next_due=due)
        if moved:
            ledger.record("rescheduled", by=ledger.WORKER, request=row, reason="hours_changed")
    return bool(moved)
