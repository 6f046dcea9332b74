"""Start-up checks: what a process must be before it takes requests in production.

The site must not be able to read what it takes: it holds no private key, and its database role
reads no request. It seals to pinned keys only, and Postgres must not forget what it has committed.

Unknown is not bad. A database that is away says nothing about its settings: pages are served and
the form answers 503 with its text kept, until the first good answer. A bad answer ends the
process, with one line that says why. Both answers are final. Development has no such rules.
"""

import logging
import mmap
import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import Enum

from django.conf import settings
from django.db import DatabaseError, connection

from intake.rules import database_roles
from intake.rules.database_roles import DatabaseRole
from intake.seal import keys
from intake.seal.keys import KeyFileError

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

logger = logging.getLogger(__name__)


class Standing(Enum):
    """Whether this process is known to be fit."""

    UNKNOWN = "unknown"
    GOOD = "good"
    BAD = "bad"


class NotAdmitted(Exception):
    """Nothing may be stored: the answer is still unknown, or it was bad."""


class Gate:
    """Lets nothing through until `judge` has found this process fit.

    `judge` returns None for fit or a line that says what is wrong, and raises DatabaseError while
    that is unknown. A line goes to `end`, once.
    """

    def __init__(self, judge: Callable[[], str | None], end: Callable[[str], None]) -> None:
        self.judge = judge
        self.end = end
        self.standing = Standing.UNKNOWN
        self._lock = threading.Lock()

    def ask(self) -> Standing:
        """The standing, after one more try when it was unknown. Threads do not wait in line."""
        if self.standing is Standing.UNKNOWN:
            try:
                self._settle(self.judge())
            except DatabaseError:
                logger.warning("not yet checked: the database does not answer")
        return self.standing

    def admit(self) -> None:
        """Raise NotAdmitted unless all is known to be well."""
        if self.ask() is not Standing.GOOD:
            raise NotAdmitted

    def _settle(self, fault: str | None) -> None:
        with self._lock:
            if self.standing is not Standing.UNKNOWN:
                return
            self.standing = Standing.BAD if fault else Standing.GOOD
        if fault:
            self.end(fault)


def fault() -> str | None:
    """What is wrong with this process, in one line. Raises DatabaseError while unknown."""
    if not settings.PRODUCTION:
        return None
    return key_fault() or database_fault()


def key_fault() -> str | None:
    """What is wrong with the keys here: one too many, one not pinned, one missing; else None."""
    try:
        if settings.SERVES_SITE and (held := keys.private_files()):
            return f"INTAKE_KEYS: {held[0]} holds a private key; the site must not be able to open"
        keys.recipients()
    except KeyFileError as error:
        return str(error)
    return None


def database_fault() -> str | None:
    """What is wrong with the database: a role that may do too much, a server that may forget.

    Raises DatabaseError while that is unknown.
    """
    role = DatabaseRole.SITE if settings.SERVES_SITE else DatabaseRole.DESK
    return role_fault(role) or durability_fault()


def worker_fault() -> str | None:
    """What is wrong with the worker's database role. Raises DatabaseError while unknown."""
    return role_fault(DatabaseRole.WORKER) if settings.PRODUCTION else None


def role_fault(role: DatabaseRole) -> str | None:
    """A line when the connected role may do more than `database_roles` says; else None.

    Raises DatabaseError while that is unknown, before `migrate` too.
    """
    held = database_roles.held()
    if not held:
        raise DatabaseError("no tables, or no rights at all")
    more = database_roles.beyond(held, role)
    if not more:
        return None
    return (
        f"DATABASE_URL: its role may {more[0].privilege} {more[0].table}, which the {role} must "
        "not; use the role that `manage.py create_roles` makes"
    )


def durability_fault() -> str | None:
    """A line when a crash of PostgreSQL would lose what was committed; else None.

    Raises DatabaseError while that is unknown.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off' ORDER BY name",
            [list(DURABLE)],
        )
        off = [name for (name,) in cursor.fetchall()]
    return f"PostgreSQL has {off[0]} = off: a crash would lose requests" if off else None


def say(line: str) -> None:
    """Log the one line that an operator looks for."""
    logger.critical("%s", line)


gate = Gate(fault, end=say)
_refused = mmap.mmap(-1, 1)  # shared by gunicorn's first process and its workers


def begin() -> None:
    """Ask before anything is served, in gunicorn's first process. A bad answer ends it here."""
    try:
        if gate.ask() is Standing.BAD:
            sys.exit(1)
    finally:
        connection.close()  # no worker inherits it


def end_all_when_bad() -> None:
    """In a worker: a bad answer, found late, stops the first process too, in good order."""
    first_process = os.getppid()

    def end(line: str) -> None:
        if not _refused[0]:
            _refused[0] = 1
            say(line)
            os.kill(first_process, signal.SIGTERM)

    gate.end = end


def conclude() -> None:
    """In the first process, at its end: the exit code tells that it was not asked to stop."""
    if _refused[0]:
        sys.exit(1)
