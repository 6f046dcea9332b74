"""Nobody acted in time: a second address is told, once for each request and limit.

The notice is like every other one and says nothing about whom or what. Its id derives from the
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
    """What was passed."""

    UNSENT = "a notice is not sent"
    UNCLAIMED = "a new request is not claimed"
    UNREVIEWED = "a quarantined request is not read"
    UNREACHABLE = "nobody is here when contact is safe"


class Late(NamedTuple):
    """One limit passed. `about` is the request's id; the notice's own, when it has no request."""

    about: UUID
    limit: Limit
    request_id: UUID | None

    @property
    def id(self) -> UUID:
        """Of the notice about it."""
        return uuid5(self.about, self.limit)


def escalate(now: datetime) -> int:
    """Write a notice for every limit that was passed and not yet told. Returns how many."""
    late = {each.id: each for each in (*_unreachable(), *_waiting(now), *_unsent(now))}
    known = OutboxMessage.objects.filter(id__in=late).values_list("id", flat=True)
    fresh = late.keys() - set(known)
    due = outbox.next_escalation(now) if fresh else now
    rows = [_notice(late[each], now, due) for each in fresh]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _unreachable() -> Iterator[Late]:
    """Waiting changes nothing for these: a manager has to find a way at once."""
    for row in Request.objects.unowned().unreachable():
        yield Late(row.id, Limit.UNREACHABLE, row.id)


def _waiting(now: datetime) -> Iterator[Late]:
    limits = {State.NEW: Limit.UNCLAIMED, State.QUARANTINED: Limit.UNREVIEWED}
    for row in Request.objects.unowned().filter(received__lte=now - _shortest()):
        if deadlines.escalates_at(row.received) <= now:
            yield Late(row.id, limits[State(row.state)], row.id)


def _unsent(now: datetime) -> Iterator[Late]:
    old = OutboxMessage.objects.unsent().filter(created__lte=now - _shortest())
    for message in old.exclude(kind=OutboxMessage.Kind.ESCALATION):
        if deadlines.escalates_at(message.created) <= now:
            yield Late(message.request_id or message.id, Limit.UNSENT, message.request_id)


def _shortest() -> timedelta:
    """The limit when the clinic never closes; what is younger need not be looked at."""
    return timedelta(minutes=settings.CLINIC.replies.escalate_after_minutes)


def _notice(late: Late, now: datetime, due: datetime) -> OutboxMessage:
    return OutboxMessage(
        id=late.id,
        kind=OutboxMessage.Kind.ESCALATION,
        request_id=late.request_id,
        created=now,
        due=due,
    )
