"""One post, one request; an edited post, one more submission of it; nothing is ever half there."""

import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from intake.models import KeyWrap, Lane, OutboxMessage, Request, Submission
from intake.rules.states import State
from intake.seal import answers, keys
from intake.seal.answers import Answers, AnswersError, Channel, Window
from intake.seal.keys import KeyFileError
from intake.seal.sealing import Suite
from intake.store import rotation, submission
from tests.intake import rows
from tests.intake.rows import MINUTE, NOW, sql
from tests.intake.seal.test_answers import ANSWERS

pytestmark = pytest.mark.django_db
MARKER = "marker-7f3a"
TABLES = (Request, Submission, KeyWrap, OutboxMessage)


def counts() -> list[int]:
    return [model.objects.count() for model in TABLES]


def test_receive_stores_one_of_each() -> None:
    receipt = rows.receive()

    assert counts() == [1, 1, 2, 1]
    request = Request.objects.get(id=receipt.request_id)
    assert request.submissions.get().wraps.count() == 2
    assert request.notices.get().kind == OutboxMessage.Kind.REQUEST


def test_stored_submission_opens_to_the_answers() -> None:
    sent = rows.answers(name="Zoë", message="ein\r\nzwei\u2028drei")

    request = rows.request(sent=sent)

    assert answers.unpack(rows.opened(request.submissions.get())) == sent


class AnyAnswers(TestCase):
    """hypothesis resets the database for each example."""

    @settings(max_examples=40)
    @given(ANSWERS)
    def test_any_answers_come_back(self, sent: Answers) -> None:
        receipt = submission.store(sent, nonce=secrets.token_bytes(16), lane=Lane.OPEN, now=NOW)

        row = Submission.objects.get(request=receipt.request_id)
        assert answers.unpack(rows.opened(row)) == sent


def test_plain_columns_are_what_the_desk_sorts_by() -> None:
    sent = rows.answers(channel=Channel.TEXT, windows=Window(36), page_language="es")

    request = rows.request(sent=sent)

    assert (request.asker, request.channel, request.windows) == ("self", "text", 36)
    assert (request.language, request.lane, request.state) == ("es", "open", State.NEW)
    assert (request.owner, request.form_version) == ("", answers.FORM_VERSION)
    assert request.suite == request.submissions.get().suite == Suite.HYBRID


def test_time_is_kept_to_the_minute_everywhere() -> None:
    request = rows.request()
    row, notice = request.submissions.get(), request.notices.get()

    assert {request.received, row.received, notice.created, notice.due} == {MINUTE}


def test_deadline_is_the_promise_and_the_next_action() -> None:
    receipt = rows.receive()
    request = Request.objects.get()

    assert receipt.promised.end == request.next_due == request.submissions.get().deadline
    assert receipt.promised.end == MINUTE + timedelta(minutes=15)
    assert request.next_action == "first_attempt"


def test_deadline_waits_for_the_safe_window() -> None:
    evening = rows.receive(rows.answers(windows=Window.WEEKDAY_EVENING))

    assert evening.promised.end - rows.receive().promised.end > timedelta(hours=5)


def test_quarantined_request_waits_for_review() -> None:
    request = rows.request(quarantined=True)

    assert (request.state, request.lane) == (State.QUARANTINED, "quarantine")
    assert request.next_action == "review"
    assert request.notices.get().kind == OutboxMessage.Kind.QUARANTINE


def test_quarantine_notices_are_due_together() -> None:
    times = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=9, seconds=40)]

    for now in times:
        rows.receive(quarantined=True, now=now)

    due = OutboxMessage.objects.values_list("due", flat=True)
    assert set(due) == {MINUTE.replace(minute=40)}


def test_double_click_is_one_submission() -> None:
    nonce = secrets.token_bytes(16)

    receipts = [rows.receive(nonce=nonce) for _ in range(3)]

    assert counts() == [1, 1, 2, 1]
    assert {each.request_id for each in receipts} == {Request.objects.get().id}


