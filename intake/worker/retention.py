"""Retention: requests that were closed for long enough are deleted; a nameless tombstone remains.

How long is in `clinic.toml`, and the pages promise it. A legal hold wins, also over a person's
wish, and covers the requests that are linked with the held one. One transaction takes a request
with its duplicates, its notices and everything sealed, which is deleted unread. So a purge may be
killed at any point, and the next one goes on where it was.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction

from intake.models import Attempt, KeyWrap, OutboxMessage, Request, StaffText, Submission, Tombstone
from intake.models.querysets import RequestQuerySet
from intake.rules.states import State
from intake.store import ledger

MINUTES_TOGETHER = 5  # a tombstone's response times are rounded to this

logger = logging.getLogger(__name__)


class Purged(NamedTuple):
    """A request that is deleted, and the rule by which it is."""

    request: Request
    rule: str

    def __str__(self) -> str:
        return f"{self.request}: {self.rule}"


def purge(now: datetime) -> Iterator[Purged]:
    """Delete every request that is due, the one closed for longest first. Yields each when done.

    One that cannot be deleted is logged and does not keep the others. Raises DatabaseError when
    the database went away.
    """
    for request_id in _due(now):
        try:
            purged = _purge_one(request_id, now)
        except DatabaseError as error:
            if not connection.is_usable():
                raise
            logger.error("not purged: %s, %s", Request(id=request_id), type(error).__name__)
        else:
            yield from purged


def what_is_due(now: datetime) -> Iterator[Purged]:
    """The requests that `purge` would delete now, each with its rule."""
    seen: set[UUID] = set()
    for request_id in _due(now):
        group = _linked(Request.objects.get(id=request_id))
        fresh = [each for each in _with_rules(group) if each.request.id not in seen]
        seen.update(each.request.id for each in fresh)
        yield from fresh


def _due(now: datetime) -> list[UUID]:
    rows = Request.objects.purgeable(now).order_by("closed_at", "id")
    return list(rows.values_list("id", flat=True))


def _purge_one(request_id: UUID, now: datetime) -> list[Purged]:
    """Empty when it was opened again, held, or purged with another one meanwhile."""
    with transaction.atomic():
        request = _locked().purgeable(now).with_ids([request_id]).first()
        purged = _with_rules(_linked(request, lock=True)) if request else []
        for each in reversed(purged):
            _bury(each.request)
        for each in purged:
            ledger.record("purged", by=ledger.WORKER, request=each.request, detail=each.rule)
    for each in purged:
        logger.info("purged: %s", each)
    return purged


def _locked() -> RequestQuerySet:
    return Request.objects.select_for_update(of=("self",))


def _linked(request: Request, *, lock: bool = False) -> list[Request]:
    """The request, its duplicates, and theirs. None of them goes before the one it joins."""
    group = [request]
    rows = _locked() if lock else Request.objects.all()
    for each in rows.duplicates_of(request):
        group += _linked(each, lock=lock)
    return group


def _joined(request: Request) -> Iterator[Request]:
    """What it joins, and what that joins in turn. Links lead in no circle."""
    while original := request.duplicate_of:
        yield original
        request = original


def _with_rules(group: list[Request]) -> list[Purged]:
    """Nothing when one of them is held, or one that they join."""
    if any(each.held_at for each in (*group, *_joined(group[0]))):
        return []
    first, *duplicates = group
    days = settings.CLINIC.retention.days_after(first.state)
    return [
        Purged(first, f"{first.state}, {days} days"),
        *(Purged(each, "duplicate, with the request that it joins") for each in duplicates),
    ]


def _bury(request: Request) -> None:
    tombstone = _tombstone(request)
    itself = Request.objects.with_ids([request.id])
    itself.update(state=State.PURGED)
    KeyWrap.objects.of_request(request).delete()
    for model in (Submission, StaffText, Attempt, OutboxMessage):
        model.objects.of_request(request).delete_unread()
    itself.delete_unread()
    tombstone.save(force_insert=True)


def _tombstone(request: Request) -> Tombstone:
    received = request.received.astimezone(settings.CLINIC.time_zone)
    return Tombstone(
        month=received.date().replace(day=1),
        final_state=request.state,
        lane=request.lane,
        minutes_to_attempt=_rounded(received, request.first_attempt_at),
        minutes_to_talk=_rounded(received, request.reached_at),
        minutes_to_offer=_rounded(received, request.offered_at),
    )


def _rounded(received: datetime, at: datetime | None) -> int | None:
    if at is None:
        return None
    minutes = max(0.0, (at - received).total_seconds() / 60)
    return MINUTES_TOGETHER * round(minutes / MINUTES_TOGETHER)
