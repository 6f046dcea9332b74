"""The worker as its own process: it starts, sends, survives, is killed, and stops cleanly.

The daily notice may come on top, as the hour wants it: `_of_requests` leaves it out.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from intake.management.commands.work import Command
from intake.models import LedgerEntry, OutboxMessage, Request, SignOfLife, WeeklyCount
from intake.rules.states import State
from intake.worker import escalation, notice, sending
from tests import CHECKOUT
from tests.clock import local
from tests.intake import rows
from tests.plugin.live_site import test_database_url
from tests.plugin.mail import SmtpServer
from tests.plugin.waiting import PATIENCE, until

MANAGE = CHECKOUT / "manage.py"
real_commits = pytest.mark.django_db(transaction=True)

StartWorker = Callable[[], subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look in the test's own process stays in the test's transaction."""
    monkeypatch.setattr("intake.management.commands.work.close_old_connections", lambda: None)


@pytest.fixture
def start_worker(smtp_server: SmtpServer, tmp_path: Path) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        with (tmp_path / f"worker-{len(started)}.log").open("w") as log:
            worker = subprocess.Popen(
                [sys.executable, MANAGE, "work"],
                env=_environment(smtp_server),
                stderr=log,
                text=True,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.mark.django_db
def test_once_sends_what_is_due_and_ends(smtp_server: SmtpServer) -> None:
    for _ in range(3):
        rows.request(now=timezone.now())

    call_command("work", once=True)

    assert len(_of_requests(smtp_server)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "kinds"), [(7, []), (9, ["daily"])])
def test_once_does_every_duty(smtp_server: SmtpServer, hour: int, kinds: list[str]) -> None:
    late = rows.request(now=local(9, day=23))  # yesterday
    gone = rows.request_in(State.WITHDRAWN)

    with time_machine.travel(local(hour), tick=False):
        call_command("work", once=True)

    sent = OutboxMessage.objects.filter(sent_at__isnull=False).order_by("kind")
    assert [each.kind for each in sent] == [*kinds, "escalation", "escalation", "request"]
    assert set(Request.objects.all()) == {late}
    assert f"purged: {gone}" not in str(smtp_server.raw)


@pytest.mark.django_db
def test_start_is_in_the_ledger_once(smtp_server: SmtpServer) -> None:
    command = _command()

    for _ in range(3):
        command._look(heartbeat=False)

    assert [line.action for line in LedgerEntry.objects.all()] == ["worker_started"]


@pytest.mark.django_db
def test_worker_gives_a_sign_of_life_once_a_minute(smtp_server: SmtpServer) -> None:
    command = _command()
    with time_machine.travel(local(9), tick=False):
        command._look(heartbeat=True)
    with time_machine.travel(local(10), tick=False):
        command._look(heartbeat=False)

    assert SignOfLife.objects.get(name=SignOfLife.Name.WORKER).at == local(9)


@pytest.mark.django_db
def test_purge_comes_at_the_start_and_then_once_a_day(smtp_server: SmtpServer) -> None:
    """A withdrawal at noon waits for the next day, unless the worker starts again."""
    command = _command()
    with time_machine.travel(local(9)) as clock:
        command._look(heartbeat=True)
        row = rows.request_in(State.WITHDRAWN)
        command._look(heartbeat=True)
        assert Request.objects.filter(id=row.id).exists()

        clock.move_to(local(0, day=25))
        command._look(heartbeat=True)
        assert not Request.objects.exists()

        rows.request_in(State.WITHDRAWN)
        _command()._look(heartbeat=True)
        assert not Request.objects.exists()


@pytest.mark.django_db
def test_last_week_is_counted_on_the_first_look_after_its_midnight(smtp_server: SmtpServer) -> None:
    """And before the purge, which takes a request of that week with it."""
    command = _command()
    with time_machine.travel(local(23, 59, day=22)) as clock:  # a Sunday
        rows.request(now=local(9, day=20))
        rows.step(rows.request(now=local(9, day=20)), State.WITHDRAWN, closed_at=timezone.now())
        command._look(heartbeat=True)
        assert not WeeklyCount.objects.weeks()

        clock.move_to(local(0, day=23))
        rows.step(rows.request(now=local(9, day=21)), State.WITHDRAWN, closed_at=timezone.now())
        command._look(heartbeat=True)

    assert list(WeeklyCount.objects.weeks()) == [date(2026, 11, 16)]
    assert WeeklyCount.objects.get(figure="received", part="").number == 2


