"""The rules that Postgres keeps, attacked with plain SQL."""

import secrets
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error as DatabaseError
from django.db import transaction

from intake.models import KeyWrap, LedgerEntry, Request, StaffText, Submission
from intake.rules import states
from intake.rules.states import CLOSED, OPEN, State
from intake.seal.answers import Asker
from intake.store import ledger
from intake.store.staff_text import write
from tests.intake import rows
from tests.intake.rows import NOW, sql

pytestmark = pytest.mark.django_db
ARRIVALS = {State.NEW, State.QUARANTINED}


def refuses(message: str, statement: str, *values: Any) -> None:
    with pytest.raises(DatabaseError, match=message) as error, transaction.atomic():
        sql(statement, *values)
    assert "Hello" not in str(error.value)


@pytest.mark.parametrize("source", State)
def test_only_the_matrix_leads_from_state_to_state(source: State) -> None:
    row = rows.request_in(source)
    allowed = {step.target for step in states.steps_from(source)}

    for target in set(State) - {source}:
        if target in allowed:
            with transaction.atomic():
                rows.step(row, target)
                transaction.set_rollback(True)
        else:
            with pytest.raises(DatabaseError, match="no step leads"), transaction.atomic():
                rows.step(row, target)


@pytest.mark.parametrize("state", set(State) - ARRIVALS)
def test_request_cannot_arrive_in_a_later_state(state: State) -> None:
    row = rows.request()
    row.id = uuid4()
    for name, value in rows.fitting(state).items():
        setattr(row, name, value)

    with pytest.raises(DatabaseError, match="a request arrives as"), transaction.atomic():
        row.save(force_insert=True)


def test_request_cannot_arrive_with_an_owner() -> None:
    row = rows.request()
    row.id, row.owner = uuid4(), "sam"

    with pytest.raises(DatabaseError, match="a request arrives as"), transaction.atomic():
        row.save(force_insert=True)


def test_request_cannot_arrive_with_seconds() -> None:
    row = rows.request()
    row.id, row.received = uuid4(), NOW

    with pytest.raises(DatabaseError, match="to the minute"), transaction.atomic():
        row.save(force_insert=True)


REFUSED = {
    "when and how": (
        "UPDATE intake_request SET received = received - interval '1 day'",
        "UPDATE intake_request SET lane = 'phone'",
        "UPDATE intake_request SET suite = 'x'",
        "UPDATE intake_request SET form_version = 9",
    ),
    "what is sealed does not change": (
        "UPDATE intake_submission SET ciphertext = ''",
        "UPDATE intake_submission SET windows = 0",
        "UPDATE intake_stafftext SET ciphertext = ''",
        "UPDATE intake_stafftext SET written_by = 'other'",
        "UPDATE intake_keywrap SET wrapped = ''",
        "UPDATE intake_keywrap SET key_id = 'other'",
    ),
    "sealed text is deleted with": (
        "DELETE FROM intake_submission",
        "DELETE FROM intake_stafftext",
    ),
    "the last wrap": (
        "DELETE FROM intake_keywrap",
        "DELETE FROM intake_keywrap WHERE staff_text_id IS NOT NULL",
    ),
    "only added to": (
        "UPDATE intake_ledgerentry SET by = 'other'",
        "UPDATE intake_ledgerentry SET at = now()",
        "UPDATE intake_ledgerentry SET hash = ''",
        "UPDATE intake_ledgerentry SET number = 9",
        "DELETE FROM intake_ledgerentry",
    ),
    "never emptied": ("TRUNCATE intake_ledgerentry",),
}


@pytest.mark.parametrize(
    ("message", "statement"),
    [(message, each) for message, statements in REFUSED.items() for each in statements],
)
def test_database_with_a_request_a_note_and_a_line_refuses(message: str, statement: str) -> None:
    _with_note()
    ledger.record("opened", by="sam")
    sql("ALTER TABLE intake_ledgerentry ENABLE TRIGGER ledger_keeps_all")

    refuses(message, statement)


