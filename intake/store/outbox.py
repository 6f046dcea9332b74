"""Transactional outbox: a notice is a row, written in the transaction of what it tells about."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Max

from intake.models import Lane, OutboxMessage, Request, Submission
from intake.store.sealed_rows import derived_id

GATHERING = timedelta(minutes=10)
"""Notices of one kind within this time go out as one mail."""


def notice_of(submission: Submission, lane: Lane, now: datetime) -> OutboxMessage:
    """The notice that a form came in, not saved; its id derives from the form's."""
    kind = OutboxMessage.Kind.REQUEST
    due = submission.received
    if lane == Lane.QUARANTINE:
        kind, due = OutboxMessage.Kind.QUARANTINE, _next_gathering(now)
    return OutboxMessage(
        id=derived_id("notice", submission.id.bytes),
        kind=kind,
        request_id=submission.request_id,
        created=submission.received,
        due=due,
    )


def notify_again(request: Request, now: datetime) -> None:
    """A request was rescued from quarantine: whoever is on duty hears of it like of a new one.

    To be called in the transaction that rescues it. The deadline stays that of the receipt.
    """
    OutboxMessage(
        id=uuid4(), kind=OutboxMessage.Kind.RESCUE, request=request, created=now, due=now
    ).save(force_insert=True)


def tell_manager(request: Request, now: datetime) -> None:
    """A notice like every other one, to the second address: a request needs a decision."""
    OutboxMessage(
        id=uuid4(),
        kind=OutboxMessage.Kind.ESCALATION,
        request=request,
        created=now,
        due=next_escalation(now),
    ).save(force_insert=True)


def next_escalation(now: datetime) -> datetime:
    """At once, or GATHERING after the one before: a flood of them is a few mails."""
    rows = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.ESCALATION)
    last = rows.aggregate(last=Max("due"))["last"]
    if last is None or last >= now:
        return last or now
    return max(now, last + GATHERING)


def _next_gathering(now: datetime) -> datetime:
    """Notices for quarantine go out together, at most once in GATHERING."""
    since_last = timedelta(seconds=now.timestamp() % GATHERING.total_seconds())
    return now - since_last + GATHERING
