"""What must be so before a step is taken, by hand and at this moment. `states` says it in words.

Each guard raises StepRefused with words for the person, or passes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.clock import deadlines
from intake.clock.cadence import Try
from intake.desk.steps import reasons
from intake.desk.steps.changing import StepRefused, refuse_bad_time, refuse_unsafe_time
from intake.desk.steps.reasons import Reason
from intake.models import Request, StaffText
from intake.rules.states import CLOSED, State, Transition

NEED_A_DATE = (State.WAITING, State.SCHEDULED)
CALLS = (State.TRYING, State.WAITING)
JUST_LEARNED = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """What the person chose and typed with a step; its repr shows nothing of it."""

    due: datetime | None = None
    reason: str = ""
    words: str = ""
    still_safe: str = ""
    where: str = ""
    details_agreed: bool | None = None
    owner: str = ""


def needs_date(step: Transition) -> bool:
    """The next action is at a time that was agreed upon."""
    return step.target in NEED_A_DATE


def needs_still_safe(step: Transition) -> bool:
    """Somebody talked with the person, and asked whether contact is still safe as they said."""
    return step.target is State.REACHED and step.source is not State.SCHEDULED


def needs_place(step: Transition) -> bool:
    """Where the person was referred to."""
    return step.target is State.REFERRED_OUT


def needs_owner(step: Transition) -> bool:
    """Who takes it over."""
    return step.source is State.NEEDS_DECISION and step.target is State.CLAIMED


def refuse_unguarded(request: Request, step: Transition, given: Given, now: datetime) -> None:
    """Everything that the step needs is there."""
    _refuse_held(request, step)
    _refuse_without_reason(step, given)
    _refuse_without_date(request, step, given, now)
    _refuse_without_still_safe(request, step, given, now)
    _refuse_without_place(step, given)
    _refuse_giving_up(request, step)


def _refuse_held(request: Request, step: Transition) -> None:
    if step.target is State.WITHDRAWN and request.held_at:
        raise StepRefused(
            "A legal hold is on this request, so it cannot be erased. Release the hold first."
        )


def _refuse_without_reason(step: Transition, given: Given) -> None:
    offered = reasons.asked_for(step)
    if offered and given.reason not in offered:
        raise StepRefused("Choose a reason.")
    if given.reason == Reason.OTHER and not given.words:
        raise StepRefused("Write the reason in your own words.")


def _refuse_without_date(request: Request, step: Transition, given: Given, now: datetime) -> None:
    if step.target in CLOSED:
        return
    if given.due is None:
        if needs_date(step):
            raise StepRefused(f"“{step.target.label}” needs a date and time.")
        return
    refuse_bad_time(given.due, now)
    if step.target in CALLS:
        refuse_unsafe_time(request, given.due, given.words)


def _refuse_without_still_safe(
    request: Request, step: Transition, given: Given, now: datetime
) -> None:
    if not needs_still_safe(step):
        return
    if given.still_safe not in ("yes", "changed"):
        raise StepRefused("Say whether contact is still safe as they told us.")
    if given.still_safe == "changed" and not _just_amended(request, now):
        raise StepRefused("Write down first what changed, under “Something changed”.")


def _just_amended(request: Request, now: datetime) -> bool:
    return request.texts.of_kind(StaffText.Kind.AMENDMENT).since(now - JUST_LEARNED).exists()


def _refuse_without_place(step: Transition, given: Given) -> None:
    if not needs_place(step):
        return
    if not given.where:
        raise StepRefused("Write where you referred this person to.")
    if given.details_agreed is None:
        raise StepRefused("Say whether this person agreed that we pass details on.")


def _refuse_giving_up(request: Request, step: Transition) -> None:
    if step.target is not State.NO_CONTACT:
        return
    tries = [Try(*each) for each in request.tries.values_list("window", "inside")]
    if not deadlines.tried_enough(tries, request.windows):
        raise StepRefused(
            "Too few attempts at safe times, or all in one part of the day. "
            "Nobody is given up before that."
        )
