"""A worker that comes back when it is killed: `nursery work`, `mark-first` or `purge`.

Starting Python takes longer than the 100 ms after which these runs kill. So one process loads
everything and forks the worker, as gunicorn's master does with `preload_app`, and forks the next
one when it has died. "mark-first" is the negative control: it marks a notice before sending it.
"""

import os
import signal
import sys
import time
from pathlib import Path

import django

from clinic_site.tryout import child_processes

PAUSE = 0.005


def main(duty: str) -> None:
    """Fork until told to stop; write the pid of the child of the moment to the file in argv."""
    django.setup()
    if duty == "mark-first":
        _mark_first()
    command = "purge" if duty == "purge" else "work"
    child = 0

    def stop(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        child = _fork(command)
        Path(sys.argv[2]).write_text(str(child))
        os.waitpid(child, 0)
        child = 0
        time.sleep(PAUSE)


def _fork(command: str) -> int:
    arrange = child_processes.end_with_parent(signal.SIGKILL)
    child = os.fork()
    if child:
        return child
    arrange()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from django.core.management import call_command

    try:
        call_command(command)
    finally:
        os._exit(0)


def _mark_first() -> None:
    """What many outboxes do: note it as sent, then send it."""
    from django.db import transaction

    from intake.worker import notice, sending
    from intake.worker.sending import Clock

    def send_due(clock: Clock) -> int:
        with transaction.atomic():
            batch = sending._claim(clock())
            sending._mark_sent(batch, clock())
        if batch:
            notice.send(batch[0], clock())
        return len(batch)

    sending.send_due = send_due


if __name__ == "__main__":
    main(sys.argv[1])
