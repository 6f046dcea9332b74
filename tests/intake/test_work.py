"""The worker as its own process: it starts, sends, survives, is killed, and stops cleanly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from intake import notifications, outbox
from intake.management.commands.work import Command
from intake.models import OutboxMessage
from tests.intake import rows
from tests.plugin.live_site import test_database_url
from tests.plugin.mail import SmtpServer

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
SECONDS_TO_WAIT = 20
real_commits = pytest.mark.django_db(transaction=True)

StartWorker = Callable[[], subprocess.Popen[str]]


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
        rows.request()

    call_command("work", once=True)

    assert len(smtp_server.messages) == 3


@real_commits
def test_worker_sends_and_stops_on_sigterm(
    start_worker: StartWorker, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    request = rows.request()
    worker = start_worker()
    _until(lambda: len(smtp_server.messages) == 1)
    rows.request()
    _until(lambda: len(smtp_server.messages) == 2)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(SECONDS_TO_WAIT) == 0
    log = (tmp_path / "worker-0.log").read_text()
    for event in ("worker started", "worker alive: 0 notices unsent", "worker stopped"):
        assert event in log
    assert str(request) in log
    assert "@" not in log


@real_commits
def test_sigterm_during_a_notice_finishes_it(
    start_worker: StartWorker, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.request(), rows.request()
    workers: list[subprocess.Popen[str]] = []
    _on_each_mail(monkeypatch, smtp_server, lambda: workers[0].send_signal(signal.SIGTERM))
    workers.append(start_worker())

    assert workers[0].wait(SECONDS_TO_WAIT) == 0

    assert len(smtp_server.messages) == 1
    assert OutboxMessage.objects.unsent().count() == 1


@real_commits
def test_killed_after_data_loses_nothing_and_doubles_with_equal_ids(
    start_worker: StartWorker, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        rows.request()
    workers: list[subprocess.Popen[str]] = []
    with monkeypatch.context() as patched:
        _on_each_mail(patched, smtp_server, lambda: workers[0].kill())
        workers.append(start_worker())
        assert workers[0].wait(SECONDS_TO_WAIT) == -signal.SIGKILL
    assert OutboxMessage.objects.unsent().count() == 4

    start_worker()
    _until(lambda: not OutboxMessage.objects.unsent())

    ids = [mail["Message-ID"] for _, mail in smtp_server.messages]
    assert len(ids) == 5
    assert set(ids) == {notifications.message_id(row.id) for row in OutboxMessage.objects.all()}


@pytest.mark.django_db
def test_lost_database_only_delays_the_next_look(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: Any) -> int:
        raise OperationalError("text that may quote a person")

    monkeypatch.setattr(outbox, "send_due", away)
    monkeypatch.setattr("intake.management.commands.work.connection.close", lambda: None)
    command = Command()
    command.stopping = _NeverStopping()

    assert command._look(heartbeat=True) == 5.0
    assert "worker waits for the database: OperationalError" in caplog.text
    assert "quote" not in caplog.text


class _NeverStopping:
    def is_set(self) -> bool:
        return False


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


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
