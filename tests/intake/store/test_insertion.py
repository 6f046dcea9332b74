"""A form and all that belongs to it are one statement, which any driver can send."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.models import KeyWrap, Lane, OutboxMessage, Request, Submission
from intake.seal.answers import pack
from intake.store import insertion, outbox, sealed_rows, submission
from tests.intake import rows
from tests.intake.rows import MINUTE, NOW, sql

pytestmark = pytest.mark.django_db
TABLES = (Request, Submission, KeyWrap, OutboxMessage)
Form = tuple[Request, Submission, list[KeyWrap], OutboxMessage]


def form(nonce: bytes = bytes(16), **changed: Any) -> Form:
    """The rows of one form, not stored."""
    sent = rows.answers(**changed)
    row = submission._submission(sent, pack(sent), nonce, MINUTE, MINUTE)
    wraps = sealed_rows.wrap_rows(row, sealed_rows.seal_into(row, pack(sent)))
    notice = outbox.notice_of(row, Lane.OPEN, NOW)
    return submission._request(row, Lane.OPEN), row, wraps, notice


def stored(model: type[Any]) -> list[dict[str, Any]]:
    return list(model.objects.order_by("id").values())


def test_rows_are_stored_as_the_models_have_them() -> None:
    request, row, wraps, notice = form(page_language="es")

    insertion.insert(request, row, wraps, notice)

    row.revision = 1  # counted by the database
    for each in (request, row, *wraps, notice):
        kept = type(each)._default_manager.filter(pk=each.pk).values().get()
        assert {name: _plain(value) for name, value in kept.items()} == {
            name: getattr(each, name) for name in kept
        }
    assert [model.objects.count() for model in TABLES] == [1, 1, len(wraps), 1]


def test_rows_that_are_there_are_left_alone() -> None:
    insertion.insert(*form())
    before = [stored(model) for model in TABLES]

    again = form()
    again[0].language, again[1].language, again[3].attempts = "es", "es", 7
    insertion.insert(*again)

    assert [stored(model) for model in TABLES] == before


def test_wraps_and_notice_come_with_a_new_submission_only() -> None:
    insertion.insert(*form())
    request, row, wraps, notice = form()
    for each in wraps:  # as after a rotation: the same form, another recipient
        each.id, each.key_id = sealed_rows.derived_id("wrap", each.id.bytes), "another"
    notice.id = sealed_rows.derived_id("notice", notice.id.bytes)

    insertion.insert(request, row, wraps, notice)

    assert not KeyWrap.objects.filter(key_id="another").exists()
    assert OutboxMessage.objects.count() == 1


def test_edited_form_leaves_its_request_and_has_the_next_number() -> None:
    for message in ("Hello", "Hello again"):
        insertion.insert(*form(message=message))

    assert Request.objects.count() == 1
    assert sorted(Submission.objects.values_list("revision", flat=True)) == [1, 2]


def test_form_is_one_trip() -> None:
    with CaptureQueriesContext(connection) as queries:
        insertion.insert(*form())

    assert len(queries) == 1


def test_one_command_with_values_that_the_server_can_bind() -> None:
    """What psycopg2 alone does without: it writes the values into the text, and takes a text of
    several commands. PREPARE takes one command and finds out the type of each value.
    """
    text, values = insertion.statement(*form())
    numbers = [f"${number}" for number in range(1, len(values) + 1)]

    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE form AS {text % tuple(numbers)}")
        cursor.execute(f"EXECUTE form({', '.join(['%s'] * len(values))})", values)
    sql("DEALLOCATE form")

    assert [model.objects.count() for model in TABLES] == [1, 1, 2, 1]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
