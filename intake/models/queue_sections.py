"""Sections of the queue. One condition says what a section lists and what it counts."""

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
    """A section of the queue. The sections of OPEN hold open requests only."""

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
    """Who looks at the queue, when, and in which part of the week: None while we are closed."""

    username: str
    now: datetime
    window: Window | None


CALLED = (State.NEW, State.CLAIMED, State.TRYING, State.REACHED)


def callable_now(look: Look) -> Q:
    """Requests for which a call is the next thing to do, safe now, staffed and not forbidden.

    Whoever waits is called when that is due. Left out are quarantine, which is read first, what a
    manager decides, and what has an appointment.
    """
    if look.window is None:
        return Q(pk__in=())
    due = Q(state__in=CALLED) | Q(state=State.WAITING, next_due__lte=look.now)
    return due & safe_in(look.window) & used_channel() & Q(no_contact_at__isnull=True)


def safe_in(window: Window) -> Q:
    """Requests whose visitor called this part of the week safe; no window chosen means any time."""
    return Q(windows=0) | _shares(window)


def unreachable() -> Q:
    """Requests that nobody can answer: we are never open when it is safe, or lack the channel."""
    clinic = settings.CLINIC
    staffed = promise.staffed_windows(clinic.hours, clinic.contact_windows)
    return ~(Q(windows=0) | _shares(staffed)) | ~used_channel()


def used_channel() -> Q:
    """Requests whose visitor chose a channel by which the clinic replies."""
    return Q(channel__in=settings.CLINIC.replies.channels)


def with_others(username: str) -> Case:
    """The rank of a request: 0 when this person or nobody owns it, 1 when a colleague does."""
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
    return Q(GreaterThan(F("windows").bitand(int(window)), Value(0)))
