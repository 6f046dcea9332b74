"""axe in a page, with the two rules on top that its defaults leave off."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import CHECKOUT

AXE = CHECKOUT / "node_modules" / "axe-core"
MOST_PLACES = 12
SWITCHED_ON = ("target-size", "color-contrast-enhanced")

# Over the whole run: what axe could not decide about, for a person to look at.
undecided: Counter[str] = Counter()


def pytest_report_header() -> str:
    """The version decides what is found."""
    package = AXE / "package.json"
    version = json.loads(package.read_text())["version"] if package.exists() else "not installed"
    return f"axe-core: {version}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a person still has to look at, most frequent first."""
    for place, count in undecided.most_common(MOST_PLACES):
        terminalreporter.write_line(f"axe could not decide {count} times: {place}")


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """Call it with a page, and with rules when only those matter; it returns the violations, one
    line each.

    The page needs JavaScript switched on; the content security policy does not matter.
    """
    source = (AXE / "axe.min.js").read_text(encoding="utf-8")

    def violations(page: Page, *only: str) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate("options => axe.run(document, options)", _options(only))
        undecided.update(line.partition(":")[0] for line in _all_lines(found["incomplete"]))
        return _all_lines(found["violations"])

    return violations


def _options(only: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"], "preload": False}
    if only:
        return options | {"runOnly": list(only)}
    return options | {"rules": {rule: {"enabled": True} for rule in SWITCHED_ON}}


def _all_lines(results: list[dict[str, Any]]) -> list[str]:
    return [line for result in results for line in _lines(result)]


def _lines(result: dict[str, Any]) -> list[str]:
    rule, impact = result["id"], result["impact"]
    return [
        f"{rule} ({impact}) at {' '.join(map(str, node['target']))}: "
        + " ".join(node["failureSummary"].split())
        for node in result["nodes"]
    ]
