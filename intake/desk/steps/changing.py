"""One change of a request at a time: what the person saw still holds, or nothing changes."""

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
    """Why nothing was changed, in words for the person who tried."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words} Nothing was changed.")


class Overtaken(StepRefused):
    """A colleague or the person who wrote changed the request since this one looked at it."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody was faster: this request has changed since you looked at it, "
            "by a colleague or by the person who wrote. Look at it again before you decide."
        )


@contextmanager
def changing(request_id: UUID, *, seen: int, now: datetime) -> Iterator[Request]:
    """A locked request to change; it is saved, and counted, at the end of the block.

    `seen` is the `changes` that the person had before them. Raises Overtaken when it is another,
    and Request.DoesNotExist when it was purged. The caller writes the ledger inside the block.
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
    """Somebody acts on a request that another person owns."""
    return request.owner not in ("", by)


def detail(codes: str, *, cover: bool) -> str:
    """What a ledger line says of an act, and whether it was done for the owner."""
    return f"{codes}; cover" if cover else codes


def refuse_bad_time(due: datetime, now: datetime) -> None:
    """A time to come, at most a year from now. Raises StepRefused."""
    if not now < due <= now + LATEST:
        raise StepRefused("Choose a date and time that are still to come, at most a year from now.")


def refuse_unsafe_time(request: Request, due: datetime, words: str) -> None:
    """A time to call is safe for the person, or somebody wrote why. Raises StepRefused."""
    moments = (due, due - timedelta(minutes=1))  # "until 12 pm" is the end of a morning
    if not words and not any(deadlines.is_safe(request.windows, moment) for moment in moments):
        raise StepRefused(
            "That time is outside the safe times of this person. "
            "Choose another one, or write why it has to be then."
        )
