"""What fails without anybody noticing: said on every page of the desk, with what to do.

Two pieces: `look` asks the database once and the key folder, `findings` judges what they say.
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
    """How loudly it is said."""

    URGENT = "urgent"
    WARNING = "warning"
    NOTE = "note"


class Finding(NamedTuple):
    """What is wrong and what to do; `address` leads there."""

    severity: Severity
    what: str
    do: str
    address: str = ""


class Facts(NamedTuple):
    """`seen` is of `signs_of_life`. `key_problem` is a line when no request can be opened;
    `key_made` is the day of the newest key of the desk, None when its file does not say.
    """

    seen: Mapping[str, datetime]
    key_problem: str
    key_made: date | None
    one_process: bool


class Found(NamedTuple):
    """For the page: what is said aloud, and what is folded away."""

    loud: list[Finding]
    mild: list[Finding]


AWAY = Finding(
    Severity.URGENT,
    "The database does not answer.",
    "Nothing can be opened or saved. Call whoever looks after the server.",
)


def found(now: datetime) -> Found:
    """What is wrong now. One query, and none of its failures breaks the page."""
    try:
        all_of_them = list(findings(look(now), now))
    except DatabaseError:
        all_of_them = [AWAY]
    mild = [each for each in all_of_them if each.severity is Severity.NOTE]
    return Found([each for each in all_of_them if each not in mild], mild)


def look(now: datetime) -> Facts:
    """Ask the database and the key folder. Raises DatabaseError."""
    problem, made = _desk_key()
    return Facts(signs_of_life.read(now), problem, made, settings.SERVES_SITE)


def findings(facts: Facts, now: datetime) -> Iterator[Finding]:
    """The gravest first."""
    yield from _requests(facts, now)
    yield from _worker(facts, now)
    yield from _keys(facts, now)
    yield from _backup(facts, now)
    if facts.one_process:
        yield Finding(
            Severity.NOTE,
            "One-process mode: this server can read requests.",
            "It takes them in and opens them. In production, run site and desk apart.",
        )


def _requests(facts: Facts, now: datetime) -> Iterator[Finding]:
    due = facts.seen.get(signs_of_life.UNOPENED)
    if due is not None:
        yield Finding(
            Severity.URGENT,
            f"A request that nobody has opened was due {_spoken(due, now)}.",
            "Open it now.",
            f"{reverse('desk_queue')}?section={Section.OVERDUE}",
        )
    unsent = facts.seen.get(signs_of_life.UNSENT)
    if unsent is not None and now - unsent > UNSENT_FOR:
        yield Finding(
            Severity.URGENT,
            f"A notice from {_nearby(unsent, now)} is still not sent.",
            "Look at the queue yourself until mail works again, and tell whoever looks after it.",
        )


def _worker(facts: Facts, now: datetime) -> Iterator[Finding]:
    seen = facts.seen.get(SignOfLife.Name.WORKER)
    if seen is not None and now - seen <= SILENT_FOR:
        return
    last = f"was last seen {_spoken(seen, now)}" if seen else "has never run"
    yield Finding(
        Severity.URGENT,
        f"The worker {last}.",
        "No notice is sent and nothing is deleted. Look at the queue yourself, and call whoever "
        "looks after the server.",
    )


def _keys(facts: Facts, now: datetime) -> Iterator[Finding]:
    if facts.key_problem:
        yield Finding(
            Severity.URGENT,
            f"Requests cannot be opened: {facts.key_problem}.",
            "They are still taken in and kept. Call whoever looks after the server.",
        )
    elif facts.key_made and now.date() - facts.key_made > KEY_LASTS:
        yield Finding(
            Severity.WARNING,
            f"The desk’s key is from {facts.key_made:%B} {facts.key_made.year}.",
            "A key serves a year. Ask whoever looks after the server to make a new one.",
        )


def _backup(facts: Facts, now: datetime) -> Iterator[Finding]:
    made = facts.seen.get(SignOfLife.Name.BACKUP)
    if made is None:
        yield Finding(
            Severity.NOTE,
            "No backup was recorded yet.",
            "The script that makes them can say so with “manage.py record_backup”.",
        )
    elif now - made > BACKUP_EVERY:
        yield Finding(
            Severity.WARNING,
            f"The last backup was made {_spoken(made, now)}.",
            "Ask whoever looks after the server why there is no newer one.",
        )


def _spoken(at: datetime, now: datetime) -> str:
    """ "at 9 am", "yesterday, 4 pm"."""
    today = timezone.localtime(at).date() == timezone.localtime(now).date()
    return f"at {_nearby(at, now)}" if today else _nearby(at, now)


def _nearby(at: datetime, now: datetime) -> str:
    return spoken_times.nearby(timezone.localtime(at), timezone.localtime(now))


def _desk_key() -> tuple[str, date | None]:
    """What is wrong with the desk's key, and when the newest one here was made."""
    try:
        held = keys.private_keys()
        ours = [key for key in keys.public_keys() if key.purpose is Purpose.DESK]
    except KeyFileError as error:
        return str(error), None
    here = [key.created for key in ours if key.id in held]
    if not here:
        return "this server holds no key of the desk", None
    return "", max((made for made in here if made), default=None)
