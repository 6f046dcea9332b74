"""The tables themselves: names, blind inserts, and opening with the right key only."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models

from intake.models import KeyWrap, LedgerEntry, OutboxMessage, Request, Submission, Tombstone
from intake.rules.pseudonym import pseudonym
from intake.seal import keys
from intake.seal.sealing import SealError
from tests.intake import rows
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db
INSERTED_BLIND = (Request, Submission, KeyWrap, OutboxMessage)


@pytest.mark.parametrize("model", INSERTED_BLIND, ids=lambda model: model.__name__)
def test_table_written_blind_has_one_unique_constraint(model: type[models.Model]) -> None:
    found = sql(
        "SELECT array_agg(a.attname) FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indisunique AND i.indrelid = %s::regclass GROUP BY i.indexrelid",
        model._meta.db_table,
    )

    assert found == [(["id"],)]


def test_any_other_collision_is_an_error_and_never_silent(request_row: Request) -> None:
    taken = Submission.objects.get()
    taken.id, taken.request_id = uuid4(), uuid4()

    Submission.objects.bulk_create([taken], ignore_conflicts=True)

    with pytest.raises(IntegrityError, match="foreign key"):
        connection.check_constraints()


def test_str_is_the_pseudonym(request_row: Request) -> None:
    name = pseudonym(request_row.id)
    LedgerEntry(action="opened", by="sam", record=request_row.id).save(force_insert=True)
    LedgerEntry(action="started", by="worker").save(force_insert=True)

    assert str(request_row) == str(request_row.submissions.get()) == name
    assert str(request_row.notices.get()) == str(rows.staff_text(request_row)) == name
    assert [str(line) for line in LedgerEntry.objects.order_by("number")] == [name, "line 2"]
    assert str(OutboxMessage(kind="daily")) == "daily"
    assert str(KeyWrap(key_id="abc")) == "wrap for key abc"
    assert str(Tombstone(final_state="spam", month=date(2026, 3, 1))) == "spam in 2026-03"


def test_submission_moved_to_another_request_does_not_open(request_row: Request) -> None:
    moved, other = Submission.objects.get(), rows.request()
    moved.request = other

    with pytest.raises(SealError, match="belongs to another record or purpose"):
        rows.opened(moved)


def test_text_without_a_fitting_key_does_not_open(request_row: Request) -> None:
    with pytest.raises(SealError, match="none of the keys"):
        request_row.submissions.get().unseal({})


def test_recovery_key_opens_too(request_row: Request) -> None:
    row = request_row.submissions.get()
    both = keys.private_keys()

    assert len({row.unseal({name: both[name]}) for name in both}) == 1
