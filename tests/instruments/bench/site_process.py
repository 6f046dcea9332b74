"""The site's process alone: memory, start, and what it imports."""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from clinic_site.tryout import child_processes
from tests import CHECKOUT
from tests.instruments.bench import posts, table
from tests.instruments.bench.table import Row
from tests.plugin import live_site, processes, visitor
from tests.plugin.processes import Deployment, Server
from tests.plugin.waiting import PATIENCE

FIRST = "/contact/"
HEAVY = ("allauth", "phonenumbers", "django.contrib.admin", "fido2", "qrcode")
MOST_OF_A_START = 4
AS_THE_SITE = ("--worker-class", "gthread", "--threads", "4", "--workers", "1")


def rows(deployment: Deployment) -> Iterator[Row]:
    """All with production's settings and the site's role."""
    yield from _starts(deployment)
    yield from _imports(deployment)
    yield table.below("memory of a worker (PSS), the largest", _megabytes(deployment), 70, "MB")


def _imports(deployment: Deployment) -> Iterator[Row]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import clinic_site.wsgi"],
        env=deployment.environment("site", **processes.PRODUCTION),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split("|") for line in done.stderr.splitlines() if "import time:" in line]
    names = {parts[2].strip() for parts in lines[1:]}
    own = sum(int(parts[0].split(":")[1]) for parts in lines[1:]) / 1000
    heavy = sorted(name for name in HEAVY if name in names)
    yield Row("modules imported by the site, and their time", f"{len(names)}, {own:.0f} ms")
    met = "none of them" if not heavy else ", ".join(heavy)
    yield Row(f"of these: {', '.join(HEAVY)}", met, "none", not heavy)


def _starts(deployment: Deployment) -> Iterator[Row]:
    """From the command to the page of the form, against the least that a Django site is."""
    site = partial(processes.start, deployment, "site", **processes.PRODUCTION)
    first = _seconds_to_answer(site, 0)
    sides = {"site": site, "bare": partial(_start_bare, deployment)}
    runs = table.alternated(
        {name: partial(_seconds_to_answer, start) for name, start in sides.items()}
    )
    table.print_sides("start to the first answer", {n: {"seconds": r} for n, r in runs.items()})
    what = "start of the site to its first answer against a bare Django"
    yield table.at_most(what, runs["site"], runs["bare"], MOST_OF_A_START)
    yield Row("the same start", f"{statistics.median(runs['site']):.2f} s")
    yield Row("the same after a change, with pages to render", f"{first:.2f} s")


def _start_bare(deployment: Deployment) -> Server:
    port, log = live_site.free_port(), deployment.folder / "bare.log"
    bare = ("--bind", f"127.0.0.1:{port}", "--preload", "tests.instruments.bench.bare_start_wsgi")
    process = child_processes.start(
        [sys.executable, "-m", "gunicorn", "--no-control-socket", *AS_THE_SITE, *bare],
        log=log,
        environment=dict(os.environ),
    )
    return Server(process, log, f"http://localhost:{port}")


def _seconds_to_answer(start: Callable[[], Server], number: int) -> float:
    """5 milliseconds between two questions."""
    started = time.monotonic()
    server = start()
    try:
        while not _answers(server.address):
            if server.process.poll() is not None or time.monotonic() > started + PATIENCE:
                raise AssertionError(server.log.read_text())
            time.sleep(0.005)
        return time.monotonic() - started
    finally:
        child_processes.stop(server.process, signal.SIGTERM)


def _answers(address: str) -> bool:
    port = int(address.rpartition(":")[2])
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        try:
            connection.request("GET", FIRST, headers={"Host": "localhost", **processes.THROUGH_TLS})
            return connection.getresponse().status == 200
        except OSError:
            return False


def _megabytes(deployment: Deployment) -> float:
    """After every page was read and a hundred forms were sent."""
    from pages.registry import PAGES

    server = processes.start(
        deployment, "site", workers=posts.WORKERS, environment=processes.PRODUCTION
    )
    try:
        live_site.wait_for_answer(int(server.address.rpartition(":")[2]), server.log)
        for page in PAGES * 4:
            server.get(f"/{page.path}")
        for _ in range(100):
            visitor.send(server)
        return max(map(_pss, posts.children(server.process.pid)))
    finally:
        child_processes.stop(server.process, signal.SIGTERM)


def _pss(pid: int) -> float:
    """Proportional set size: what is shared counts once, divided by those who share it."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
