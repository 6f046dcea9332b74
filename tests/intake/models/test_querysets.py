import secrets
from datetime import timedelta

import pytest

from intake.models import OutboxMessage, Request, Submission
from intake.rules.states import CLOSED, OPEN, State
from intake.seal.answers import Asker, Window
from tests.intake import rows
from tests.intake.rows import NOW, sql

pytestmark = pytest.mark.django_db


def test_open_and_closed_hold_their_states() -> None:
    for state in (State.NEW, State.TRYING, State.SPAM, State.ADMITTED):
        rows.request_in(state)

    assert {row.state for row in Request.objects.open()} == {State.NEW, State.TRYING}
    assert {row.state for row in Request.objects.closed()} == {State.SPAM, State.ADMITTED}
    assert set(OPEN).isdisjoint(CLOSED)


def test_by_due_shows_the_most_urgent_first() -> None:
    evening = rows.request(sent=rows.answers(windows=Window.WEEKDAY_EVENING))
    now = rows.request()

    assert list(Request.objects.by_due()) == [now, evening]


def test_overdue_is_open_and_past_its_time() -> None:
    late = rows.request(now=NOW - timedelta(hours=1))
    rows.request()
    rows.step(rows.request(now=NOW - timedelta(hours=1)), State.SPAM)

    assert list(Request.objects.overdue(NOW)) == [late]


def test_owned_by_shows_one_persons_requests() -> None:
    mine = rows.request_in(State.CLAIMED)
    rows.request()

    assert list(Request.objects.owned_by("sam")) == [mine]


def test_revised_since_opened_counts_submissions() -> None:
    nonce = secrets.token_bytes(16)
    request = rows.request(nonce=nonce)
    assert not Request.objects.revised_since_opened()

    sql("UPDATE intake_request SET opened_at = now(), opened_revision = 1")
    assert not Request.objects.revised_since_opened()

    rows.receive(rows.answers(message="One more thing"), nonce=nonce)
    assert list(Request.objects.revised_since_opened()) == [request]
    assert request.submissions.newest_revision() == 2


def test_newest_first_is_the_last_revision() -> None:
    nonce = secrets.token_bytes(16)
    for message in "abc":
        rows.receive(rows.answers(message=message), nonce=nonce)

    assert [row.revision for row in Submission.objects.newest_first()] == [3, 2, 1]


def test_outbox_due_and_unsent() -> None:
    rows.request()
    rows.request(now=NOW + timedelta(hours=1))
    sent = rows.request().notices.get()
    OutboxMessage.objects.filter(id=sent.id).update(sent_at=NOW)

    assert OutboxMessage.objects.unsent().count() == 2
    assert OutboxMessage.objects.due(NOW).count() == 1


def test_closed_lately_leaves_out_what_is_old_and_what_is_to_be_erased() -> None:
    lately, before, erased = rows.request(), rows.request(), rows.request()
    rows.step(lately, State.SPAM, closed_at=NOW - timedelta(days=90))
    rows.step(before, State.SPAM, closed_at=NOW - timedelta(days=90, seconds=1))
    rows.step(erased, State.WITHDRAWN)
    rows.request()

    assert list(Request.objects.closed_lately(NOW)) == [lately]


def test_asked_by_tells_those_who_wrote_apart() -> None:
    mine = rows.request()
    theirs = rows.request(sent=rows.answers(about=Asker.SOMEONE))

    assert list(Request.objects.asked_by(Asker.SELF)) == [mine]
    assert list(Request.objects.asked_by(Asker.SOMEONE)) == [theirs]
