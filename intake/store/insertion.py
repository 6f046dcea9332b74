"""Insert a form and all that belongs to it in one statement, as a database role that may not read.

Each row is an INSERT of its own in a WITH query. ON CONFLICT DO NOTHING without a target is the
only form of it that needs no SELECT privilege, and RETURNING needs none while it names no column.
Postgres says that the order of such INSERTs cannot be relied on, so each one reads from the one
that has to come before it. With the form before its request, two forms of one request that come
at once would not wait for each other, and both would be numbered 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, connections
from django.db.models import Field, Model

from intake.models import KeyWrap, OutboxMessage, Request, Submission


def insert(
    request: Request, submission: Submission, wraps: Sequence[KeyWrap], notice: OutboxMessage
) -> None:
    """Store the rows that are not there yet; wraps and notice only together with a new submission.

    A submission that is there has wraps of its own content key, and was told about already.
    """
    with connection.cursor() as cursor:
        cursor.execute(*statement(request, submission, wraps, notice))


def statement(
    request: Request, submission: Submission, wraps: Sequence[KeyWrap], notice: OutboxMessage
) -> tuple[str, list[Any]]:
    """The one statement of `insert` and its values, for any database driver."""
    rows = (request, submission, *wraps, notice)
    return _sql(len(wraps)), [value for row in rows for value in _values(row)]


@cache
def _sql(wraps: int) -> str:
    after_request, if_new = "FROM (SELECT count(*) FROM request) AS stored", "FROM submission"
    rows = {
        "request": _insert(Request) + " RETURNING 1",
        "submission": _insert(Submission, after_request) + " RETURNING 1",
        **{f"wrap{number}": _insert(KeyWrap, if_new) for number in range(wraps)},
    }
    before = ", ".join(f"{name} AS ({sql})" for name, sql in rows.items())
    return f"WITH {before} {_insert(OutboxMessage, if_new)}"


def _insert(model: type[Model], source: str = "") -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    values = ", ".join(["%s"] * len(_fields(model)))
    into = f'INSERT INTO "{model._meta.db_table}" ({columns})'
    return f"{into} SELECT {values} {source} ON CONFLICT DO NOTHING"


def _values(row: Model) -> list[Any]:
    to = connections[connection.alias]  # itself: what stands for it asks anew for every value
    return [field.get_db_prep_save(getattr(row, field.attname), to) for field in _fields(type(row))]


def _fields(model: type[Model]) -> Sequence[Field[Any, Any]]:
    return model._meta.local_concrete_fields
