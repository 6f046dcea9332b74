"""Send the notices of the outbox: at least once each, never lost, at worst sent twice.

A row is locked while it is sent, so two workers never send the same one, and a worker that dies
leaves it unlocked and unsent for the next. It is marked as sent after the mail server has taken
it, never before.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from intake.models import OutboxMessage
from intake.worker import notice

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
GATHERED = (OutboxMessage.Kind.QUARANTINE, OutboxMessage.Kind.ESCALATION)

Clock = Callable[[], datetime]
"""Tells the time whenever it is asked: sending a mail may take a while."""

logger = logging.getLogger(__name__)


def send_due(clock: Clock) -> int:
    """Try to send the notice that is due for longest, and with it those that it gathers.

    Returns how many rows were tried; 0 when nothing is due or other workers have it all.
    """
    with transaction.atomic():
        batch = _claim(clock())
        if batch:
            _deliver(batch, clock)
    return len(batch)


def retry_wait(attempts: int) -> timedelta:
    """The wait after so many failed attempts: FIRST_WAIT, then doubled up to LONGEST_WAIT."""
    wait: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 16)
    return min(wait, LONGEST_WAIT)


def _claim(now: datetime) -> list[OutboxMessage]:
    due = OutboxMessage.objects.due(now).select_for_update(skip_locked=True)
    first = due.first()
    if first is None or first.kind not in GATHERED:
        return [first] if first else []
    return list(due.of_kind(first.kind))


def _deliver(batch: list[OutboxMessage], clock: Clock) -> None:
    """Send one mail for the whole batch."""
    try:
        notice.send(batch[0], clock())
    except OSError as error:
        _put_off(batch, clock(), type(error).__name__)
    else:
        _mark_sent(batch, clock())


def _mark_sent(batch: list[OutboxMessage], now: datetime) -> None:
    for message in batch:
        message.attempts += 1
        message.sent_at = now
        message.last_error = ""
        message.save(update_fields=["attempts", "sent_at", "last_error"])
        logger.info("notice sent: %s, %s, attempt %d", message.kind, message, message.attempts)


def _put_off(batch: list[OutboxMessage], now: datetime, error: str) -> None:
    for message in batch:
        message.attempts += 1
        message.due = now + retry_wait(message.attempts)
        message.last_error = error
        message.save(update_fields=["attempts", "due", "last_error"])
        logger.warning("notice put off: %s, %s, %s", message.kind, message, error)
