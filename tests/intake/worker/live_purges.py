"""Purges in processes of their own, killed at a random point: `python -m ... kill|finish`.

Django is loaded once; each purge is a fork with a connection of its own. It says when it has
purged none, one or two requests, and is killed a moment later. Prints how each ended.
"""

import os
import random
import signal
import sys
import time

KILLS = 20
LONGEST_SECONDS_TO_LIVE = 0.02


def main(how: str) -> None:
    import django

    django.setup()
    for number in range(KILLS if how == "kill" else 1):
        print(_ended(told_after=number % 3, kill=how == "kill"))


def _ended(*, told_after: int, kill: bool) -> int:
    """The exit code of one purge; minus the signal, when it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _purge(writing, told_after)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    if kill:
        time.sleep(random.uniform(0, LONGEST_SECONDS_TO_LIVE))
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _purge(writing: int, told_after: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from intake.worker import retention

    connection.ensure_connection()
    run = retention.purge(timezone.now())
    for _ in range(told_after):
        next(run)
    os.write(writing, b".")
    for _ in run:
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