JOIN = """
UPDATE intake_request SET state = 'duplicate', duplicate_of_id = %s, closed_at = now(),
    closed_by = 'sam', next_action = '', next_due = NULL
WHERE id = %s
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [(one, other) for one in Asker for other in Asker if one != other],
)
def test_duplicate_never_joins_across_self_and_family(one: Asker, other: Asker) -> None:
    row, original = (rows.request(sent=rows.answers(about=about)) for about in (one, other))

    refuses("never joins across self and family", JOIN, original.id, row.id)


def test_link_cannot_be_moved_across_self_and_family() -> None:
    row, original = rows.request(), rows.request()
    family = rows.request(sent=rows.answers(about=Asker.SOMEONE))
    sql(JOIN, original.id, row.id)

    move = "UPDATE intake_request SET duplicate_of_id = %s WHERE id = %s"
    refuses("never joins across self and family", move, family.id, row.id)


@pytest.mark.parametrize("about", Asker)
def test_duplicate_of_the_same_kind_joins(about: Asker) -> None:
    row, original = (rows.request(sent=rows.answers(about=about)) for _ in range(2))

    sql(JOIN, original.id, row.id)

    assert list(original.duplicates.all()) == [row]


def test_links_never_lead_in_a_circle() -> None:
    row, original = rows.request(), rows.request()
    sql(JOIN, original.id, row.id)

    refuses("a duplicate joins a request that is none itself", JOIN, row.id, original.id)


def test_request_cannot_arrive_with_a_link() -> None:
    original = rows.request()
    row = rows.request()
    row.id, row.duplicate_of = uuid4(), original

    with pytest.raises(DatabaseError, match="a request arrives as"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("target", [State.NEW, State.DO_NOT_CONTACT, State.WITHDRAWN, State.PURGED])
def test_link_goes_when_it_is_no_duplicate_any_more(target: State) -> None:
    row, original = rows.request(), rows.request()
    sql(JOIN, original.id, row.id)
    columns = {name: value for name, value in rows.fitting(target).items() if "dup" not in name}

    sql(
        f"UPDATE intake_request SET {', '.join(f'{name} = %s' for name in columns)} WHERE id = %s",
        *columns.values(),
        row.id,
    )

    assert Request.objects.get(id=row.id).duplicate_of is None


def test_revision_of_an_original_by_family_is_taken_in() -> None:
    """What a visitor sends is never refused for a link that staff made."""
    nonce = secrets.token_bytes(16)
    row, original = rows.request(), rows.request(nonce=nonce)
    sql(JOIN, original.id, row.id)

    rows.receive(rows.answers(about=Asker.SOMEONE), nonce=nonce)

    assert original.submissions.count() == 2


@pytest.mark.parametrize("state", [*OPEN, *CLOSED])
def test_request_is_not_deleted_before_its_purge(state: State) -> None:
    row = rows.request_in(state)
    for table in ("intake_outboxmessage",):
        sql(f"DELETE FROM {table} WHERE request_id = %s", row.id)

    refuses("only a purged request", "DELETE FROM intake_request WHERE id = %s", row.id)


def test_one_wrap_can_go_while_another_opens() -> None:
    row = _with_note()
    gone, _ = row.submissions.get().wraps.all()

    sql("DELETE FROM intake_keywrap WHERE id = %s", gone.id)

    assert row.submissions.get().wraps.count() == 1
    refuses("the last wrap", "DELETE FROM intake_keywrap WHERE submission_id IS NOT NULL")


def test_purged_request_leaves_nothing() -> None:
    row = _with_note()
    rows.step(row, State.WITHDRAWN)
    rows.step(row, State.PURGED)

    sql("DELETE FROM intake_keywrap")
    for table in ("intake_outboxmessage", "intake_submission", "intake_stafftext"):
        sql(f"DELETE FROM {table} WHERE request_id = %s", row.id)
    sql("DELETE FROM intake_request WHERE id = %s", row.id)

    for model in (KeyWrap, Submission, StaffText, Request):
        assert not model.objects.exists()


def test_ledger_writer_cannot_choose_number_time_or_hash() -> None:
    LedgerEntry(number=77, at=NOW.replace(year=1999), action="opened", by="sam", hash=b"x").save(
        force_insert=True
    )

    line = LedgerEntry.objects.get()
    assert line.number == 1
    assert line.at.year > 2000
    assert len(line.hash) == 32


def _with_note() -> Request:
    row = rows.request()
    write(row, kind=StaffText.Kind.NOTE, text="A note", by="sam", now=NOW)
    return row
