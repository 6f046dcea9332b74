"""What staff do with a request: a note, a look outside the safe window, a step to another state.

One transaction each, the ledger line in it: when it cannot be written, nothing changes.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from intake import ledger, outbox, staff_text
from intake.desk.rights import is_manager
from intake.models import Request, StaffText
from intake.states import (
    CLOSED,
    NEXT_ACTION,
    OPEN,
    UNOWNED,
    State,
    Transition,
    Who,
    step,
    steps_from,
)
from intake.submission import first_deadline
from intake.triggers import REQUEST_ORIGIN

NEED_A_DATE = (State.WAITING, State.SCHEDULED)
NOT_BY_HAND = (State.DUPLICATE, State.PURGED)
RESCUED_FROM = (State.QUARANTINED, State.SPAM)
ARRANGE_WITHIN = timedelta(days=1)
LATEST = timedelta(days=366)
# The desk's database role may change these and no others.
WORKED = [
    field.name
    for field in Request._meta.local_concrete_fields
    if field.column not in REQUEST_ORIGIN
]


class StepRefused(Exception):
    """Why the step was not taken, in words for the person who tried."""


def steps_for(request: Request, user: AbstractUser) -> tuple[Transition, ...]:
    """The steps that this person may take from here, in the order of the matrix."""
    manager = is_manager(user)
    return tuple(
        each
        for each in steps_from(State(request.state))
        if each.target not in NOT_BY_HAND and _may(each.who, manager=manager)
    )


def write_note(request: Request, text: str, *, by: str, now: datetime) -> StaffText:
    """Seal a note to the request. Raises AnswersError when it is too long."""
    with transaction.atomic():
        row = staff_text.write(request, kind=StaffText.Kind.NOTE, text=text, by=by, now=now)
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
    seen: str,
    user: AbstractUser,
    now: datetime,
    due: datetime | None = None,
    reason: str = "",
) -> Request:
    """Lead a request to another state. `seen` is the state that the person had before them.

    Raises StepRefused when somebody was faster, the step is not theirs, or a date is missing.
    """
    by = user.get_username()
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=request_id)
        source = State(request.state)
        _refuse_stale(source, seen)
        _refuse_forbidden(source, target, user)
        _enter(request, target, by=by, now=now, due=_due(request, target, due, now))
        request.save(update_fields=WORKED)
        if source in RESCUED_FROM and target is State.NEW:
            outbox.notify_again(request, now)
        if reason:
            staff_text.write(request, kind=StaffText.Kind.REASON, text=reason, by=by, now=now)
        ledger.record("stepped", by=by, request=request, detail=f"{source} > {target}")
    return request


def _may(who: Who, *, manager: bool) -> bool:
    if who is Who.MANAGER:
        return manager
    return who not in (Who.WORKER, Who.NOBODY)


def _refuse_stale(source: State, seen: str) -> None:
    if source != seen:
        raise StepRefused(
            f"Somebody was faster: this request is now “{source.label}”. "
            "Look at it again before you decide. Nothing was changed."
        )


def _refuse_forbidden(source: State, target: State, user: AbstractUser) -> None:
    try:
        transition = step(source, target)
    except KeyError:
        raise StepRefused("That step is not possible from here. Nothing was changed.") from None
    if target in NOT_BY_HAND:
        raise StepRefused("That step is not taken by hand. Nothing was changed.")
    if not _may(transition.who, manager=is_manager(user)):
        raise StepRefused(f"That step is for {transition.who}. Nothing was changed.")


def _due(
    request: Request, target: State, chosen: datetime | None, now: datetime
) -> datetime | None:
    """When the next action is due: as chosen, or as the state proposes. None when closed."""
    if target in CLOSED:
        return None
    if chosen is None and target in NEED_A_DATE:
        raise StepRefused(f"“{target.label}” needs a date and time. Nothing was changed.")
    if chosen is None:
        return _proposed(request, target, now)
    if not now < chosen <= now + LATEST:
        raise StepRefused(
            "Choose a date and time that are still to come, at most a year from now. "
            "Nothing was changed."
        )
    return chosen


def _proposed(request: Request, target: State, now: datetime) -> datetime:
    if target is State.NEW:
        return first_deadline(request.received, request.windows)
    if target is State.CLAIMED and request.next_due:
        return request.next_due
    if target is State.REACHED:
        return now + ARRANGE_WITHIN
    return first_deadline(now, request.windows)


def _enter(
    request: Request, target: State, *, by: str, now: datetime, due: datetime | None
) -> None:
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
    if target is State.TRYING:
        request.attempts += 1
        request.first_attempt_at = request.first_attempt_at or now
        request.last_attempt_at = now
    if target is State.DO_NOT_CONTACT:
        request.no_contact_at, request.no_contact_by = now, by
