"""Daily notice: one mail a day with counts and the head of the ledger, so that silence is noticed.

With it the head leaves the database: whoever rewrites the ledger later, or cuts lines off its end,
cannot change the mail. No request is named and nothing about one is told.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from intake.models import OutboxMessage, Request
from intake.store import ledger

WORKER_STARTED = "worker_started"
TEXT = """\
Open requests: {open}
Overdue: {overdue}
Other notices not yet sent: {unsent}
Worker started: {started}
Ledger head: {head}

Keep this note. Later, "manage.py verify_ledger --head" with this head shows
whether the ledger up to here is still whole.

Sign in: {desk}
"""


def write(now: datetime) -> bool:
    """Put today's notice into the outbox, once a day, from the first opening on.

    Returns whether it was put there now. A day without opening has no notice.
    """
    clinic = settings.CLINIC
    wall = now.astimezone(clinic.time_zone)
    spans = clinic.hours.spans_on(wall.date())
    if not spans or wall.hour * 60 + wall.minute < spans[0].start:
        return False
    notice = OutboxMessage(
        id=uuid5(NAMESPACE_URL, f"{clinic.url}/daily/{wall.date()}"),
        kind=OutboxMessage.Kind.DAILY,
        created=now,
        due=now,
    )
    if OutboxMessage.objects.known([notice.id]):
        return False
    OutboxMessage.objects.bulk_create([notice], ignore_conflicts=True)
    return True


def text(notice: OutboxMessage, *, now: datetime, desk: str) -> str:
    """The body of the mail as of `now`; `desk` is the address where staff sign in."""
    return TEXT.format(
        open=Request.objects.open().count(),
        overdue=Request.objects.overdue(now).count(),
        unsent=OutboxMessage.objects.unsent().other_than(notice).count(),
        started=_minute(ledger.last_time(WORKER_STARTED)),
        head=ledger.head() or "none, it is empty",
        desk=desk,
    )


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(settings.CLINIC.time_zone):%Y-%m-%d %H:%M}" if at else "not known"
