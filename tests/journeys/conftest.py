"""The house for the whole run, and how a test enters it."""

from collections.abc import Iterator

import pytest

from tests.journeys.house import House, open_house


@pytest.fixture(scope="session")
def servers(django_db_setup: None, _static_files: None) -> Iterator[House]:
    """For pages only: they need no row. Such a test is marked `django_db` all the same, or a run
    of pages alone would have no tables.
    """
    with open_house() as house:
        yield house


@pytest.fixture
def house(servers: House, transactional_db: None) -> House:
    """For requests and staff: starts without a row and leaves none."""
    return servers
