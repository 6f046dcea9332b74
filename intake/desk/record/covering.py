"""A reason is required to open a request that a colleague owns, before anything of it is shown.

The session remembers the reason for a while, so that not every step asks again; each opening
writes it into the ledger as a code.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.base import SessionBase

from intake.desk.entrance.rights import is_manager
from intake.desk.steps.changing import covers
from intake.models import Request

KEY = "why_opened"
COUNTS_FOR = timedelta(minutes=30)


class CoverReason(StrEnum):
    """Why somebody opens a colleague's request."""

    COVERING = "covering"
    HANDED_OVER = "handed_over"
    IN_TOUCH = "in_touch"
    MANAGER_REVIEW = "manager_review"


LABELS: dict[CoverReason, str] = {
    CoverReason.COVERING: "I cover for the owner",
    CoverReason.HANDED_OVER: "The owner asks me to help, or to take it over",
    CoverReason.IN_TOUCH: "The person got in touch while the owner is away",
    CoverReason.MANAGER_REVIEW: "I review it as a manager",
}


class ReasonNeeded(Exception):
    """A colleague owns the request, and no reason for opening it was given."""


def choices(user: AbstractUser) -> list[tuple[str, str]]:
    """Form choices of the reasons that this user can have."""
    manager = is_manager(user)
    return [
        (why.value, words)
        for why, words in LABELS.items()
        if manager or why is not CoverReason.MANAGER_REVIEW
    ]


def needs_reason(request: Request, user: AbstractUser) -> bool:
    """Whether a colleague owns the request."""
    return covers(request, user.get_username())


def refuse_without_reason(why: str) -> None:
    """Raise ReasonNeeded if the reason is empty."""
    if not why:
        raise ReasonNeeded


def remember(session: SessionBase, request: Request, why: str, now: datetime) -> None:
    """Store the reason in the session, for this request and for COUNTS_FOR."""
    session[KEY] = {"record": str(request.pk), "why": why, "at": now.timestamp()}


def remembered(session: SessionBase, request: Request, now: datetime) -> str:
    """The reason given for this request within COUNTS_FOR, or "".

    The session holds one: who opens another request and comes back is asked again.
    """
    kept = session.get(KEY, {})
    fresh = kept.get("at", 0) > (now - COUNTS_FOR).timestamp()
    return str(kept["why"]) if fresh and kept["record"] == str(request.pk) else ""
