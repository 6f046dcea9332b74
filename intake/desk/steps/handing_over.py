"""Hand a request over to a colleague, with a sealed note that the new owner sees first."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from intake.desk.entrance import owners
from intake.desk.steps.changing import StepRefused, changing, covers, detail
from intake.models import Request, StaffText
from intake.rules.states import OPEN, UNOWNED, State
from intake.store import ledger, staff_text

POSSIBLE_IN = tuple(state for state in OPEN if state not in UNOWNED)


def hand_over(
    request_id: UUID, *, owner: str, words: str, seen: int, user: AbstractUser, now: datetime
) -> Request:
    """Make `owner` the owner. Raises Overtaken and StepRefused."""
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        _refuse_impossible(request, owner)
        codes = detail("owner", cover=covers(request, by))
        request.owner = owner
        staff_text.write(request, kind=StaffText.Kind.HAND_OVER, text=words, by=by, now=now)
        ledger.record("handed_over", by=by, request=request, detail=codes)
    return request


def is_unread(request: Request, note: StaffText, by: str) -> bool:
    """Whether the note is a hand-over to this user that nobody has acted on yet."""
    fresh = request.worked_at == note.written_at and note.kind == StaffText.Kind.HAND_OVER
    return fresh and request.owner == by


def _refuse_impossible(request: Request, owner: str) -> None:
    if request.state not in POSSIBLE_IN:
        raise StepRefused(f"There is no owner while a request is “{State(request.state).label}”.")
    if owner == request.owner:
        raise StepRefused("That person owns this request already.")
    if not owners.can_own(owner):
        raise StepRefused("Choose who takes it over.")
