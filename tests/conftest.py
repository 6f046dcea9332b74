"""What every test can use; the larger parts are in tests/plugin/."""

import gc
from collections import defaultdict
from importlib import import_module
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


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """Imported before a test changes a setting, because the URLconf reads them only once."""
    import_module("clinic_site.urls")


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


def pytest_addoption(parser: pytest.Parser) -> None:
    """For `make quick`."""
    words = "run at most so many cases of each test, spread evenly over all of them"
    parser.addoption("--cases", type=int, metavar="N", help=words)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Two processes that share the files end together when the long ones come first."""
    if most := config.getoption("cases"):
        _leave_cases_out(config, items, most)
    items.sort(key=lambda item: _place(item.nodeid))


def _leave_cases_out(config: pytest.Config, items: list[pytest.Item], most: int) -> None:
    """The same ones each time: the first and the last by name are always there."""
    cases = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item.nodeid)
    kept = {name for names in cases.values() for name in spread(sorted(names), most)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]


def spread(names: list[str], most: int) -> list[str]:
    """So many of them, the first and the last included; all when there are no more."""
    if len(names) <= most:
        return names
    return [names[number * (len(names) - 1) // (most - 1)] for number in range(most)]


def pytest_collection_finish() -> None:
    """Thousands of tests live to the end: the garbage collector need not look at them each time."""
    gc.freeze()


def _place(nodeid: str) -> int:
    places = (place for place, start in enumerate(LONGEST_FIRST) if nodeid.startswith(start))
    return next(places, len(LONGEST_FIRST))
