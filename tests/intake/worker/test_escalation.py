"""Who is told when nobody acts, when, and that it is once. NOW is a Tuesday, 10:30, and open."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from intake.models import OutboxMessage, Request
from intake.rules.states import State
from intake.seal.answers import Channel, Window
from intake.store import outbox
from intake.worker import escalation, notice, sending
from tests.clock import march
from tests.intake import rows
from tests.intake.rows import MINUTE, NOW
from tests.plugin.mail import SmtpServer

pytestmark = pytest.mark.django_db
LIMIT = timedelta(minutes=60)
A_YEAR_ON = NOW + timedelta(days=365)


def escalations() -> Any:
    return OutboxMessage.objects.filter(kind=OutboxMessage.Kind.ESCALATION)


def told_about() -> list[Request]:
    return [each.request for each in escalations()]


def mark_sent() -> None:
    OutboxMessage.objects.exclude(kind=OutboxMessage.Kind.ESCALATION).update(sent_at=NOW)


@pytest.mark.parametrize("quarantined", [False, True])
def test_request_that_nobody_took_up_is_told_after_the_limit(quarantined: bool) -> None:
    row = rows.request(quarantined=quarantined)
    mark_sent()

    assert escalation.escalate(MINUTE + LIMIT - timedelta(seconds=1)) == 0
    assert escalation.escalate(MINUTE + LIMIT) == 1
    assert told_about() == [row]


def test_looking_again_tells_nobody_twice() -> None:
    rows.request()
    mark_sent()

    counts = [escalation.escalate(MINUTE + LIMIT * n) for n in (1, 2, 50)]

    assert counts == [1, 0, 0]


def test_each_limit_is_told_once() -> None:
    """Not sent and not claimed are two; a rescued request has the limit of a new one."""
    row = rows.request(quarantined=True)
    assert escalation.escalate(MINUTE + LIMIT) == 2

    mark_sent()
    rows.step(row, State.NEW)

    assert escalation.escalate(MINUTE + LIMIT) == 1
    assert told_about() == [row] * 3


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (march(11, 19, 30), march(12, 8, 30)),  # half an hour before closing
        (march(11, 22), march(12, 9)),
        (march(14, 19, 59), march(17, 8, 59)),  # a Friday evening
    ],
)
def test_closed_hours_do_not_count(received: datetime, told: datetime) -> None:
    rows.request(now=received)

    assert escalation.escalate(told - timedelta(minutes=1)) == 0
    assert escalation.escalate(told) > 0


@pytest.mark.parametrize("state", [State.CLAIMED, State.SPAM, State.WITHDRAWN])
def test_request_that_somebody_took_up_is_not_told(state: State) -> None:
    rows.request_in(state)
    mark_sent()

    assert escalation.escalate(A_YEAR_ON) == 0


def test_notice_that_is_not_sent_is_told_though_somebody_works_on_it() -> None:
    row = rows.request_in(State.CLAIMED)

    assert escalation.escalate(MINUTE + LIMIT - timedelta(seconds=1)) == 0
    assert escalation.escalate(MINUTE + LIMIT) == 1
    assert told_about() == [row]


def test_daily_notice_that_is_not_sent_is_told_once() -> None:
    daily = OutboxMessage(id=uuid4(), kind=OutboxMessage.Kind.DAILY, created=NOW, due=NOW)
    daily.save(force_insert=True)

    assert [escalation.escalate(NOW + LIMIT * n) for n in (1, 2)] == [1, 0]
    assert told_about() == [None]


def test_escalation_that_is_not_sent_is_not_told_again() -> None:
    rows.request()
    escalation.escalate(A_YEAR_ON)
    mark_sent()

    assert escalation.escalate(A_YEAR_ON + LIMIT * 9) == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"windows": Window.WEEKEND_EVENING},
        {"channel": Channel.TEXT},
    ],
)
def test_request_that_nobody_can_reach_is_told_at_once(sent: Any, settings: Any) -> None:
    """Nobody is here at the weekend, and this clinic has stopped to use texts."""
    replies = replace(settings.CLINIC.replies, channels=("phone", "email"))
    settings.CLINIC = replace(settings.CLINIC, replies=replies)
    row = rows.request(sent=rows.answers(**sent))
    rows.request()

    assert escalation.escalate(NOW) == 1
    assert told_about() == [row]
    assert list(Request.objects.unreachable()) == [row]


def test_reachable_in_one_of_its_windows_is_reachable() -> None:
    both = Window.WEEKEND_EVENING | Window.WEEKDAY_EVENING
    rows.request(sent=rows.answers(windows=both))
    rows.request(sent=rows.answers(windows=Window(0)))

    assert escalation.escalate(NOW) == 0


def test_owner_of_an_unreachable_request_looks_for_a_way() -> None:
    row = rows.request(sent=rows.answers(windows=Window.WEEKEND_EVENING))
    rows.step(row, State.CLAIMED)

    assert escalation.escalate(NOW) == 0
    assert list(Request.objects.unreachable()) == [row]


def test_mail_goes_to_the_second_address_and_looks_like_any_other(
    smtp_server: SmtpServer, clinic: Any
) -> None:
    row = rows.request()
    _send_all(A_YEAR_ON)
    escalation.escalate(A_YEAR_ON)

    _send_all(A_YEAR_ON)

    (_, usual), (recipients, mail) = smtp_server.messages
    assert recipients == list(clinic.replies.escalate_to)
    assert mail.get_content() == usual.get_content()
    for word in (str(row), str(row.id), str(escalation.Limit.UNCLAIMED)):
        assert word.encode() not in smtp_server.raw[1]


def test_retry_has_the_same_message_id(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.request()
    mark_sent()
    escalation.escalate(A_YEAR_ON)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_mark_sent", _die)
        with pytest.raises(KeyboardInterrupt):
            _send_all(A_YEAR_ON)

    _send_all(A_YEAR_ON)

    ids = [mail["Message-ID"] for _, mail in smtp_server.messages]
    assert ids == [notice.message_id(escalations().get().id)] * 2


def test_flood_of_late_requests_is_one_mail(smtp_server: SmtpServer) -> None:
    for _ in range(30):
        rows.request()
    mark_sent()

    assert escalation.escalate(MINUTE + LIMIT) == 30
    _send_all(MINUTE + LIMIT)

    assert len(smtp_server.messages) == 1
    assert not OutboxMessage.objects.unsent()


def test_those_that_follow_within_ten_minutes_are_gathered(smtp_server: SmtpServer) -> None:
    for minute in range(25):
        rows.request(now=NOW + timedelta(minutes=minute))
    mark_sent()

    for minute in range(60, 100):
        now = NOW + timedelta(minutes=minute)
        escalation.escalate(now)
        _send_all(now)

    assert len(smtp_server.messages) == 4  # at 60, 70, 80 and 90
    assert not OutboxMessage.objects.unsent()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once() -> None:
    for _ in range(20):
        rows.request()
    mark_sent()

    rows.at_once(lambda _: escalation.escalate(A_YEAR_ON), 4)

    assert escalations().count() == 20


def test_rescue_is_told_like_a_new_request(smtp_server: SmtpServer, clinic: Any) -> None:
    row = rows.request(quarantined=True)
    mark_sent()

    outbox.notify_again(row, NOW)
    _send_all(NOW)

    ((recipients, _),) = smtp_server.messages
    assert recipients == list(clinic.replies.notice_to)
    assert set(row.notices.values_list("kind", flat=True)) == {"quarantine", "rescue"}


def _send_all(now: datetime) -> None:
    while sending.send_due(lambda: now):
        pass


def _die(*_: Any) -> None:
    raise KeyboardInterrupt
