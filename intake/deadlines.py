"""The clinic's clock: `promise`, asked with the hours, windows and limits of `clinic.toml`."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from intake import ledger, promise
from intake.answers import NO_WINDOW
from intake.models import Request
from intake.promise import Promise


def promised(received: datetime, windows: int) -> Promise:
    """What a visitor who wrote at `received` is promised: the page's words, the desk's deadline."""
    return _after(settings.CLINIC.replies.promise_minutes, received, windows)


def escalates_at(since: datetime) -> datetime:
    """When what waits since then has waited too long; nobody is late while the clinic is closed."""
    return _after(settings.CLINIC.replies.escalate_after_minutes, since, NO_WINDOW).end


def recompute() -> list[Request]:
    """Bring the deadlines of requests that nobody owns up to date with a changed `clinic.toml`.

    They count from the newest form, as its sender was told. Returns those that moved.
    """
    rows = Request.objects.unowned().annotate(sent=Max("submissions__received")).by_due()
    return [row for row in rows if _move(row, promised(row.sent, row.windows).end)]


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


def _after(minutes: int, since: datetime, windows: int) -> Promise:
    clinic = settings.CLINIC
    return promise.first_attempt(
        since,
        hours=clinic.hours,
        windows=windows,
        contact_windows=clinic.contact_windows,
        time_zone=clinic.time_zone,
        minutes=minutes,
    )
