"""How the browser starts, and pages with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.plugin import chromium
from tests.plugin.waiting import PATIENCE

expect.set_options(timeout=1000 * PATIENCE)


def pytest_report_header() -> str:
    """Which browser the run uses."""
    return f"browser: {chromium.installed() or 'the one of Playwright'}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's own, with the path and the flags of this machine."""
    return browser_type_launch_args | chromium.launch_arguments()


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """pytest-playwright's own, as patient as everything else."""
    context.set_default_timeout(1000 * PATIENCE)
    return context


@pytest.fixture
def page_without_javascript(
    browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Page]:
    """A page as readers get it who switched JavaScript off. `page` has it on."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()
