"""Amendments: contact details that staff learn, sealed beside the form, which never changes.

The plain columns that the queue and the deadlines use are updated with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from intake.clock import deadlines
from intake.desk.steps import contact_wishes
from intake.desk.steps.changing import StepRefused, changing, covers, detail
from intake.desk.steps.contact_wishes import Wishes
from intake.models import Request
from intake.rules.states import NextAction
from intake.seal.answers import Answers, Channel, OtherAnswers
from intake.store import ledger, staff_text

CALLS = (NextAction.FIRST_ATTEMPT, NextAction.ATTEMPT)
KEPT_IF_EMPTY = ("phone", "email")


def learn(
    request_id: UUID,
    learned: Mapping[str, Any],
    *,
    seen: int,
    user: AbstractUser,
    now: datetime,
) -> Request:
    """Record what the person said has changed, in the names of `Answers`.

    `seen` is the `changes` that the user saw. Raises Overtaken and StepRefused.
    """
    by = user.get_username()
    with changing(request_id, seen=seen, now=now) as request:
        cover = covers(request, by)
        ledger.record("learned", by=by, request=request, detail=detail("contact", cover=cover))
        amend(request, contact_wishes.current(request), learned, by=by, now=now)
    return request


def amend(
    request: Request, known: Wishes, learned: Mapping[str, Any], *, by: str, now: datetime
) -> None:
    """Seal the amended answers. The caller has locked the request and written the ledger.

    An empty phone number or address keeps the known one, unless that is hidden for good. Raises
    StepRefused if the answers would not say how to reach the person.
    """
    gone = contact_wishes.hidden_for_good(request, known)
    before = replace(known.answers, phone="", email="") if gone else known.answers
    given = {name: value for name, value in learned.items() if value or name not in KEPT_IF_EMPTY}
    answers = replace(before, **{"message": ""} | given)
    _refuse_incomplete(answers)
    staff_text.write_amendment(request, answers, by=by, now=now)
    request.channel, request.windows = answers.channel, int(answers.windows)
    if (
        request.next_action in CALLS
        and request.next_due is not None
        and not deadlines.is_safe(request.windows, request.next_due)
    ):
        request.next_due = deadlines.promised(now, request.windows).end


def _refuse_incomplete(answers: Answers) -> None:
    if not (answers.email if answers.channel is Channel.EMAIL else answers.phone).strip():
        what = "An email address" if answers.channel is Channel.EMAIL else "A phone number"
        raise StepRefused(f"{what} is needed for the way that you chose.")
    if answers.if_other_answers is OtherAnswers.ASK_BY_NAME and not answers.name.strip():
        raise StepRefused("Without a name nobody can be asked for: choose what else to do.")
