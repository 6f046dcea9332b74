"""Sealing keys for the run, a ledger that its flush may empty, examples without a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import settings as hypothesis_settings

from intake.rules.triggers import LEDGER_KEEPS_ALL

if TYPE_CHECKING:
    from intake.models import Request
    from intake.seal.keys import PublicKey, Purpose
    from intake.seal.sealing import Suite

hypothesis_settings.register_profile("any machine", deadline=None)  # a slow one is no failure
hypothesis_settings.register_profile(
    "quick", hypothesis_settings.get_profile("any machine"), max_examples=20
)
hypothesis_settings.load_profile("any machine")


class MakeKey(Protocol):
    """Makes a pair of keys in the folder of the test: a desk key that is fit for production."""

    def __call__(
        self,
        purpose: Purpose | None = None,
        suite: Suite | None = None,
        *,
        development: bool = False,
    ) -> PublicKey: ...


@pytest.fixture
def key_folder(tmp_path: Path, settings: Any) -> Path:
    """INTAKE_KEYS of this test; it does not exist yet."""
    settings.INTAKE_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def make_key(key_folder: Path) -> MakeKey:
    """Makes keys in `key_folder`."""
    from intake.seal import keys
    from intake.seal.keys import Purpose
    from intake.seal.sealing import Suite

    def make(
        purpose: Purpose | None = None, suite: Suite | None = None, *, development: bool = False
    ) -> PublicKey:
        purpose, suite = purpose or Purpose.DESK, suite or Suite.HYBRID
        return keys.make(
            label=purpose, purpose=purpose, suite=suite, development=development, folder=key_folder
        )

    return make


@pytest.fixture
def request_row(db: None) -> Request:
    """A request that came in at `rows.NOW`."""
    from tests.intake import rows

    return rows.request()


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
