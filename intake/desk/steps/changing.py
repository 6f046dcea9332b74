"""Optimistic lock: a change is refused if the request has changed since the person saw it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from intake.clock import deadlines
from intake.models import Request
from intake.rules.triggers import REQUEST_ORIGIN

LATEST = timedelta(days=366)
# The desk's database role may change these and no others.
WORKED = [
    field.name
    for field in Request._meta.local_concrete_fields
    if field.column not in REQUEST_ORIGIN
]


class StepRefused(Exception):
    """The change is not allowed; the message says why, in words for the person who tried."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words} Nothing was changed.")


class Overtaken(StepRefused):
    """The request has changed since the user saw it, by a colleague or by the person who wrote."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody was faster: this request has changed since you looked at it, "
            "by a colleague or by the person who wrote. Look at it again before you decide."
        )


@contextmanager
def changing(request_id: UUID, *, seen: int, now: datetime) -> Iterator[Request]:
    """Lock a request, let the block change it, then save it and count the change.

    `seen` is the `changes` that the user saw. Raises Overtaken if it is another by now, and
    Request.DoesNotExist if the request was purged. The caller writes the ledger in the block.
    """
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=request_id)
        if request.changes != seen:
            raise Overtaken
        yield request
        request.changes += 1
        request.worked_at = now
        request.save(update_fields=WORKED)


def covers(request: Request, by: str) -> bool:
    """Whether the user acts on a request that a colleague owns."""
    return request.owner not in ("", by)


def detail(codes: str, *, cover: bool) -> str:
    """The detail of a ledger line: codes of the act, marked if it was done for the owner."""
    return f"{codes}; cover" if cover else codes


def refuse_bad_time(due: datetime, now: datetime) -> None:
    """Raise StepRefused unless the time is in the future and at most a year away."""
    if not now < due <= now + LATEST:
        raise StepRefused("Choose a date and time that are still to come, at most a year from now.")


def refuse_unsafe_time(request: Request, due: datetime, words: str) -> None:
    """Raise StepRefused if the time is not safe for the person and there is no reason in words."""
    moments = (due, due - timedelta(minutes=1))  # "until 12 pm" is the end of a morning
    if not words and not any(deadlines.is_safe(request.windows, moment) for moment in moments):
        raise StepRefused(
            "That time is outside the safe times of this person. "
            "Choose another one, or write why it has to be then."
        )