@pytest.mark.django_db
def test_deadlines_follow_changed_hours_at_the_start(smtp_server: SmtpServer) -> None:
    row = rows.request()
    Request.objects.update(next_due=rows.NOW)

    _command()._look(heartbeat=True)

    assert Request.objects.get(id=row.id).next_due == row.next_due


@pytest.mark.django_db
def test_sigterm_ends_a_long_purge(smtp_server: SmtpServer) -> None:
    for _ in range(4):
        rows.request_in(State.WITHDRAWN)
    command = _command()
    command.stopping = _Stopping(after=3)

    command._do_duties(timezone.localtime())

    assert Request.objects.count() == 1
    assert command.purged_on is None


@pytest.mark.django_db
def test_duty_that_fails_keeps_no_notice_back(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Any) -> int:
        raise OperationalError

    monkeypatch.setattr(escalation, "escalate", away)
    monkeypatch.setattr("intake.management.commands.work.connection.close", lambda: None)
    rows.request()

    assert _command()._look(heartbeat=True) == 5.0

    assert len(_of_requests(smtp_server)) == 1


@real_commits
def test_worker_sends_and_stops_on_sigterm(
    start_worker: StartWorker, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    request = rows.request(now=timezone.now())
    worker = start_worker()
    until(lambda: len(_of_requests(smtp_server)) == 1)
    rows.request(now=timezone.now())
    until(lambda: len(_of_requests(smtp_server)) == 2)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0
    log = (tmp_path / "worker-0.log").read_text()
    for event in ("worker started", "worker alive: ", "worker stopped"):
        assert event in log
    assert str(request) in log
    assert "@" not in log


@real_commits
def test_sigterm_during_a_notice_finishes_it(
    start_worker: StartWorker, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.request(now=timezone.now()), rows.request(now=timezone.now())
    workers: list[subprocess.Popen[str]] = []
    _on_each_mail(monkeypatch, smtp_server, lambda: workers[0].send_signal(signal.SIGTERM))
    workers.append(start_worker())

    assert workers[0].wait(PATIENCE) == 0

    assert len(smtp_server.messages) == 1
    kept = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.REQUEST)
    assert kept.unsent().count() == 1


@real_commits
def test_killed_after_data_loses_nothing_and_doubles_with_equal_ids(
    start_worker: StartWorker, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        rows.request(now=timezone.now())
    workers: list[subprocess.Popen[str]] = []
    with monkeypatch.context() as patched:
        _on_each_mail(patched, smtp_server, lambda: workers[0].kill())
        workers.append(start_worker())
        assert workers[0].wait(PATIENCE) == -signal.SIGKILL
    assert OutboxMessage.objects.unsent().count() == 4

    start_worker()
    until(lambda: not OutboxMessage.objects.unsent())

    ids = _of_requests(smtp_server)
    assert len(ids) == 5
    assert len(set(ids)) == 4


@pytest.mark.django_db
def test_lost_database_only_delays_the_next_look(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: Any) -> int:
        raise OperationalError("text that may quote a person")

    monkeypatch.setattr(sending, "send_due", away)
    monkeypatch.setattr("intake.management.commands.work.connection.close", lambda: None)
    assert _command()._look(heartbeat=True) == 5.0
    assert "worker waits for the database: OperationalError" in caplog.text
    assert "quote" not in caplog.text


class _Stopping(Event):
    """Asked to stop after so many looks."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def is_set(self) -> bool:
        self.left -= 1
        return self.left <= 0


def _command() -> Command:
    command = Command()
    command.stopping = _Stopping(after=10_000)
    return command


def _of_requests(server: SmtpServer) -> list[str]:
    """The Message-ID of each mail that tells of a request."""
    kept = OutboxMessage.objects.filter(kind=OutboxMessage.Kind.REQUEST)
    ids = {notice.message_id(row.id) for row in kept}
    return [mail["Message-ID"] for _, mail in server.messages if mail["Message-ID"] in ids]


def _on_each_mail(
    monkeypatch: pytest.MonkeyPatch, server: SmtpServer, act: Callable[[], None]
) -> None:
    keep = server.handle_DATA

    async def handle(*arguments: Any) -> str:
        answer = await keep(*arguments)
        act()
        return answer

    monkeypatch.setattr(server, "handle_DATA", handle)


def _environment(server: SmtpServer) -> dict[str, str]:
    mail = {"EMAIL_HOST": server.host, "EMAIL_PORT": str(server.port)}
    return os.environ | mail | {"DATABASE_URL": test_database_url()}
