"""The sections of the queue. What a section lists and what it counts is one condition."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.lookups import GreaterThan

from intake.clock import promise
from intake.rules.states import State
from intake.seal.answers import Window


class Section(StrEnum):
    """A part of the queue. Those of OPEN hold open requests only."""

    CALLABLE = "callable"
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    OVERDUE = "overdue"
    DECISION = "decision"
    WAITING = "waiting"
    QUARANTINE = "quarantine"
    UNREACHABLE = "unreachable"
    REVISED = "revised"
    CLOSING = "closing"
    CLOSED = "closed"


class Look(NamedTuple):
    """Who looks, when, and in which part of the week: None while the clinic is closed."""

    username: str
    now: datetime
    window: Window | None


CALLED = (State.NEW, State.CLAIMED, State.TRYING, State.REACHED)


def callable_now(look: Look) -> Q:
    """A call is what is next, safe, staffed and not forbidden. Who waits is called when it is due.

    Not in quarantine, which is read first; not what a manager decides or has an appointment.
    """
    if look.window is None:
        return Q(pk__in=())
    due = Q(state__in=CALLED) | Q(state=State.WAITING, next_due__lte=look.now)
    return due & safe_in(look.window) & used_channel() & Q(no_contact_at__isnull=True)


def safe_in(window: Window) -> Q:
    """The visitor called this part of the week safe; no window chosen means any time."""
    return Q(windows=0) | _shares(window)


def unreachable() -> Q:
    """Nobody is here when contact is safe, or uses the channel."""
    clinic = settings.CLINIC
    staffed = promise.staffed_windows(clinic.hours, clinic.contact_windows)
    return ~(Q(windows=0) | _shares(staffed)) | ~used_channel()


def used_channel() -> Q:
    """The clinic replies in the way that the visitor chose."""
    return Q(channel__in=settings.CLINIC.replies.channels)


def with_others(username: str) -> Case:
    """0 for what this person can take up, mine or nobody's; 1 for what a colleague has."""
    return Case(When(owner__in=("", username), then=Value(0)), default=Value(1))


OPEN: dict[Section, Callable[[Look], Q]] = {
    Section.CALLABLE: callable_now,
    Section.MINE: lambda look: Q(owner=look.username),
    Section.UNCLAIMED: lambda look: Q(state=State.NEW),
    Section.OVERDUE: lambda look: Q(next_due__lt=look.now),
    Section.DECISION: lambda look: Q(state=State.NEEDS_DECISION),
    Section.WAITING: lambda look: Q(state__in=(State.WAITING, State.SCHEDULED)),
    Section.QUARANTINE: lambda look: Q(state=State.QUARANTINED),
    Section.UNREACHABLE: lambda look: unreachable(),
}


def _shares(window: Window) -> Q:
    return Q(GreaterThan(F("windows").bitand(Value(int(window))), Value(0)))
