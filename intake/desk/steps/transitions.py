"""Staff work on a request: write a note, look outside the safe window, lead it to another state.

Each is one transaction with the ledger line inside: when that cannot be written, nothing changes.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from intake.clock import deadlines
from intake.desk.entrance.rights import is_manager
from intake.desk.steps.changing import StepRefused, changing, covers, detail
from intake.desk.steps.guards import Given, refuse_unguarded
from intake.models import Request, StaffText
from intake.rules.states import (
    CLOSED,
    NEXT_ACTION,
    OPEN,
    UNOWNED,
    Need,
    State,
    Transition,
    Who,
    step,
    steps_from,
)
from intake.store import ledger, outbox, staff_text

LINKING = {Need.LINK, Need.UNLINK}
RESCUED_FROM = (State.QUARANTINED, State.SPAM)
ARRANGE_WITHIN = timedelta(days=1)


def steps_for(request: Request, user: AbstractUser) -> tuple[Transition, ...]:
    """The steps that this person may take from here, in the order of the table."""
    return tuple(
        each for each in steps_from(State(request.state)) if by_hand(each) and _may(each.who, user)
    )


def by_hand(each: Transition) -> bool:
    """A person takes the step itself, not by recording an attempt, linking or unlinking."""
    return not each.needs & {Need.ATTEMPT, *LINKING} and each.who not in (Who.WORKER, Who.NOBODY)


def write_note(request: Request, text: str, *, by: str, now: datetime) -> StaffText:
    """Seal a note to the request. Raises AnswersError when it is too long.

    It adds and overwrites nothing, so it never comes too late.
    """
    with transaction.atomic():
        row = staff_text.write(request, kind=StaffText.Kind.NOTE, text=text, by=by, now=now)
        Request.objects.filter(pk=request.pk).update(worked_at=now)
        ledger.record("noted", by=by, request=request)
    return row


def write_override(request: Request, reason: str, *, by: str, now: datetime) -> StaffText:
    """Seal why the number is needed outside the safe window. Raises AnswersError like a note."""
    with transaction.atomic():
        row = staff_text.write(request, kind=StaffText.Kind.REASON, text=reason, by=by, now=now)
        ledger.record("override", by=by, request=request)
    return row


def take_step(
    request_id: UUID,
    target: State,
    *,
    seen: int,
    user: AbstractUser,
    now: datetime,
    given: Given | None = None,
) -> Request:
    """Lead a request to another state. `seen` is the `changes` that the person had before them.

    Raises Overtaken when somebody was faster, and StepRefused when the step is not theirs or its
    guard does not hold.
    """
    by, given = user.get_username(), given or Given()
    with changing(request_id, seen=seen, now=now) as request:
        taken = _allowed(State(request.state), target, user)
        refuse_unguarded(request, taken, given, now)
        cover = covers(request, by) and taken.who is Who.OWNER
        due = None if target in CLOSED else given.due or _proposed(request, taken, now)
        enter(request, target, by=_owner(taken, given, by), now=now, due=due)
        _keep(request, given, by=by, now=now)
        if taken.source in RESCUED_FROM and target is State.NEW:
            outbox.notify_again(request, now)
        codes = detail(f"{taken.source} > {target}", cover=cover)
        ledger.record("stepped", by=by, request=request, reason=given.reason, detail=codes)
    return request


def enter(request: Request, target: State, *, by: str, now: datetime, due: datetime | None) -> None:
    """Set what the state asks of its row. The caller saves it and writes the ledger."""
    request.state = target
    request.next_action = NEXT_ACTION.get(target, "")
    request.next_due = due
    request.owner = "" if target in UNOWNED else request.owner or by
    request.closed_at, request.closed_by = (None, "") if target in OPEN else (now, by)
    _stamp(request, target, by=by, now=now)


def _stamp(request: Request, target: State, *, by: str, now: datetime) -> None:
    """When it was first reached, offered an appointment and so on, and by whom."""
    if target is State.CLAIMED:
        request.owner, request.claimed_at = by, now
    if target is State.REACHED:
        request.reached_at = request.reached_at or now
    if target is State.SCHEDULED:
        request.offered_at = request.offered_at or now
    if target is State.DO_NOT_CONTACT:
        request.no_contact_at, request.no_contact_by = now, by


def _may(who: Who, user: AbstractUser) -> bool:
    if who is Who.MANAGER:
        return is_manager(user)
    return who not in (Who.WORKER, Who.NOBODY)


def _allowed(source: State, target: State, user: AbstractUser) -> Transition:
    try:
        found = step(source, target)
    except KeyError:
        raise StepRefused("That step is not possible from here.") from None
    if Need.ATTEMPT in found.needs:
        raise StepRefused("That step is taken by recording an attempt.")
    if found.needs & LINKING or found.target is State.PURGED:
        raise StepRefused("That step is not taken by hand.")
    if not _may(found.who, user):
        raise StepRefused(f"That step is for {found.who}.")
    return found


def _owner(taken: Transition, given: Given, by: str) -> str:
    """Whoever takes the step, or the colleague to whom a manager gives the request."""
    return given.owner if Need.OWNER in taken.needs else by


def _proposed(request: Request, taken: Transition, now: datetime) -> datetime:
    if taken.target is State.NEW:
        return deadlines.promised(request.received, request.windows).end
    if taken.source is State.NEW and request.next_due:
        return request.next_due
    if taken.target is State.REACHED:
        return now + ARRANGE_WITHIN
    return deadlines.promised(now, request.windows).end


def _keep(request: Request, given: Given, *, by: str, now: datetime) -> None:
    """What goes into columns, and what is sealed."""
    request.outcome = given.reason if request.state in CLOSED else ""
    if given.details_agreed is not None:
        request.details_agreed_at = now if given.details_agreed else None
    if request.state in (State.CLAIMED, State.TRYING):
        request.attempts = 0  # a new round: the policy's attempts are counted from here
    kinds = ((StaffText.Kind.REASON, given.words), (StaffText.Kind.REFERRAL, given.where))
    for kind, text in kinds:
        if text:
            staff_text.write(request, kind=kind, text=text, by=by, now=now)
