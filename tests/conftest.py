"""What every test can use; the larger parts are in tests/plugin/."""

from typing import Any

import pytest

pytest_plugins = [
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
