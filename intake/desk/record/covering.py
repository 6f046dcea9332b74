"""Who opens a request that another person owns says why, before anything of it is shown.

The code stays with the login for a while, so that each step need not ask again; every opening
writes it into the ledger.
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


class Why(StrEnum):
    """Why somebody opens what is not theirs."""

    COVERING = "covering"
    HANDED_OVER = "handed_over"
    IN_TOUCH = "in_touch"
    MANAGER_REVIEW = "manager_review"


LABELS: dict[Why, str] = {
    Why.COVERING: "I cover for the owner",
    Why.HANDED_OVER: "The owner asks me to help, or to take it over",
    Why.IN_TOUCH: "The person got in touch while the owner is away",
    Why.MANAGER_REVIEW: "I review it as a manager",
}


class ReasonNeeded(Exception):
    """It is somebody else's, and nobody has said why it is opened."""


def choices(user: AbstractUser) -> list[tuple[str, str]]:
    """The reasons that this person can have."""
    manager = is_manager(user)
    return [
        (why.value, words)
        for why, words in LABELS.items()
        if manager or why is not Why.MANAGER_REVIEW
    ]


def needs_reason(request: Request, user: AbstractUser) -> bool:
    """It is somebody else's."""
    return covers(request, user.get_username())


def refuse_without_reason(why: str) -> None:
    """Raises ReasonNeeded."""
    if not why:
        raise ReasonNeeded


def remember(session: SessionBase, request: Request, why: str, now: datetime) -> None:
    """Let the reason count for this request for a while."""
    session[KEY] = {"record": str(request.pk), "why": why, "at": now.timestamp()}


def remembered(session: SessionBase, request: Request, now: datetime) -> str:
    """The reason that was given for this request a short time ago, or "".

    One at a time: whoever goes to another request and comes back is asked again.
    """
    kept = session.get(KEY, {})
    fresh = kept.get("at", 0) > (now - COUNTS_FOR).timestamp()
    return str(kept["why"]) if fresh and kept["record"] == str(request.pk) else ""
