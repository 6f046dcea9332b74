"""How the browser starts, and pages with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.plugin import chromium


def pytest_report_header() -> str:
    """Which browser the run uses."""
    return f"browser: {chromium.installed() or 'the one of Playwright'}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's own, with the path and the flags of this machine."""
    return browser_type_launch_args | chromium.launch_arguments()


@pytest.fixture
def page_without_javascript(
    browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Page]:
    """A page as readers get it who switched JavaScript off. `page` has it on."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()
