"""Who dies when: a thread that kills, and the count of kills that met somebody's request."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable

from tests.instruments.faults.visitor import Reply

MOMENT = 0.2  # a connection that breaks within it after a kill was broken by it


class Killer:
    """Calls `kill` every so many seconds until the block ends; `at` holds when it succeeded.

    `progress` counts what the killed ones have done. As long as it stands still, each of them
    lives twice as long as the one before, so that a slow machine gets somewhere, too.
    """

    def __init__(
        self, kill: Callable[[], bool], *, every: float, progress: Callable[[], int] | None = None
    ) -> None:
        self._kill, self._every = kill, every
        self._progress = progress or itertools.count().__next__
        self._over, self._quiet = threading.Event(), threading.Event()
        self.at: list[float] = []
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def pause(self) -> None:
        """Let everybody live for a while."""
        self._quiet.set()

    def go_on(self) -> None:
        """Kill again."""
        self._quiet.clear()

    def _work(self) -> None:
        wait, done = self._every, self._progress()
        while not self._over.wait(wait):
            if self._quiet.is_set():
                continue
            now = time.monotonic()
            if self._kill():
                self.at.append(now)
            before, done = done, self._progress()
            wait = self._every if done > before else 2 * wait


def met_a_request(kills: Iterable[float], replies: Iterable[Reply]) -> int:
    """How many kills broke at least one request that was on its way."""
    broken = [reply for reply in replies if reply.status == 0]
    return sum(
        any(reply.started < at <= reply.ended < at + MOMENT for reply in broken) for at in kills
    )
