import socket
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from intake.models import OutboxMessage
from intake.rules.states import State
from intake.store import ledger
from intake.store.ledger import Head
from intake.worker import daily_notice, sending
from tests.clock import local
from tests.intake import rows
from tests.plugin.mail import SmtpServer

pytestmark = pytest.mark.django_db
OPENING = local(8)  # Tuesday, November 24, 2026
THANKSGIVING = local(8, day=26)
SATURDAY = local(12, day=28)


def test_it_is_written_from_the_first_opening_on_and_once() -> None:
    early, again = OPENING - timedelta(seconds=1), OPENING + timedelta(hours=9)

    assert [daily_notice.write(now) for now in (early, OPENING, again)] == [False, True, False]
    assert daily_notice.write(OPENING + timedelta(days=1))


@pytest.mark.parametrize("now", [THANKSGIVING, SATURDAY])
def test_day_without_opening_has_none(now: datetime) -> None:
    assert not daily_notice.write(now)


def test_late_start_writes_it_late() -> None:
    assert daily_notice.write(local(23))


def test_it_counts_and_names_nobody(smtp_server: SmtpServer, clinic: Any) -> None:
    with time_machine.travel(OPENING - timedelta(hours=1), tick=False):
        ledger.record(daily_notice.WORKER_STARTED, by=ledger.WORKER)
    seen = [rows.request(), rows.request(now=OPENING), rows.request(quarantined=True, now=OPENING)]
    seen.append(rows.request_in(State.SPAM))
    ledger.record("opened", by="mallow", request=seen[0])
    OutboxMessage.objects.filter(request=seen[0]).update(sent_at=OPENING)

    text = _sent(smtp_server, OPENING)

    ((recipients, _),) = smtp_server.messages
    assert recipients == list(clinic.replies.notice_to)
    assert "Open requests: 3\nOverdue: 1\nOther notices not yet sent: 3\n" in text
    assert f"Ledger head: {ledger.head()}\n" in text
    assert f"Sign in: {clinic.url}/desk/" in text
    words = ["mallow", "opened"]
    words += [str(row) for row in seen] + [str(row.id) for row in seen]
    assert not [word for word in words if word in text]


def test_it_says_when_the_worker_started(smtp_server: SmtpServer) -> None:
    assert "Worker started: not known" in _sent(smtp_server, OPENING)

    ledger.record(daily_notice.WORKER_STARTED, by=ledger.WORKER)
    today = ledger.last_time(daily_notice.WORKER_STARTED)
    assert today

    text = _sent(smtp_server, OPENING + timedelta(days=1))
    assert f"Worker started: {today.astimezone(OPENING.tzinfo):%Y-%m-%d %H:%M}\n" in text


def test_its_head_shows_later_that_the_end_was_cut(smtp_server: SmtpServer) -> None:
    for _ in range(3):
        ledger.record("opened", by="sam")
    head = _head_in(_sent(smtp_server, OPENING))

    call_command("verify_ledger", head=head)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_ledgerentry DISABLE TRIGGER ledger_fixed")
        cursor.execute("DELETE FROM intake_ledgerentry WHERE number = 3")

    call_command("verify_ledger")
    with pytest.raises(CommandError, match="broken at line 3"):
        call_command("verify_ledger", head=head)


def test_empty_ledger_has_no_head(smtp_server: SmtpServer) -> None:
    assert "Ledger head: none" in _sent(smtp_server, OPENING)


def test_it_waits_for_the_mail_server(smtp_server: SmtpServer, settings: Any) -> None:
    settings.EMAIL_PORT = _closed_port()
    daily_notice.write(OPENING)
    sending.send_due(lambda: OPENING)
    assert OutboxMessage.objects.get().last_error == "ConnectionRefusedError"

    settings.EMAIL_PORT = smtp_server.port
    sending.send_due(lambda: OPENING + timedelta(days=400))

    assert len(smtp_server.messages) == 1


def test_its_id_is_of_this_clinic_and_day(settings: Any) -> None:
    daily_notice.write(OPENING)
    settings.CLINIC = replace(settings.CLINIC, url="https://other.example")
    daily_notice.write(OPENING)

    assert OutboxMessage.objects.count() == 2


def _sent(server: SmtpServer, now: datetime) -> str:
    """The text of the mail that goes out at that moment."""
    daily_notice.write(now)
    for notice in OutboxMessage.objects.filter(kind=OutboxMessage.Kind.DAILY, sent_at=None):
        sending._deliver([notice], lambda: now)
    return str(server.messages[-1][1].get_content()).replace("\r\n", "\n")


def _head_in(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("Ledger head: ")]
    return str(Head.parse(line.removeprefix("Ledger head: ")))


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
