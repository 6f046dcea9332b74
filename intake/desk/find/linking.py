"""Link a duplicate to the person's other request, or undo it. For managers.

Triggers in Postgres enforce that no link crosses from self to family, and that none is circular.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from intake.clock import deadlines
from intake.desk.entrance.rights import is_manager
from intake.desk.steps.changing import StepRefused, changing
from intake.desk.steps.transitions import enter
from intake.models import Request
from intake.rules.states import OPEN, State, step
from intake.store import ledger


def link(
    request_id: UUID, other_id: UUID, *, seen: int, user: AbstractUser, now: datetime
) -> Request:
    """Close a request as a duplicate of another one, which stays open for both.

    `seen` is the `changes` that the person saw. Raises Overtaken if the request has changed
    since, and StepRefused if the user is no manager or the two cannot be linked.
    """
    _refuse_others(user)
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        source, other = State(request.state), _existing(other_id)
        _refuse_unfit(request, other)
        request.duplicate_of = other
        enter(request, State.DUPLICATE, by=by, now=now, due=None)
        ledger.record(
            "linked", by=by, request=request, detail=_detail(source, State.DUPLICATE, other_id)
        )
    return request


def unlink(request_id: UUID, *, seen: int, user: AbstractUser, now: datetime) -> Request:
    """Undo a link: the request is new again, with the deadline of its own receipt.

    Raises Overtaken and StepRefused like `link`.
    """
    _refuse_others(user)
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        other_id = request.duplicate_of_id
        if request.state != State.DUPLICATE or other_id is None:
            raise StepRefused("This request is not linked to another one.")
        request.duplicate_of = None
        due = deadlines.promised(request.received, request.windows).end
        enter(request, State.NEW, by=by, now=now, due=due)
        ledger.record(
            "unlinked", by=by, request=request, detail=_detail(State.DUPLICATE, State.NEW, other_id)
        )
    return request


def _refuse_others(user: AbstractUser) -> None:
    if not is_manager(user):
        raise StepRefused(f"That step is for {step(State.DUPLICATE, State.NEW).who}.")


def _existing(request_id: UUID) -> Request:
    try:
        return Request.objects.get(pk=request_id)
    except Request.DoesNotExist:
        raise StepRefused("The other request is not here any more.") from None


def _refuse_unfit(request: Request, other: Request) -> None:
    """Raise StepRefused, in words, for what the database would refuse too."""
    if request.asker != other.asker:
        raise StepRefused(
            "These two are never linked: one person wrote about themself, another one about "
            "somebody else. They may not know of each other."
        )
    if State(request.state) not in OPEN or State(other.state) not in OPEN or request == other:
        raise StepRefused("Only two open requests can be linked.")
    if request.duplicates.exists():
        raise StepRefused(
            "Other requests belong to this one already. Link it the other way around: "
            f"open {other} and look for duplicates there."
        )


def _detail(source: State, target: State, other_id: UUID) -> str:
    return f"{source} > {target}; {other_id}"
