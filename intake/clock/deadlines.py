"""Deadlines: `promise` and `cadence`, asked with the hours and limits of `clinic.toml`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from intake.clock import cadence, promise
from intake.clock.cadence import Policy, Try
from intake.clock.promise import Promise
from intake.seal.answers import NO_WINDOW, Window


def promised(received: datetime, windows: int) -> Promise:
    """The promise to a visitor who wrote at `received`, for the page's words and the deadline."""
    return _after(settings.CLINIC.replies.promise_minutes, received, windows)


def escalates_at(since: datetime) -> datetime:
    """When something that waits since then has waited too long; closed hours do not count."""
    return _after(settings.CLINIC.replies.escalate_after_minutes, since, NO_WINDOW).end


def silent_at(since: datetime) -> datetime:
    """When an owner who has done nothing since then has been silent for a working day."""
    return _after(settings.CLINIC.replies.silent_after_minutes, since, NO_WINDOW).end


def is_safe(windows: int, at: datetime) -> bool:
    """Whether that moment is inside opening hours and inside the visitor's windows."""
    return promise.callable_now(windows, at, **_clock())


def next_safe(windows: int, after: datetime) -> datetime | None:
    """The next moment that is safe and staffed; None when there is none."""
    return promise.next_callable(windows, after, **_clock())


def safe_until(windows: int, now: datetime) -> datetime | None:
    """How long contact stays safe and somebody is here; None when it is not so now."""
    return promise.callable_until(windows, now, **_clock())


def window_now(now: datetime) -> Window | None:
    """The part of the week at that moment; None while the clinic is closed."""
    return window_at(now) if is_safe(NO_WINDOW, now) else None


def window_at(now: datetime) -> Window:
    """The part of the week at that moment, open or closed."""
    clinic = settings.CLINIC
    return cadence.window_at(now, clinic.contact_windows, clinic.time_zone)


def retry_by(last: datetime, windows: int) -> datetime:
    """When the next attempt is due, after the one at `last`."""
    start = cadence.next_try(last, windows, _policy(), **_clock())
    return promised(start or last, windows).end


def tried_enough(tries: Iterable[Try], windows: int) -> bool:
    """Whether the policy's attempts were made: only then may a manager close it as not reached."""
    clinic = settings.CLINIC
    return cadence.enough(
        list(tries),
        windows,
        _policy(),
        hours=clinic.hours,
        contact_windows=clinic.contact_windows,
    )


def _after(minutes: int, since: datetime, windows: int) -> Promise:
    return promise.first_attempt(since, windows=windows, minutes=minutes, **_clock())


def _policy() -> Policy:
    replies = settings.CLINIC.replies
    return Policy(replies.attempts, replies.parts_of_day, timedelta(minutes=replies.pause_minutes))


def _clock() -> dict[str, Any]:
    clinic = settings.CLINIC
    return {
        "hours": clinic.hours,
        "contact_windows": clinic.contact_windows,
        "time_zone": clinic.time_zone,
    }
