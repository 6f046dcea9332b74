"""Record an attempt to reach the person: count it, and set the next state and action.

The ledger line is written first, because the person's wishes are decrypted to see what they allow.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from intake.clock import deadlines
from intake.desk.steps import amendments, contact_wishes, outcomes
from intake.desk.steps.changing import (
    StepRefused,
    changing,
    covers,
    detail,
    refuse_bad_time,
    refuse_unsafe_time,
)
from intake.desk.steps.contact_wishes import Wishes
from intake.desk.steps.transitions import ARRANGE_WITHIN, enter
from intake.models import Attempt, Request, StaffText
from intake.rules.states import WORKED_ON, State
from intake.seal.answers import Channel
from intake.store import ledger, staff_text

WHILE_TRYING = (State.CLAIMED, State.TRYING, State.WAITING)


class Tried(NamedTuple):
    """An attempt as it was made; `words` are the reason where one is required."""

    channel: Channel
    outcome: str
    due: datetime | None = None
    words: str = ""


def record_attempt(
    request_id: UUID,
    tried: Tried,
    *,
    seen: int,
    user: AbstractUser,
    now: datetime,
    learned: Mapping[str, Any] | None = None,
) -> Request:
    """Record an attempt, and `learned`, the contact details that changed in it.

    `seen` is the `changes` that the user saw. Raises Overtaken, and StepRefused for what the
    person's choices or the state of the request forbid.
    """
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        inside = deadlines.is_safe(request.windows, now)
        ledger.record("attempt", by=by, request=request, detail=_codes(request, tried, inside, by))
        known = contact_wishes.current(request)
        _refuse_forbidden(request, known, tried, inside=inside)
        _write_down(request, tried, inside=inside, by=by, now=now)
        _go_on(request, tried, by=by, now=now)
        if learned is not None:
            amendments.amend(request, known, learned, by=by, now=now)
    return request


def _codes(request: Request, tried: Tried, inside: bool, by: str) -> str:
    place = "" if inside else "; outside"
    return detail(f"{tried.channel} {tried.outcome}{place}", cover=covers(request, by))


def _refuse_forbidden(request: Request, known: Wishes, tried: Tried, *, inside: bool) -> None:
    if request.state not in WORKED_ON:
        label = State(request.state).label
        raise StepRefused(f"No attempt is recorded while a request is “{label}”.")
    if contact_wishes.hidden_for_good(request, known):
        raise StepRefused("This person asked not to be contacted.")
    if tried.outcome not in outcomes.possible(known.answers, tried.channel):
        raise StepRefused("This person’s choices do not allow that.")
    if not inside and not tried.words:
        raise StepRefused("It is not a safe time for this person. Write why you tried now.")
    if tried.channel is not known.answers.channel and not tried.words:
        raise StepRefused("This person did not choose that way. Write why you took it.")


def _write_down(request: Request, tried: Tried, *, inside: bool, by: str, now: datetime) -> None:
    Attempt(
        request=request,
        at=now,
        by=by,
        channel=tried.channel,
        outcome=tried.outcome,
        window=int(deadlines.window_at(now)),
        inside=inside,
    ).save(force_insert=True)
    request.attempts += 1
    request.first_attempt_at = request.first_attempt_at or now
    request.last_attempt_at = now
    if tried.words:
        kind = StaffText.Kind.REASON
        staff_text.write(request, kind=kind, text=tried.words, by=by, now=now)


def _go_on(request: Request, tried: Tried, *, by: str, now: datetime) -> None:
    """Enter the state that the outcome leads to, with the next action and its time."""
    state = State(request.state)
    if tried.outcome == Attempt.Outcome.REFUSED:
        enter(request, State.DO_NOT_CONTACT, by=by, now=now, due=None)
    elif tried.outcome == Attempt.Outcome.TALKED:
        if state in WHILE_TRYING:
            enter(request, State.REACHED, by=by, now=now, due=now + ARRANGE_WITHIN)
    elif state in WHILE_TRYING:
        enter(request, State.TRYING, by=by, now=now, due=_next(request, tried, now))
    elif state is State.REACHED:
        request.next_due = _next(request, tried, now)


def _next(request: Request, tried: Tried, now: datetime) -> datetime:
    """The chosen time of the next attempt, or the one that the cadence proposes."""
    if tried.due is None:
        return deadlines.retry_by(now, request.windows)
    refuse_bad_time(tried.due, now)
    refuse_unsafe_time(request, tried.due, tried.words)
    return tried.due
