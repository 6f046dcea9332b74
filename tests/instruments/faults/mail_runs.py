"""R8 and R9: notices through a mail server that goes away and a worker that is killed."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection
from django.utils import timezone

from clinic_site.tryout import child_processes
from intake.models import OutboxMessage
from intake.seal.answers import Answers, Asker, Channel
from intake.store import submission
from intake.worker import notice
from tests.instruments.faults.cluster import wait_for
from tests.instruments.faults.killing import Killer
from tests.instruments.faults.mailbox import Mailbox
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place

EVERY = 0.1
AWAY = 3.0
SECONDS_TO_DELIVER = 200


def r8(place: Place, short: bool) -> Outcome:
    """The mail server goes away, loses connections after DATA, the worker is killed: none lost."""
    outcome, rows = Outcome("R8"), 60 if short else 1500
    name = place.database()
    _fill(rows)
    mailbox = Mailbox(loses_connections=True)
    with (
        nursery(place, name, "work", EMAIL_PORT=str(mailbox.port)) as kill,
        Killer(kill, every=EVERY, progress=mailbox.count) as killer,
    ):
        _have_a_bad_day(mailbox, 0.5 if short else AWAY)
        _until_sent(hurry=short)
    mailbox.close()
    _judge(outcome, mailbox, rows)
    outcome.kills = len(killer.at)
    outcome.require_at_least(kills=5 if short else 50, acknowledged=rows)
    outcome.require(mailbox.broken > 0, "no connection was lost after DATA")
    outcome.notes.append(f"{mailbox.broken} connections lost after DATA")
    return outcome


def r9(place: Place, short: bool) -> Outcome:
    """Negative control: marked first and then sent, the same kills lose notices."""
    outcome, rows = Outcome("R9", must_lose=True), 300 if short else 600
    name = place.database()
    _fill(rows)
    mailbox = Mailbox()
    with (
        nursery(place, name, "mark-first", EMAIL_PORT=str(mailbox.port)) as kill,
        Killer(kill, every=EVERY, progress=mailbox.count) as killer,
    ):
        _until_sent()
    mailbox.close()
    _judge(outcome, mailbox, rows)
    outcome.kills = len(killer.at)
    return outcome


@contextmanager
def nursery(place: Place, name: str, duty: str, **more: str) -> Iterator[Callable[[], bool]]:
    """Workers with the worker's own role. Gives what kills the one of the moment."""
    pid_file = place.folder / f"{duty}-{secrets.token_hex(4)}.pid"
    mail = {"EMAIL_HOST": "127.0.0.1"}
    process = child_processes.start(
        [sys.executable, "-m", "tests.instruments.faults.nursery", duty, str(pid_file)],
        log=place.folder / f"{duty}.log",
        environment=place.environment("worker", place.url("worker", name), **(mail | more)),
    )

    def kill() -> bool:
        with suppress(OSError, ValueError):
            os.kill(int(pid_file.read_text()), signal.SIGKILL)
            return True
        return False

    try:
        wait_for(pid_file.exists, what=f"no worker came; {place.folder / duty}.log")
        yield kill
    finally:
        child_processes.stop(process, signal.SIGTERM)


def _fill(rows: int) -> None:
    """Requests with their notices, by the real way; the disk's own time is not what is tested."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    answers = Answers(about=Asker.SELF, channel=Channel.PHONE, phone="217-555-0100")
    for _ in range(rows):
        submission.receive(
            answers, nonce=secrets.token_bytes(16), quarantined=False, now=timezone.now()
        )
    connection.close()


def _have_a_bad_day(mailbox: Mailbox, away: float) -> None:
    time.sleep(away)
    mailbox.close()
    time.sleep(away)
    mailbox.open()


def _until_sent(*, hurry: bool = False) -> None:
    """`hurry` sets the clock of what was put off forward."""

    def all_sent() -> bool:
        unsent = OutboxMessage.objects.unsent().filter(kind=OutboxMessage.Kind.REQUEST)
        if hurry:
            unsent.update(due=timezone.now())
        time.sleep(0.2)
        return not unsent.exists()

    wait_for(all_sent, seconds=SECONDS_TO_DELIVER, what="notices stay unsent")


def _judge(outcome: Outcome, mailbox: Mailbox, rows: int) -> None:
    """Every notice of a request must have arrived, and nothing that is no notice of ours."""
    notices = OutboxMessage.objects.all()
    every = _message_ids(notices)
    wanted = _message_ids(notices.filter(kind=OutboxMessage.Kind.REQUEST))
    outcome.sent = outcome.stored = rows
    outcome.require(len(wanted) == rows, f"{len(wanted)} notices for {rows} requests")
    outcome.acknowledged = len(wanted & mailbox.taken.keys())
    outcome.lost = len(wanted - mailbox.taken.keys())
    outcome.duplicated = sum(mailbox.taken[each] - 1 for each in wanted & mailbox.taken.keys())
    strange = mailbox.taken.keys() - every
    outcome.require(not strange, f"{len(strange)} mails with a Message-ID of no notice")


def _message_ids(rows: Any) -> set[str]:
    return {notice.message_id(each) for each in rows.values_list("id", flat=True)}
