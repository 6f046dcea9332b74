"""Sealing keys for the run, a ledger that its flush may empty, examples without a clock."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from intake.rules.triggers import LEDGER_KEEPS_ALL

settings.register_profile("any machine", deadline=None)  # a slow one is no failure
settings.register_profile("quick", settings.get_profile("any machine"), max_examples=20)
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _sealing_keys() -> None:
    """The development keys, in this run's own folder."""
    from django.core.management import call_command

    call_command("make_keys", development=True, verbosity=0)


END_OTHER_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's own. Tests with real commits end with a TRUNCATE; the test of the trigger
    that forbids it switches it on again.

    A session that a stopped server has left behind would keep the database from being dropped, and
    our own may have been ended by a test: all end here, from outside of the database.
    """
    with django_db_blocker.unblock():
        let_ledger_be_emptied()
    yield
    with django_db_blocker.unblock():
        end_sessions()


def end_sessions() -> None:
    """Every session on the test database, ours too; whoever asks next gets a new one."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(END_OTHER_SESSIONS, [connection.settings_dict["NAME"]])


def let_ledger_be_emptied() -> None:
    """Switch off the trigger that forbids a TRUNCATE, as a flush is one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE intake_ledgerentry DISABLE TRIGGER {LEDGER_KEEPS_ALL}")
