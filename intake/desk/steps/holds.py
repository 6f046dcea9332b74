"""Legal hold: while it is on a request, nothing of it is purged. For managers.

The caller has required step-up authentication.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.utils import timezone

from intake.desk.entrance.rights import is_manager
from intake.desk.steps.changing import LATEST, StepRefused, changing
from intake.models import Request, StaffText
from intake.store import ledger, staff_text

LONGEST = 10 * LATEST
SOON = timedelta(days=14)
MOST_SHOWN = 10


class Reviews(NamedTuple):
    """Requests whose hold is due for review; `more` says that not all of them are listed."""

    rows: list[Request]
    today: date
    more: bool


def to_review(user: AbstractUser | AnonymousUser, now: datetime) -> Reviews | None:
    """The holds whose review is overdue or due within SOON, in one query.

    None for a user who is no manager.
    """
    if not is_manager(user):
        return None
    today = timezone.localdate(now)
    rows = list(Request.objects.holds_to_review(today + SOON)[: MOST_SHOWN + 1])
    return Reviews(rows[:MOST_SHOWN], today, more=len(rows) > MOST_SHOWN)


def hold(
    request_id: UUID, *, until: date, words: str, seen: int, user: AbstractUser, now: datetime
) -> Request:
    """Put a hold on the request; `until` is the day of its next review, not its end.

    Raises Overtaken and StepRefused.
    """
    _refuse_others(user)
    today = timezone.localdate(now)
    if not today < until <= today + timedelta(days=LONGEST.days):
        raise StepRefused("Choose a day that is still to come, at most ten years from now.")
    with changing(request_id, seen=seen, now=now) as request:
        if request.held_at:
            raise StepRefused("A legal hold is on this request already.")
        request.held_at, request.held_by = now, user.get_username()
        request.held_until = until
        _write(request, "held", words, by=user.get_username(), now=now)
    return request


def release(
    request_id: UUID, *, words: str, seen: int, user: AbstractUser, now: datetime
) -> Request:
    """Release the hold: if its retention is over, the next run purges the request.

    Raises Overtaken and StepRefused.
    """
    _refuse_others(user)
    with changing(request_id, seen=seen, now=now) as request:
        if not request.held_at:
            raise StepRefused("There is no legal hold on this request.")
        request.held_at, request.held_by, request.held_until = None, "", None
        _write(request, "released", words, by=user.get_username(), now=now)
    return request


def _refuse_others(user: AbstractUser) -> None:
    if not is_manager(user):
        raise StepRefused("A legal hold is for a manager.")


def _write(request: Request, action: str, words: str, *, by: str, now: datetime) -> None:
    staff_text.write(request, kind=StaffText.Kind.REASON, text=words, by=by, now=now)
    ledger.record(action, by=by, request=request)
