"""axe in a page, with the two rules on top that its defaults leave off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core"
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
}


def pytest_report_header() -> str:
    """The version decides what is found."""
    package = AXE / "package.json"
    version = json.loads(package.read_text())["version"] if package.exists() else "not installed"
    return f"axe-core: {version}"


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Call it with a page; it returns the violations, one line each, none when all is well.

    The page needs JavaScript switched on; the content security policy does not matter.
    """
    source = (AXE / "axe.min.js").read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("options => axe.run(document, options)", OPTIONS)
        return [line for violation in found["violations"] for line in _lines(violation)]

    return violations


def _lines(violation: dict[str, Any]) -> list[str]:
    rule, impact = violation["id"], violation["impact"]
    return [
        f"{rule} ({impact}) at {' '.join(map(str, node['target']))}: "
        + " ".join(node["failureSummary"].split())
        for node in violation["nodes"]
    ]
