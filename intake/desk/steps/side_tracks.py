"""Changes that keep the state: snooze, benefits check, confirmed hand-off to another clinic."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from intake.desk.steps.changing import (
    StepRefused,
    changing,
    covers,
    detail,
    refuse_bad_time,
    refuse_unsafe_time,
)
from intake.desk.steps.reasons import Reason
from intake.models import Benefits, Request, StaffText
from intake.rules.states import OPEN, NextAction, State
from intake.store import ledger, staff_text

CALLS = (NextAction.FIRST_ATTEMPT, NextAction.ATTEMPT, NextAction.CALL_BACK)


def snooze(
    request_id: UUID,
    *,
    due: datetime,
    reason: str,
    words: str,
    seen: int,
    user: AbstractUser,
    now: datetime,
) -> Request:
    """Put the next action off until `due`.

    A time to call outside the safe times needs `words`. Raises Overtaken and StepRefused.
    """
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        if request.state not in OPEN:
            raise StepRefused("There is nothing to put off in a closed request.")
        if reason == Reason.OTHER and not words:
            raise StepRefused("Write the reason in your own words.")
        refuse_bad_time(due, now)
        if request.next_action in CALLS:
            refuse_unsafe_time(request, due, words)
        request.next_due = due
        if words:
            staff_text.write(request, kind=StaffText.Kind.REASON, text=words, by=by, now=now)
        _record("snoozed", request, by, reason=reason)
    return request


def follow_benefits(
    request_id: UUID, *, benefits: str, seen: int, user: AbstractUser, now: datetime
) -> Request:
    """Record how far the benefits check is; no policy number is kept. Raises Overtaken."""
    with changing(request_id, seen=seen, now=now) as request:
        request.benefits, request.benefits_at = Benefits(benefits), now
        _record("benefits", request, user.get_username(), reason=benefits)
    return request


def confirm_hand_off(request_id: UUID, *, seen: int, user: AbstractUser, now: datetime) -> Request:
    """Record that the clinic the person was referred to has them now.

    Raises Overtaken and StepRefused.
    """
    with changing(request_id, seen=seen, now=now) as request:
        if request.state != State.REFERRED_OUT or request.hand_off_at:
            raise StepRefused("There is no hand-off to confirm.")
        request.hand_off_at = now
        _record("hand_off", request, user.get_username())
    return request


def _record(action: str, request: Request, by: str, *, reason: str = "") -> None:
    codes = detail("", cover=covers(request, by)).lstrip("; ")
    ledger.record(action, by=by, request=request, reason=reason, detail=codes)