def test_same_post_a_day_later_changes_nothing() -> None:
    nonce = secrets.token_bytes(16)
    rows.receive(nonce=nonce)
    before = Request.objects.values().get()

    rows.receive(nonce=nonce, now=NOW + timedelta(hours=23), quarantined=True)

    assert counts() == [1, 1, 2, 1]
    assert Request.objects.values().get() == before


def test_same_post_after_a_rotation_opens_with_every_key(settings: Any, tmp_path: Any) -> None:
    """The second post seals anew: its wrap for the new key would not fit the first ciphertext."""
    settings.INTAKE_KEYS = shutil.copytree(settings.INTAKE_KEYS, tmp_path / "keys")
    nonce = secrets.token_bytes(16)
    rows.receive(nonce=nonce)
    new = keys.make(
        label="new",
        purpose=keys.Purpose.DESK,
        suite=Suite.HYBRID,
        development=True,
        folder=settings.INTAKE_KEYS,
    )
    rows.receive(nonce=nonce)
    list(rotation.add(new, keys.private_keys(), by="sam"))
    row = Submission.objects.get()

    for key in keys.private_keys().values():
        assert answers.unpack(row.unseal({key.id: key})) == rows.answers()


def test_edited_post_is_a_revision_with_its_own_notice() -> None:
    nonce = secrets.token_bytes(16)
    first, second = rows.answers(), rows.answers(message="One more thing")

    for sent in (first, second, first, second):
        rows.receive(sent, nonce=nonce)

    assert counts() == [1, 2, 4, 2]
    newest, oldest = Submission.objects.newest_first()
    assert [oldest.revision, newest.revision] == [1, 2]
    assert answers.unpack(rows.opened(newest)) == second
    assert answers.unpack(rows.opened(oldest)) == first


def test_revision_corrects_the_windows_at_once() -> None:
    nonce = secrets.token_bytes(16)
    rows.receive(rows.answers(), nonce=nonce)

    corrected = rows.answers(windows=Window.WEEKDAY_EVENING, channel=Channel.EMAIL)
    receipt = rows.receive(corrected, nonce=nonce)

    request = Request.objects.get()
    assert (request.windows, request.channel) == (Window.WEEKDAY_EVENING, "email")
    assert request.changes == 1
    assert request.next_due == receipt.promised.end


def test_revision_leaves_the_next_action_of_a_claimed_request() -> None:
    nonce = secrets.token_bytes(16)
    request = rows.request(nonce=nonce)
    due = NOW + timedelta(days=3)
    rows.step(request, State.CLAIMED, next_due=due)

    rows.receive(rows.answers(windows=Window.WEEKEND_EVENING), nonce=nonce)

    request.refresh_from_db()
    assert (request.next_due, request.windows) == (due, Window.WEEKEND_EVENING)


def test_revision_of_a_closed_request_is_kept_and_told() -> None:
    nonce = secrets.token_bytes(16)
    request = rows.request(nonce=nonce)
    rows.step(request, State.SPAM)

    person = rows.answers(message="I am a person", windows=Window.WEEKEND_EVENING)
    rows.receive(person, nonce=nonce)

    assert (request.submissions.count(), request.notices.count()) == (2, 2)
    request.refresh_from_db()
    assert (request.state, request.next_due) == (State.SPAM, None)
    assert request.windows == Window.WEEKEND_EVENING


def test_other_nonce_is_another_request() -> None:
    one, two = rows.receive(), rows.receive()

    assert one.request_id != two.request_id
    assert counts() == [2, 2, 4, 2]


def test_ids_depend_on_the_secret_of_the_site(settings: Any) -> None:
    nonce = secrets.token_bytes(16)
    one = rows.receive(nonce=nonce)
    settings.SECRET_KEY = "another"

    assert rows.receive(nonce=nonce).request_id != one.request_id


@pytest.mark.parametrize("size", [0, 15, 17])
def test_nonce_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"the nonce has {size} bytes"):
        rows.receive(nonce=b"n" * size)


