"""Escalation: when nobody acts in time, a second address is told, once per request and limit.

The notice reads like any other one and says nothing about whom or what. Its id derives from the
request and the limit, so that looking again, or two workers looking at once, tell nobody twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from django.conf import settings

from intake.clock import deadlines
from intake.models import OutboxMessage, Request
from intake.rules.states import State
from intake.store import outbox


class Limit(StrEnum):
    """What did not happen in time."""

    UNSENT = "a notice is not sent"
    UNCLAIMED = "a new request is not claimed"
    UNREVIEWED = "a quarantined request is not read"
    UNREACHABLE = "nobody is here when contact is safe"


class Late(NamedTuple):
    """A limit that was passed.

    `about` is the id of the request, or of the unsent notice when that belongs to no request.
    """

    about: UUID
    limit: Limit
    request_id: UUID | None

    @property
    def id(self) -> UUID:
        """The id of the notice that tells of it."""
        return uuid5(self.about, self.limit)


def escalate(now: datetime) -> int:
    """Put a notice into the outbox for each limit that was passed and not yet told.

    Returns the number of notices.
    """
    late = {each.id: each for each in (*_unreachable(), *_waiting(now), *_unsent(now))}
    fresh = late.keys() - OutboxMessage.objects.known(late)
    due = outbox.next_escalation(now) if fresh else now
    rows = [_notice(late[each], now, due) for each in fresh]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _unreachable() -> Iterator[Late]:
    """Requests whom nobody can reach: waiting changes nothing, so a manager is told at once."""
    for row in Request.objects.unowned().unreachable():
        yield Late(row.id, Limit.UNREACHABLE, row.id)


def _waiting(now: datetime) -> Iterator[Late]:
    limits = {State.NEW: Limit.UNCLAIMED, State.QUARANTINED: Limit.UNREVIEWED}
    for row in Request.objects.unowned().received_until(now - _shortest()):
        if deadlines.escalates_at(row.received) <= now:
            yield Late(row.id, limits[State(row.state)], row.id)


def _unsent(now: datetime) -> Iterator[Late]:
    old = OutboxMessage.objects.unsent().created_until(now - _shortest())
    for message in old.not_of_kind(OutboxMessage.Kind.ESCALATION):
        if deadlines.escalates_at(message.created) <= now:
            yield Late(message.request_id or message.id, Limit.UNSENT, message.request_id)


def _shortest() -> timedelta:
    """The limit if the clinic never closed; whatever is younger need not be looked at."""
    return timedelta(minutes=settings.CLINIC.replies.escalate_after_minutes)


def _notice(late: Late, now: datetime, due: datetime) -> OutboxMessage:
    return OutboxMessage(
        id=late.id,
        kind=OutboxMessage.Kind.ESCALATION,
        request_id=late.request_id,
        created=now,
        due=due,
    )
