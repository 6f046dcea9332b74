"""Rows -> INSERT statements for a role that may not read, as many as fit in one round trip."""

from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection, connections
from django.db.models import Model


def insert(*rows: Model) -> bool:
    """Store those that are not there yet; whether the last of them was new.

    ON CONFLICT DO NOTHING without a target is the only form that needs no SELECT; neither does
    the number of rows, which Postgres tells with an INSERT (with several of them: with the last).
    """
    with connection.cursor() as cursor:
        cursor.execute(*prepared(*rows))
        return cursor.rowcount > 0


def prepared(*rows: Model) -> tuple[str, list[Any]]:
    """The statements and their values. Neighbors of one kind share a statement."""
    groups = [(model, len(list(group))) for model, group in groupby(rows, type)]
    statements = "; ".join(_statement(model, number) for model, number in groups)
    return statements, [value for row in rows for value in _values(row)]


@cache
def _statement(model: type[Model], number: int) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    row = f"({', '.join(['%s'] * len(_fields(model)))})"
    rows = ", ".join([row] * number)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({columns}) VALUES {rows} ON CONFLICT DO NOTHING'  # noqa: S608


def _values(row: Model) -> list[Any]:
    to = connections[connection.alias]  # itself: what stands for it asks anew for every value
    return [field.get_db_prep_save(getattr(row, field.attname), to) for field in _fields(type(row))]


def _fields(model: type[Model]) -> Any:
    return model._meta.local_concrete_fields
