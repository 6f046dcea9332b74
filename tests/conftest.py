"""What every test can use; the larger parts are in tests/plugin/."""

import gc
from typing import Any

import pytest

pytest_plugins = [
    "tests.plugin.outside",
    "tests.plugin.intake",
    "tests.plugin.static_files",
    "tests.plugin.mail",
    "tests.plugin.staff",
    "tests.plugin.live_site",
    "tests.plugin.processes",
    "tests.plugin.browser",
    "tests.plugin.accessibility",
    "tests.plugin.html_validation",
]


@pytest.fixture
def clinic(settings: Any) -> Any:
    """The sample clinic, as templates see it."""
    return settings.CLINIC


LONGEST_FIRST = (
    "tests/journeys/test_accessibility.py",
    "tests/instruments/faults/",
    "tests/test_confidentiality.py",
    "tests/clinic_site/tryout/test_run.py",
    "tests/pages/planner/test_views.py",
    "tests/intake/test_startup.py",
    "tests/journeys/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes that share the files end together when the long ones come first."""
    items.sort(key=lambda item: _place(item.nodeid))


def pytest_collection_finish() -> None:
    """Thousands of tests live to the end: the garbage collector need not look at them each time."""
    gc.freeze()


def _place(nodeid: str) -> int:
    places = (place for place, start in enumerate(LONGEST_FIRST) if nodeid.startswith(start))
    return next(places, len(LONGEST_FIRST))
