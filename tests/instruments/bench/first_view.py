"""`python -m tests.instruments.bench.first_view`: when a reader on a slow phone sees something.

The stylesheet inside the page, as it is, against one hashed file (`linked_wsgi`): the same pages on
two servers, the first page with an empty cache and the next one with a warm one, in turn. Chromium
slows itself down: 1.6 Mbit/s, 150 ms for each request, a processor four times slower. It does not
show what a connection costs that has to warm up; that is counted in bytes (`tests/pages`).
"""

import os
import sys
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.plugin import chromium, database

RUNS = 11
WAYS = (("/", "/what-is-iop/"), ("/cost/", "/iop-vs-inpatient/"))
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
}
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
SLOWER = {"rate": 4}
SERVERS = {"inlined": "clinic_site.wsgi", "one file": "tests.instruments.bench.linked_wsgi"}
SEEN = """() => new Promise((resolve) => {
  const seen = {paint: 0, largest: 0, shift: 0};
  const watch = (type, note) => new PerformanceObserver(
    (list) => list.getEntries().forEach(note)).observe({type, buffered: true});
  watch("paint", (e) => { if (e.name === "first-contentful-paint") seen.paint = e.startTime; });
  watch("largest-contentful-paint", (e) => { seen.largest = e.startTime; });
  watch("layout-shift", (e) => { seen.shift += e.value; });
  setTimeout(() => {
    const loaded = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
    seen.requests = loaded.length;
    seen.bytes = loaded.reduce((sum, e) => sum + e.transferSize, 0);
    resolve(seen);
  }, 700);
})"""


@dataclass(frozen=True)
class View:
    """Milliseconds to the first and the largest paint; layout shift; requests; bytes."""

    paint: float
    largest: float
    shift: float
    requests: int
    bytes: int


def main() -> int:
    """Measure, print a table."""
    os.environ.pop("DATABASE_URL", None)
    with database.surroundings(), ExitStack() as stack:
        addresses = {name: stack.enter_context(_serving(wsgi)) for name, wsgi in SERVERS.items()}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(**chromium.launch_arguments())
        views = _alternated(browser, addresses)
        browser.close()
    _print(views)
    return 0


def _serving(wsgi: str):
    """gunicorn with pages and static files as in production."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.plugin.live_site import running_site

    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    return running_site(wsgi)


def _alternated(browser: Browser, addresses: dict[str, str]) -> dict[tuple[str, ...], list[View]]:
    """Views by server, first or next, and path. Who begins changes; the first round warms up."""
    views: dict[tuple[str, ...], list[View]] = {}
    for number in range(RUNS + 1):
        for name in list(addresses)[:: -1 if number % 2 else 1]:
            for way in WAYS:
                for path, view in zip(way, _walk(browser, addresses[name], way), strict=True):
                    place = "first" if path == way[0] else "next"
                    kept = views.setdefault((place, path, name), [])
                    kept.extend([view] if number else [])
    return views


def _walk(browser: Browser, address: str, way: tuple[str, ...]) -> list[View]:
    """One visitor, who has never been here."""
    context = browser.new_context(**PHONE)
    views = [_view(context, address + path) for path in way]
    context.close()
    return views


def _view(context: BrowserContext, url: str) -> View:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", SLOWER)
    page.goto(url, wait_until="load")
    seen = page.evaluate(SEEN)
    page.close()
    return View(**seen)


def _print(views: dict[tuple[str, ...], list[View]]) -> None:
    names = [field.name for field in fields(View)]
    print(f"| median of {RUNS} (lowest to highest) | {' | '.join(names)} |")
    print(f"|---|{'---|' * len(names)}")
    for key, each in sorted(views.items()):
        columns = zip(*(astuple(view) for view in each), strict=True)
        print(f"| {', '.join(key)} | {' | '.join(_spread(column) for column in columns)} |")


def _spread(values: tuple[float, ...]) -> str:
    low, middle, high = (f"{each:.4g}" for each in (min(values), median(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


if __name__ == "__main__":
    sys.exit(main())