def test_content_reaches_no_column_and_no_statement() -> None:
    marked = {name: MARKER for name in answers.LIMITS if name != "page_language"}

    with CaptureQueriesContext(connection) as queries:
        request = rows.request(sent=rows.answers(**marked))

    for spelling in (MARKER, MARKER.encode().hex()):
        assert spelling not in "".join(each["sql"] for each in queries)
    stored = "".join(str(model.objects.values().get()) for model in (Request, OutboxMessage))
    assert MARKER not in stored
    assert MARKER.encode() not in bytes(request.submissions.get().ciphertext)
    assert MARKER.encode() in rows.opened(request.submissions.get())


def test_without_keys_nothing_is_stored(settings: Any, tmp_path: Any) -> None:
    settings.INTAKE_KEYS = tmp_path

    with pytest.raises(KeyFileError):
        rows.receive()

    assert counts() == [0, 0, 0, 0]


def test_answers_over_a_limit_store_nothing() -> None:
    with pytest.raises(AnswersError):
        rows.receive(rows.answers(message="q" * 1001))

    assert counts() == [0, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", [model._meta.db_table for model in TABLES])
@pytest.mark.parametrize("entry", [submission.receive, submission.store])
def test_failure_at_any_table_stores_nothing(table: str, entry: Callable[..., Any]) -> None:
    lane = {"quarantined": False} if entry is submission.receive else {"lane": Lane.OPEN}
    sql(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (false) NOT VALID")
    try:
        with pytest.raises(DatabaseError, match="broken"):
            entry(rows.answers(), nonce=secrets.token_bytes(16), now=NOW, **lane)
    finally:
        sql(f"ALTER TABLE {table} DROP CONSTRAINT broken")

    assert counts() == [0, 0, 0, 0]


def test_receive_within_another_transaction_is_refused() -> None:
    """It could not promise that what it returns is committed."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        rows.receive()


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_are_one_submission() -> None:
    nonce = secrets.token_bytes(16)

    receipts = _at_once([rows.answers()] * 16, nonce)

    assert counts() == [1, 1, 2, 1]
    assert len({each.request_id for each in receipts}) == 1


@pytest.mark.django_db(transaction=True)
def test_many_edits_at_once_are_all_kept() -> None:
    nonce = secrets.token_bytes(16)
    edits = [rows.answers(message=f"edit {number % 6}") for number in range(18)]

    _at_once(edits, nonce)

    assert counts() == [1, 6, 12, 6]
    kept = {answers.unpack(rows.opened(row)).message for row in Submission.objects.all()}
    assert kept == {f"edit {number}" for number in range(6)}
    assert Request.objects.get().changes == 5


@pytest.mark.django_db(transaction=True)
def test_second_form_waits_for_the_first_and_is_numbered_after_it() -> None:
    """The order of the rows counts: a form that is stored before its request would not wait."""
    nonce = secrets.token_bytes(16)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            submission.store(rows.answers(), nonce=nonce, lane=Lane.OPEN, now=NOW)
            edited = other.submit(_at_once, [rows.answers(message="Hello again")], nonce)
            while not sql("SELECT 1 FROM pg_locks WHERE NOT granted"):
                assert not edited.done()
        edited.result()

    forms = Submission.objects.order_by("revision")
    assert [row.revision for row in forms] == [1, 2]
    assert answers.unpack(rows.opened(forms[1])).message == "Hello again"


@pytest.mark.django_db(transaction=True)
def test_receive_is_committed_when_it_returns() -> None:
    rows.receive()

    assert rows.at_once(lambda _: counts(), 1) == [[1, 1, 2, 1]]


def test_every_recipient_has_its_wrap() -> None:
    rows.receive()

    wrapped_for = set(KeyWrap.objects.values_list("key_id", flat=True))
    assert wrapped_for == {key.id for key in keys.recipients()}


def _at_once(all_sent: list[Answers], nonce: bytes) -> list[submission.Receipt]:
    return rows.at_once(lambda each: rows.receive(all_sent[each], nonce=nonce), len(all_sent))
