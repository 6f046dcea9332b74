"""Every constraint, attacked with plain SQL: a table of what each refuses in which states."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from intake.models import Attempt, LedgerEntry, Request, WeeklyCount
from intake.rules.states import CLOSED, OPEN, State
from tests.intake import rows
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db


class Refused(NamedTuple):
    """Changes of a request in any of these states that a constraint refuses."""

    constraint: str
    states: tuple[State, ...]
    changes: tuple[str, ...]


S = State
TABLE = (
    Refused(
        "request_open_has_next_action",
        OPEN,
        ("next_due = NULL", "next_action = ''", "next_action = 'forget'"),
    ),
    Refused(
        "request_closed_when_and_by_whom",
        CLOSED,
        ("closed_at = NULL", "closed_by = ''"),
    ),
    Refused(
        "request_closed_when_and_by_whom", (S.NEW,), ("closed_at = now()", "closed_by = 'sam'")
    ),
    Refused("request_owner_fits_state", (S.NEW, S.QUARANTINED), ("owner = 'sam'",)),
    Refused("request_owner_fits_state", (S.CLAIMED, S.TRYING), ("owner = ''",)),
    Refused(
        "request_duplicate_has_original",
        (S.DUPLICATE,),
        ("duplicate_of_id = NULL", "duplicate_of_id = id"),
    ),
    Refused(
        "request_no_contact_is_kept",
        (S.DO_NOT_CONTACT,),
        ("no_contact_at = NULL", "no_contact_by = ''"),
    ),
    Refused(
        "request_held_is_not_purged",
        (S.DECLINED,),
        ("state = 'purged', held_at = now(), held_by = 'max'",),
    ),
    Refused("request_windows_known", (S.NEW,), ("windows = 64",)),
)
ELSEWHERE = {
    "staff_text_has_author",
    "key_wrap_of_one_text",
    "ledger_has_actor",
    "attempt_has_author",
    "weekly_count_once",
}


def cases() -> Iterator[tuple[str, State, str]]:
    for row in TABLE:
        for state in row.states:
            for change in row.changes:
                yield row.constraint, state, change


@pytest.mark.parametrize(("constraint", "state", "change"), list(cases()))
def test_request_is_never_so(constraint: str, state: State, change: str) -> None:
    row = rows.request_in(state)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        sql(f"UPDATE intake_request SET {change} WHERE id = %s", row.id)


def test_every_constraint_is_attacked() -> None:
    models = apps.get_app_config("intake").get_models()
    named = {each.name for model in models for each in model._meta.constraints}

    assert {row.constraint for row in TABLE} | ELSEWHERE == named


def test_unknown_state_is_refused(request_row: Request) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE intake_request DISABLE TRIGGER request_steps")

    with (
        pytest.raises(IntegrityError, match="request_closed_when_and_by_whom"),
        transaction.atomic(),
    ):
        sql("UPDATE intake_request SET state = 'lost'")


@pytest.mark.parametrize("both", [True, False])
def test_wrap_belongs_to_exactly_one_text(request_row: Request, both: bool) -> None:
    texts = request_row.submissions.get().id, rows.staff_text(request_row).id

    with pytest.raises(IntegrityError, match="key_wrap_of_one_text"), transaction.atomic():
        sql(
            "INSERT INTO intake_keywrap (id, submission_id, staff_text_id, key_id, suite, wrapped)"
            " VALUES (%s, %s, %s, 'k', 's', '')",
            uuid4(),
            *(texts if both else (None, None)),
        )


def test_staff_text_has_an_author(request_row: Request) -> None:
    with pytest.raises(IntegrityError, match="staff_text_has_author"), transaction.atomic():
        rows.staff_text(request_row, by="")


def test_attempt_has_an_author(request_row: Request) -> None:
    with pytest.raises(IntegrityError, match="attempt_has_author"), transaction.atomic():
        rows.attempt(request_row, by="")
    assert not Attempt.objects.exists()


def test_ledger_line_has_an_actor() -> None:
    with pytest.raises(IntegrityError, match="ledger_has_actor"), transaction.atomic():
        LedgerEntry(action="opened", by="").save(force_insert=True)


def test_week_is_counted_once() -> None:
    def count() -> None:
        WeeklyCount.objects.create(week=rows.NOW.date(), figure="received", number=1)

    count()
    with pytest.raises(IntegrityError, match="weekly_count_once"), transaction.atomic():
        count()
