"""Monitoring banner: failures that nobody would notice, on every page of the desk.

`measure` asks the database (one query) and the key folder; `alerts` judges what they say. Only
the first needs a database.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from clinic_site.clinic import spoken_times
from intake.models import SignOfLife
from intake.models.queue_sections import Section
from intake.seal import keys
from intake.seal.keys import KeyFileError, Purpose
from intake.worker import signs_of_life

# Notices are gathered for ten minutes, and tried again after a quarter of an hour at most.
UNSENT_FOR = timedelta(minutes=30)
# The worker writes once a minute.
SILENT_FOR = timedelta(minutes=5)
# One backup a night, and two hours in which it may run.
BACKUP_EVERY = timedelta(hours=26)
# Keys are changed once a year.
KEY_LASTS = timedelta(days=365)


class Severity(StrEnum):
    """How an alert is shown; a note is folded away."""

    URGENT = "urgent"
    WARNING = "warning"
    NOTE = "note"


class Alert(NamedTuple):
    """What is wrong and what to do about it; `address` is a page that shows it."""

    severity: Severity
    what: str
    do: str
    address: str = ""


class Measured(NamedTuple):
    """The state of the installation.

    `seen` comes from `signs_of_life`. `key_problem` says why no request can be opened, "" if
    they can. `key_made` is the day of the desk's newest key, None when its file does not say.
    """

    seen: Mapping[str, datetime]
    key_problem: str
    key_made: date | None
    one_process: bool


class Banner(NamedTuple):
    """The alerts of a page: those that it shows, and the notes that it folds away."""

    loud: list[Alert]
    mild: list[Alert]


AWAY = Alert(
    Severity.URGENT,
    "The database does not answer.",
    "Nothing can be opened or saved. Call whoever looks after the server.",
)


def banner(now: datetime) -> Banner:
    """Measure and judge. A database that does not answer is an alert too, so no page breaks."""
    try:
        found = list(alerts(measure(now), now))
    except DatabaseError:
        found = [AWAY]
    mild = [each for each in found if each.severity is Severity.NOTE]
    return Banner([each for each in found if each not in mild], mild)


def measure(now: datetime) -> Measured:
    """Ask the database and the key folder. Raises DatabaseError."""
    problem, made = _desk_key()
    return Measured(signs_of_life.read(now), problem, made, settings.SERVES_SITE)


def alerts(state: Measured, now: datetime) -> Iterator[Alert]:
    """Everything that is wrong, the most severe first."""
    yield from _requests(state, now)
    yield from _worker(state, now)
    yield from _keys(state, now)
    yield from _backup(state, now)
    if state.one_process:
        yield Alert(
            Severity.NOTE,
            "One-process mode: this server can read requests.",
            "It takes them in and opens them. In production, run site and desk apart.",
        )


def _requests(state: Measured, now: datetime) -> Iterator[Alert]:
    due = state.seen.get(signs_of_life.UNOPENED)
    if due is not None:
        yield Alert(
            Severity.URGENT,
            f"A request that nobody has opened was due {_spoken(due, now)}.",
            "Open it now.",
            f"{reverse('desk_queue')}?section={Section.OVERDUE}",
        )
    unsent = state.seen.get(signs_of_life.UNSENT)
    if unsent is not None and now - unsent > UNSENT_FOR:
        yield Alert(
            Severity.URGENT,
            f"A notice from {_nearby(unsent, now)} is still not sent.",
            "Look at the queue yourself until mail works again, and tell whoever looks after it.",
        )


def _worker(state: Measured, now: datetime) -> Iterator[Alert]:
    seen = state.seen.get(SignOfLife.Name.WORKER)
    if seen is not None and now - seen <= SILENT_FOR:
        return
    last = f"was last seen {_spoken(seen, now)}" if seen else "has never run"
    yield Alert(
        Severity.URGENT,
        f"The worker {last}.",
        "No notice is sent and nothing is deleted. Look at the queue yourself, and call whoever "
        "looks after the server.",
    )


def _keys(state: Measured, now: datetime) -> Iterator[Alert]:
    if state.key_problem:
        yield Alert(
            Severity.URGENT,
            f"Requests cannot be opened: {state.key_problem}.",
            "They are still taken in and kept. Call whoever looks after the server.",
        )
    elif state.key_made and now.date() - state.key_made > KEY_LASTS:
        yield Alert(
            Severity.WARNING,
            f"The desk’s key is from {state.key_made:%B} {state.key_made.year}.",
            "A key serves a year. Ask whoever looks after the server to make a new one.",
        )


def _backup(state: Measured, now: datetime) -> Iterator[Alert]:
    made = state.seen.get(SignOfLife.Name.BACKUP)
    if made is None:
        yield Alert(
            Severity.NOTE,
            "No backup was recorded yet.",
            "The script that makes them can say so with “manage.py record_backup”.",
        )
    elif now - made > BACKUP_EVERY:
        yield Alert(
            Severity.WARNING,
            f"The last backup was made {_spoken(made, now)}.",
            "Ask whoever looks after the server why there is no newer one.",
        )


def _spoken(at: datetime, now: datetime) -> str:
    """In words, such as "at 9 am" or "yesterday, 4 pm"."""
    today = timezone.localtime(at).date() == timezone.localtime(now).date()
    return f"at {_nearby(at, now)}" if today else _nearby(at, now)


def _nearby(at: datetime, now: datetime) -> str:
    return spoken_times.nearby(timezone.localtime(at), timezone.localtime(now))


def _desk_key() -> tuple[str, date | None]:
    """What is wrong with the desk's key ("" if nothing), and the day of the newest one here."""
    try:
        held = keys.private_keys()
        ours = [key for key in keys.public_keys() if key.purpose is Purpose.DESK]
    except KeyFileError as error:
        return str(error), None
    here = [key.created for key in ours if key.id in held]
    if not here:
        return "this server holds no key of the desk", None
    return "", max((made for made in here if made), default=None)
