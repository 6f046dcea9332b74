"""Never lost; at worst sent twice, with the same Message-ID. A real mail server on loopback."""

import asyncio
import logging
import socket
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from intake.models import OutboxMessage
from intake.worker import notice, sending
from tests.intake import rows
from tests.plugin.mail import SmtpServer

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no `except` of ours catches: the process is gone here."""


def send_all(now: datetime | None = None) -> None:
    while sending.send_due(lambda: now or timezone.now()):
        pass


def test_due_notice_is_sent_once(smtp_server: SmtpServer) -> None:
    rows.request()

    assert sending.send_due(timezone.now) == 1
    assert sending.send_due(timezone.now) == 0

    row = OutboxMessage.objects.get()
    assert row.sent_at is not None
    assert (row.attempts, row.last_error) == (1, "")
    assert len(smtp_server.messages) == 1


def test_notice_is_not_sent_before_it_is_due(smtp_server: SmtpServer) -> None:
    rows.request(now=timezone.now() + timedelta(minutes=5))

    assert sending.send_due(timezone.now) == 0
    assert smtp_server.messages == []


def test_oldest_notice_goes_first(smtp_server: SmtpServer) -> None:
    younger, older = (rows.request(now=rows.NOW + timedelta(hours=hours)) for hours in (1, 0))

    sending.send_due(lambda: timezone.now() + timedelta(days=365))

    assert older.notices.get().sent_at
    assert not younger.notices.get().sent_at


def test_mail_server_away_then_back(smtp_server: SmtpServer, settings: Any) -> None:
    for _ in range(5):
        rows.request()
    settings.EMAIL_PORT = _closed_port()

    send_all()
    row = OutboxMessage.objects.all()[0]
    assert (row.attempts, row.last_error, row.sent_at) == (1, "ConnectionRefusedError", None)
    assert row.due > timezone.now()
    settings.EMAIL_PORT = smtp_server.port
    send_all(timezone.now() + timedelta(minutes=1))

    assert not OutboxMessage.objects.unsent()
    assert set(OutboxMessage.objects.values_list("attempts", "last_error")) == {(2, "")}
    assert _sent_ids(smtp_server) == _row_ids()


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try again later", "SMTPDataError"), ("554 no", "SMTPDataError")],
)
def test_refused_notice_is_kept(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch, answer: str, error: str
) -> None:
    async def refuse(*_: Any) -> str:
        return answer

    monkeypatch.setattr(smtp_server, "handle_DATA", refuse)
    rows.request()

    send_all()

    assert OutboxMessage.objects.get().last_error == error
    assert OutboxMessage.objects.unsent().count() == 1


def test_mail_server_that_hangs_costs_the_time_out_only(
    smtp_server: SmtpServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    async def hang(*_: Any) -> str:
        while not over.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"

    monkeypatch.setattr(smtp_server, "handle_DATA", hang)
    settings.EMAIL_TIMEOUT = 0.2
    rows.request()

    send_all()  # comes back, though the server goes on hanging
    over.set()

    assert OutboxMessage.objects.get().last_error == "SMTPServerDisconnected"


def test_retry_wait_doubles_up_to_its_cap() -> None:
    waits = [sending.retry_wait(attempts) for attempts in range(1, 60)]

    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(minutes=1)]
    assert waits == sorted(waits)
    assert waits[-1] == sending.LONGEST_WAIT


def test_killed_between_send_and_mark_sends_again_with_the_same_id(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.request()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_mark_sent", _die)
        with pytest.raises(Killed):
            send_all()

    send_all()

    first, second = (mail["Message-ID"] for _, mail in smtp_server.messages)
    assert first == second
    assert not OutboxMessage.objects.unsent()


def test_marked_before_it_is_sent_would_be_lost(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same death in the wrong order loses the notice, and we see it."""
    rows.request()
    with monkeypatch.context() as patched:
        patched.setattr(notice, "send", _die)
        with pytest.raises(Killed):
            _mark_then_send()

    send_all()

    assert smtp_server.messages == []
    assert not OutboxMessage.objects.unsent()


def test_quarantine_notices_go_out_as_one_mail(smtp_server: SmtpServer) -> None:
    for _ in range(7):
        rows.request(quarantined=True)

    send_all(timezone.now() + timedelta(days=365))

    assert len(smtp_server.messages) == 1
    assert not OutboxMessage.objects.unsent()


def test_quarantine_gathers_no_other_notice(smtp_server: SmtpServer) -> None:
    rows.request(quarantined=True)
    rows.request()

    send_all(timezone.now() + timedelta(days=365))

    assert len(smtp_server.messages) == 2


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_notice_once(smtp_server: SmtpServer) -> None:
    for _ in range(40):
        rows.request()

    rows.at_once(lambda _: send_all(), 6)

    assert len(smtp_server.messages) == 40
    assert _sent_ids(smtp_server) == _row_ids()
    assert not OutboxMessage.objects.unsent()


def test_log_names_kind_and_pseudonym_and_no_address(
    smtp_server: SmtpServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    request = rows.request()
    settings.EMAIL_PORT = _closed_port()
    send_all()
    settings.EMAIL_PORT = smtp_server.port
    send_all(timezone.now() + timedelta(minutes=1))

    assert [
        record.getMessage() for record in caplog.records if record.name == "intake.worker.sending"
    ] == [
        f"notice put off: request, {request}, ConnectionRefusedError",
        f"notice sent: request, {request}, attempt 2",
    ]


def _die(*_: Any) -> None:
    raise Killed


def _mark_then_send() -> None:
    message = OutboxMessage.objects.unsent().get()
    OutboxMessage.objects.filter(id=message.id).update(sent_at=timezone.now())
    notice.send(message, timezone.now())


def _sent_ids(server: SmtpServer) -> set[str]:
    return {mail["Message-ID"] for _, mail in server.messages}


def _row_ids() -> set[str]:
    return {notice.message_id(row.id) for row in OutboxMessage.objects.all()}


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
