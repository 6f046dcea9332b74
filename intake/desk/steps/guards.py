"""Guards of the state machine: refuse a step while something that it needs is missing or untrue.

`states` says what each step needs; GUARDS has one function for each need that is checked here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from intake.clock import deadlines
from intake.clock.cadence import Try
from intake.desk.entrance import owners
from intake.desk.steps import reasons
from intake.desk.steps.changing import StepRefused, refuse_bad_time, refuse_unsafe_time
from intake.desk.steps.reasons import Reason
from intake.models import Request, StaffText
from intake.rules.states import CLOSED, Need, State, Transition

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


class Asked(NamedTuple):
    """A step that somebody wants to take with a request now, and what they gave with it."""

    request: Request
    step: Transition
    given: Given
    now: datetime


def refuse_unguarded(request: Request, step: Transition, given: Given, now: datetime) -> None:
    """Raise StepRefused, in words for the person, unless all that the step needs is there."""
    asked = Asked(request, step, given, now)
    for need, refuse in GUARDS.items():
        if need in step.needs:
            refuse(asked)
    _refuse_bad_due(asked)


def _refuse_held(asked: Asked) -> None:
    if asked.request.held_at:
        raise StepRefused(
            "A legal hold is on this request, so it cannot be erased. Release the hold first."
        )


def _refuse_without_reason(asked: Asked) -> None:
    if asked.given.reason not in reasons.asked_for(asked.step):
        raise StepRefused("Choose a reason.")
    if asked.given.reason == Reason.OTHER and not asked.given.words:
        raise StepRefused("Write the reason in your own words.")


def _refuse_without_date(asked: Asked) -> None:
    if asked.given.due is None:
        raise StepRefused(f"“{asked.step.target.label}” needs a date and time.")


def _refuse_bad_due(asked: Asked) -> None:
    """A time may be given with every step that leaves the request open."""
    due, target = asked.given.due, asked.step.target
    if due is None or target in CLOSED:
        return
    refuse_bad_time(due, asked.now)
    if target in CALLS:
        refuse_unsafe_time(asked.request, due, asked.given.words)


def _refuse_without_still_safe(asked: Asked) -> None:
    if asked.given.still_safe not in ("yes", "changed"):
        raise StepRefused("Say whether contact is still safe as they told us.")
    if asked.given.still_safe == "changed" and not _just_amended(asked):
        raise StepRefused("Write down first what changed, under “Something changed”.")


def _just_amended(asked: Asked) -> bool:
    amendments = asked.request.texts.of_kind(StaffText.Kind.AMENDMENT)
    return amendments.since(asked.now - JUST_LEARNED).exists()


def _refuse_without_place(asked: Asked) -> None:
    if not asked.given.where:
        raise StepRefused("Write where you referred this person to.")


def _refuse_without_consent(asked: Asked) -> None:
    if asked.given.details_agreed is None:
        raise StepRefused("Say whether this person agreed that we pass details on.")


def _refuse_giving_up(asked: Asked) -> None:
    request = asked.request
    tries = [Try(*each) for each in request.tries.values_list("window", "inside")]
    if not deadlines.tried_enough(tries, request.windows):
        raise StepRefused(
            "Too few attempts at safe times, or all in one part of the day. "
            "Nobody is given up before that."
        )


def _refuse_without_owner(asked: Asked) -> None:
    if not owners.can_own(asked.given.owner):
        raise StepRefused("Choose who takes it over.")


GUARDS: dict[Need, Callable[[Asked], None]] = {
    Need.NO_HOLD: _refuse_held,
    Need.REASON: _refuse_without_reason,
    Need.DATE: _refuse_without_date,
    Need.STILL_SAFE: _refuse_without_still_safe,
    Need.PLACE: _refuse_without_place,
    Need.CONSENT: _refuse_without_consent,
    Need.TRIED_ENOUGH: _refuse_giving_up,
    Need.OWNER: _refuse_without_owner,
}
"""In the order in which a person is told of what is missing."""
