"""Notices are rows until a mail server has taken them: never lost, at worst sent twice.

A row is locked while it is sent, so two workers never send the same one, and a worker that dies
leaves it unlocked and unsent for the next. A row is marked after it was taken, never before.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from intake.models import OutboxMessage
from intake.worker import notice

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
GATHERED = (OutboxMessage.Kind.QUARANTINE, OutboxMessage.Kind.ESCALATION)

logger = logging.getLogger(__name__)


def send_due(now: datetime) -> int:
    """Try the notice that is due for longest, and with it those that it gathers.

    Returns how many rows were tried; 0 when nothing is due or another worker has it all.
    """
    with transaction.atomic():
        batch = _claim(now)
        if batch:
            _deliver(batch)
    return len(batch)


def retry_wait(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: doubling, with a cap."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)


def _claim(now: datetime) -> list[OutboxMessage]:
    due = OutboxMessage.objects.due(now).select_for_update(skip_locked=True)
    first = due.first()
    if first is None or first.kind not in GATHERED:
        return [first] if first else []
    return list(due.filter(kind=first.kind))


def _deliver(batch: list[OutboxMessage]) -> None:
    """One mail for the whole batch. The time is read after sending, which may take a while."""
    try:
        notice.send(batch[0])
    except OSError as error:
        _put_off(batch, type(error).__name__)
    else:
        _mark_sent(batch)


def _mark_sent(batch: list[OutboxMessage]) -> None:
    for message in batch:
        message.attempts += 1
        message.sent_at = timezone.now()
        message.last_error = ""
        message.save(update_fields=["attempts", "sent_at", "last_error"])
        logger.info("notice sent: %s, %s, attempt %d", message.kind, message, message.attempts)


def _put_off(batch: list[OutboxMessage], error: str) -> None:
    for message in batch:
        message.attempts += 1
        message.due = timezone.now() + retry_wait(message.attempts)
        message.last_error = error
        message.save(update_fields=["attempts", "due", "last_error"])
        logger.warning("notice put off: %s, %s, %s", message.kind, message, error)
