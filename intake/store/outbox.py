"""Transactional outbox: a notice is a row, written in the transaction of what it tells about.

The worker sends the rows later (`worker.sending`), so that no request is stored without its notice.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from intake.models import Lane, OutboxMessage, Request, Submission
from intake.store.sealed_rows import derived_id

GATHERING = timedelta(minutes=10)
"""Notices for quarantine, and escalations, within this time go out as one mail."""


def notice_of(submission: Submission, lane: Lane, now: datetime) -> OutboxMessage:
    """The notice that a form came in, not stored yet; its id derives from the form's."""
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
    """Store a notice that a request was rescued from quarantine, which reads like any other.

    To be called in the transaction that rescues it. The deadline stays that of the receipt.
    """
    OutboxMessage(
        id=uuid4(), kind=OutboxMessage.Kind.RESCUE, request=request, created=now, due=now
    ).save(force_insert=True)


def tell_manager(request: Request, now: datetime) -> None:
    """Store an escalation, a notice to the second address: a request needs a decision."""
    OutboxMessage(
        id=uuid4(),
        kind=OutboxMessage.Kind.ESCALATION,
        request=request,
        created=now,
        due=next_escalation(now),
    ).save(force_insert=True)


def next_escalation(now: datetime) -> datetime:
    """When an escalation written now is due: at once, or GATHERING after the last one.

    So a flood of escalations makes a few mails.
    """
    last = OutboxMessage.objects.of_kind(OutboxMessage.Kind.ESCALATION).last_due()
    if last is None or last >= now:
        return last or now
    return max(now, last + GATHERING)


def _next_gathering(now: datetime) -> datetime:
    """The end of the present span of GATHERING, at which notices for quarantine go out together."""
    since_last = timedelta(seconds=now.timestamp() % GATHERING.total_seconds())
    return now - since_last + GATHERING
