"""People on the staff, and the two times of the day that decide what they see."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection

from intake.desk.entrance import rights
from tests.intake import rows
from tests.plugin.desk import Desk
from tests.plugin.staff import member

AFTERNOON = rows.NOW + timedelta(hours=5)


@pytest.fixture
def morning() -> Iterator[datetime]:
    """Inside the windows of `rows.answers`: the clock stands still on a Tuesday at 10:30."""
    with time_machine.travel(rows.NOW, tick=False):
        yield rows.NOW


@pytest.fixture
def afternoon() -> Iterator[datetime]:
    """The clinic is open, but the windows of `rows.answers` are mornings."""
    with time_machine.travel(AFTERNOON, tick=False):
        yield AFTERNOON


@pytest.fixture
def coordinator(db: None) -> User:
    """Opens and works requests, like the sample account."""
    return member("ana", rights.COORDINATOR)


@pytest.fixture
def manager(db: None) -> User:
    """A coordinator who also decides, exports and looks after colleagues."""
    return member("max", rights.MANAGER)


@pytest.fixture
def auditor(db: None) -> User:
    """Reads the ledger and the figures, and opens nothing."""
    return member("aud", rights.AUDITOR)


@pytest.fixture
def at_desk(coordinator: User) -> Desk:
    """The coordinator's browser. Give the test its time first: sessions end."""
    return Desk(coordinator)


@pytest.fixture
def manager_at_desk(manager: User) -> Desk:
    """The manager's browser, like `at_desk`."""
    return Desk(manager)


@pytest.fixture
def auditor_at_desk(auditor: User) -> Desk:
    """The auditor's browser, like `at_desk`."""
    return Desk(auditor)


@pytest.fixture
def broken_ledger(db: None) -> Callable[[], None]:
    """Call it, and Postgres refuses every further line until the test ends."""

    def breaks() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE intake_ledgerentry ADD CONSTRAINT broken CHECK (false) NOT VALID"
            )

    return breaks


@pytest.fixture
def unsealings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One entry for each attempt to decrypt."""
    from intake.seal import sealing

    seen: list[Any] = []
    real = sealing.open_sealed

    def spied(*args: Any, **options: Any) -> bytes:
        seen.append(options["record"])
        return real(*args, **options)

    monkeypatch.setattr(sealing, "open_sealed", spied)
    return seen
