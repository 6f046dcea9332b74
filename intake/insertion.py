"""Rows -> INSERT statements for a role that may not read, as many as fit in one round trip."""

from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(*rows: Model) -> bool:
    """Store those that are not there yet; whether the last of them was new.

    ON CONFLICT DO NOTHING without a target is the only form that needs no SELECT; neither does
    the number of rows, which Postgres tells with an INSERT (with several of them: with the last).
    """
    groups = [(model, list(group)) for model, group in groupby(rows, type)]
    statements = "; ".join(_statement(model, len(group)) for model, group in groups)
    with connection.cursor() as cursor:
        cursor.execute(statements, [value for row in rows for value in _values(row)])
        return cursor.rowcount > 0


@cache
def _statement(model: type[Model], number: int) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    row = f"({', '.join(['%s'] * len(_fields(model)))})"
    rows = ", ".join([row] * number)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({columns}) VALUES {rows} ON CONFLICT DO NOTHING'  # noqa: S608


def _values(row: Model) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in _fields(type(row))
    ]


def _fields(model: type[Model]) -> Any:
    return model._meta.local_concrete_fields
