"""Every constraint, attacked with plain SQL."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from intake.models import LedgerEntry, Request
from intake.rules.states import CLOSED, OPEN, State
from tests.intake import rows
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db


def refuses(constraint: str, statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        sql(statement, *values)


def test_unknown_state_is_refused(request_row: Request) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE intake_request DISABLE TRIGGER request_steps")

    refuses(
        "request_closed_when_and_by_whom",
        "UPDATE intake_request SET state = 'lost'",
    )


@pytest.mark.parametrize(
    "change",
    ["next_due = NULL", "next_action = ''", "next_action = 'forget'"],
)
@pytest.mark.parametrize("state", OPEN)
def test_open_request_keeps_a_next_action(state: State, change: str) -> None:
    row = rows.request_in(state)

    refuses(
        "request_open_has_next_action", f"UPDATE intake_request SET {change} WHERE id=%s", row.id
    )


@pytest.mark.parametrize("change", ["closed_at = NULL", "closed_by = ''"])
@pytest.mark.parametrize("state", CLOSED)
def test_closed_request_keeps_when_and_who(state: State, change: str) -> None:
    row = rows.request_in(state)

    refuses(
        "request_closed_when_and_by_whom", f"UPDATE intake_request SET {change} WHERE id=%s", row.id
    )


@pytest.mark.parametrize("change", ["closed_at = now()", "closed_by = 'sam'"])
def test_open_request_is_not_half_closed(request_row: Request, change: str) -> None:
    refuses("request_closed_when_and_by_whom", f"UPDATE intake_request SET {change}")


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        (State.NEW, "sam"),
        (State.QUARANTINED, "sam"),
        (State.CLAIMED, ""),
        (State.TRYING, ""),
    ],
)
def test_owner_fits_the_state(state: State, owner: str) -> None:
    row = rows.request_in(state)

    refuses(
        "request_owner_fits_state",
        "UPDATE intake_request SET owner = %s WHERE id = %s",
        owner,
        row.id,
    )


def test_duplicate_needs_its_original() -> None:
    row = rows.request_in(State.DUPLICATE)
    refused = "request_duplicate_has_original"

    refuses(refused, "UPDATE intake_request SET duplicate_of_id = NULL WHERE id = %s", row.id)
    refuses(refused, "UPDATE intake_request SET duplicate_of_id = id WHERE id = %s", row.id)


def test_number_stays_hidden_after_do_not_contact() -> None:
    row = rows.request_in(State.DO_NOT_CONTACT)

    for change in ("no_contact_at = NULL", "no_contact_by = ''"):
        refuses(
            "request_no_contact_is_kept", f"UPDATE intake_request SET {change} WHERE id=%s", row.id
        )


def test_held_request_is_not_purged() -> None:
    row = rows.request_in(State.DECLINED)
    sql("UPDATE intake_request SET held_at = now(), held_by = 'max' WHERE id = %s", row.id)

    refuses(
        "request_held_is_not_purged",
        "UPDATE intake_request SET state = 'purged' WHERE id = %s",
        row.id,
    )


def test_unknown_window_is_refused(request_row: Request) -> None:
    refuses("request_windows_known", "UPDATE intake_request SET windows = 64")


@pytest.mark.parametrize("both", [True, False])
def test_wrap_belongs_to_exactly_one_text(both: bool) -> None:
    row = rows.request()
    text = rows.staff_text(row)
    refuses(
        "key_wrap_of_one_text",
        "INSERT INTO intake_keywrap (id, submission_id, staff_text_id, key_id, suite, wrapped)"
        " VALUES (%s, %s, %s, 'k', 's', '')",
        uuid4(),
        row.submissions.get().id if both else None,
        text.id if both else None,
    )


def test_staff_text_has_an_author(request_row: Request) -> None:
    with pytest.raises(IntegrityError, match="staff_text_has_author"), transaction.atomic():
        rows.staff_text(request_row, by="")


def test_ledger_line_has_an_actor() -> None:
    with pytest.raises(IntegrityError, match="ledger_has_actor"), transaction.atomic():
        LedgerEntry(action="opened", by="").save(force_insert=True)


@pytest.fixture
def request_row() -> Request:
    return rows.request()
