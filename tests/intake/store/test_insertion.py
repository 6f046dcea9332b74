"""Rows are stored without being read, and what is there is left alone."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.models import OutboxMessage, Request
from intake.store.insertion import insert
from tests.intake import rows
from tests.intake.rows import MINUTE

pytestmark = pytest.mark.django_db


def notice(**changed: object) -> OutboxMessage:
    columns = {"id": uuid4(), "kind": OutboxMessage.Kind.DAILY, "created": MINUTE, "due": MINUTE}
    return OutboxMessage(**columns | changed)


def copy_of(row: Request, **changed: object) -> Request:
    columns = {field.attname: getattr(row, field.attname) for field in Request._meta.fields}
    return Request(**columns | changed)


def test_row_is_stored_as_the_model_has_it() -> None:
    given = copy_of(rows.request(), id=uuid4(), language="es", attempts=3)

    assert insert(given)

    stored = Request.objects.filter(id=given.id).values().get()
    assert stored == {name: getattr(given, name) for name in stored}


def test_row_that_is_there_is_left_alone() -> None:
    first = notice(attempts=1)
    insert(first)

    assert not insert(notice(id=first.id, attempts=2))

    assert OutboxMessage.objects.get().attempts == 1


def test_the_last_row_decides_whether_it_was_new() -> None:
    there = notice()
    insert(there)
    request = rows.request()

    assert insert(copy_of(request), notice())
    assert not insert(copy_of(request, id=uuid4()), there)


def test_rows_of_a_kind_share_a_statement_and_all_share_a_trip() -> None:
    request = copy_of(rows.request(), id=uuid4())

    with CaptureQueriesContext(connection) as queries:
        insert(request, notice(), notice(kind=OutboxMessage.Kind.RESCUE))

    (trip,) = [each["sql"] for each in queries]
    assert [part.split(" (")[0] for part in trip.split("; ")] == [
        'INSERT INTO "intake_request"',
        'INSERT INTO "intake_outboxmessage"',
    ]
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) >= {"daily", "rescue"}
