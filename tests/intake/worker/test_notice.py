import secrets
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from intake.models import OutboxMessage
from intake.seal.answers import Asker, Channel
from intake.worker import notice
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.mail import SmtpServer

pytestmark = pytest.mark.django_db
MARKER = "marker-mail-9"


def test_notice_says_that_something_waits_and_where(smtp_server: SmtpServer, clinic: Any) -> None:
    notice.send(rows.request().notices.get(), NOW)

    ((recipients, mail),) = smtp_server.messages
    assert recipients == list(clinic.replies.notice_to)
    assert mail["From"] == clinic.replies.mail_from
    assert mail["Subject"] == "A note from the desk"
    assert mail.get_content() == f"A request is waiting. Sign in: https://{clinic.host}/desk/\r\n"


def test_link_of_the_notice_leads_to_the_desk(smtp_server: SmtpServer, client: Client) -> None:
    notice.send(rows.request().notices.get(), NOW)

    link = str(smtp_server.messages[0][1].get_content()).split()[-1]
    response = client.get(urlsplit(link).path)
    assert response["Location"] == "/desk/login/?next=/desk/"


def test_notices_differ_in_id_and_time_only(smtp_server: SmtpServer) -> None:
    short = rows.answers(message="", phone="1")
    long = rows.answers(
        about=Asker.PATIENT, channel=Channel.EMAIL, email="a@b.example", message=MARKER * 70
    )
    for sent in (short, long):
        for quarantined in (False, True):
            row = rows.request(sent=sent, quarantined=quarantined)
            notice.send(row.notices.get(), NOW)

    sizes = {len(raw) for raw in smtp_server.raw}
    assert len(sizes) == 1
    bare = set()
    for _, mail in smtp_server.messages:
        del mail["Message-ID"], mail["Date"]
        bare.add(mail.as_string())
    assert len(bare) == 1


def test_notice_holds_no_content_and_no_pseudonym(smtp_server: SmtpServer) -> None:
    marked = dict.fromkeys(("name", "phone", "message", "contact_need", "language"), MARKER)
    row = rows.request(sent=rows.answers(**marked))

    notice.send(row.notices.get(), NOW)

    (raw,) = smtp_server.raw
    for word in (MARKER, str(row), str(row.id), str(row.submissions.get().id)):
        assert word.encode() not in raw


def test_message_id_is_the_rows_and_does_not_change(smtp_server: SmtpServer, clinic: Any) -> None:
    row = rows.request().notices.get()

    notice.send(row, NOW)
    notice.send(OutboxMessage.objects.get(id=row.id), NOW)

    first, second = (mail["Message-ID"] for _, mail in smtp_server.messages)
    assert first == second == f"<{row.id}@{clinic.host}>"


def test_edit_has_another_message_id() -> None:
    nonce = secrets.token_bytes(16)
    rows.receive(rows.answers(), nonce=nonce)
    rows.receive(rows.answers(message="More"), nonce=nonce)

    ids = {notice.message_id(row.id) for row in OutboxMessage.objects.all()}
    assert len(ids) == 2


def test_escalation_goes_to_the_second_address(smtp_server: SmtpServer, clinic: Any) -> None:
    row = rows.request().notices.get()
    row.kind = OutboxMessage.Kind.ESCALATION

    notice.send(row, NOW)

    ((recipients, _),) = smtp_server.messages
    assert recipients == list(clinic.replies.escalate_to)
