"""gunicorn as in production: preloaded, several workers that can be killed one by one."""

import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic_site.tryout import child_processes
from tests.instruments.faults.cluster import wait_for
from tests.instruments.faults.place import Place

# Not `python -m gunicorn`: started anew by USR2, it takes its own `http` for that of Python.
GUNICORN = Path(sys.executable).with_name("gunicorn")
SETTINGS = "clinic_site/gunicorn_settings.py"
WORKERS = 2


class Site:
    """A master and its workers. `port` stays the same through restarts."""

    def __init__(self, place: Place, database_url: str, **more: str) -> None:
        self.port = _free_port()
        self.pid_file = place.folder / f"site-{self.port}.pid"
        self.log = place.folder / f"site-{self.port}.log"
        self.process = child_processes.start(
            [
                *(GUNICORN, "--config", SETTINGS, "--worker-tmp-dir", place.folder),
                *("--pid", str(self.pid_file), "clinic_site.wsgi"),
            ],
            log=self.log,
            environment=place.environment(
                "site",
                database_url,
                BIND=f"127.0.0.1:{self.port}",
                WEB_CONCURRENCY=str(WORKERS),
                **more,
            ),
        )
        wait_for(self._serves, what=f"the site did not start; {self.log}")

    def workers(self) -> list[int]:
        """The processes that answer, by the kernel's word."""
        return _children(self.master())

    def master(self) -> int:
        """The process that holds the port; 0 while one takes over from another."""
        return _number_in(self.pid_file)

    def kill_worker(self) -> bool:
        """kill -9 one of them; False when none is there."""
        workers = self.workers()
        with suppress(ProcessLookupError):
            if workers:
                os.kill(random.choice(workers), signal.SIGKILL)
                return True
        return False

    def reload(self) -> None:
        """HUP: new workers, then the old ones end after their request."""
        os.kill(self.master(), signal.SIGHUP)

    def replace_master(self) -> None:
        """USR2 and TERM: a new master with new code takes over the port. Returns when it has."""
        old = self.master()
        os.kill(old, signal.SIGUSR2)
        second = self.pid_file.with_name(f"{self.pid_file.name}.2")
        wait_for(lambda: _children(_number_in(second)), what="no second master came")
        os.kill(old, signal.SIGTERM)
        wait_for(lambda: self.master() not in (0, old), what="the old master stayed")

    def stop(self) -> None:
        """End whoever holds the port now, and the process that we started."""
        last = self.master()
        if last not in (0, self.process.pid):
            os.kill(last, signal.SIGTERM)
            wait_for(lambda: not self.pid_file.exists(), what="the last master stayed")
        child_processes.stop(self.process, signal.SIGTERM)

    def refusals(self) -> str:
        """What it wrote down."""
        return self.log.read_text(errors="replace")

    def _serves(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"the site ended:\n{self.refusals()[-2000:]}")
        return len(self.workers()) >= WORKERS


@contextmanager
def running(place: Place, database_url: str, **more: str) -> Iterator[Site]:
    """A site until the end of the block, with more environment variables."""
    site = Site(place, database_url, **more)
    try:
        yield site
    finally:
        site.stop()


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def _number_in(path: Path) -> int:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
