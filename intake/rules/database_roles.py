"""Least privilege: each process has a database role that can do its work and no more.

owner    runs `migrate` and `create_roles`; no serving process has its password
site     inserts the requests that come in, and reads none
desk     reads and changes requests, and adds to the ledger
worker   sends notices and purges; reads no sealed column

TABLES holds every privilege. A table that it does not name belongs to nobody but the owner, and a
test fails. `manage.py create_roles` makes the database equal to it (`database_accounts`); `startup`
refuses a process whose database role can do more. Roles of staff are another thing: they are in
`intake.desk.entrance.rights`.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Model

from intake.rules import classification
from intake.rules.triggers import REQUEST_ORIGIN

EVERY = "*"


class DatabaseRole(StrEnum):
    """The database role of a serving process. In the database it is named `<prefix>_<role>`."""

    SITE = "site"
    DESK = "desk"
    WORKER = "worker"


class Access(NamedTuple):
    """The privileges of each database role on one table.

    "SELECT INSERT" is for the whole table, "UPDATE(work)" for a set of columns in COLUMNS.
    """

    site: str = ""
    desk: str = ""
    worker: str = ""


class Privilege(NamedTuple):
    """A privilege on a table, or on one column of it."""

    privilege: str
    table: str
    column: str = EVERY


ACCOUNTS = Access(desk="SELECT INSERT UPDATE DELETE")
KINDS_OF_RIGHTS = Access(desk="SELECT")  # filled by migrations

TABLES: dict[str, Access] = {
    "intake_request": Access(
        site="INSERT",
        desk="SELECT INSERT UPDATE(work)",
        worker="SELECT UPDATE(course) DELETE",
    ),
    "intake_attempt": Access(desk="SELECT INSERT", worker="SELECT DELETE"),
    "intake_submission": Access(site="INSERT", desk="SELECT INSERT", worker="SELECT(plain) DELETE"),
    "intake_stafftext": Access(desk="SELECT INSERT", worker="SELECT(plain) DELETE"),
    # The desk takes wraps away when a key is rotated; a trigger keeps the last one.
    "intake_keywrap": Access(
        site="INSERT", desk="SELECT INSERT DELETE", worker="SELECT(plain) DELETE"
    ),
    "intake_outboxmessage": Access(
        site="INSERT", desk="SELECT INSERT", worker="SELECT INSERT UPDATE(sending) DELETE"
    ),
    "intake_ledgerentry": Access(desk="SELECT INSERT", worker="SELECT INSERT"),
    "intake_tombstone": Access(desk="SELECT", worker="SELECT INSERT"),
    "intake_weeklycount": Access(desk="SELECT", worker="SELECT INSERT DELETE"),
    "intake_signoflife": Access(desk="SELECT", worker="SELECT INSERT UPDATE"),
    # Readiness.
    "django_migrations": Access(site="SELECT", desk="SELECT", worker="SELECT"),
    # Staff accounts and their sessions.
    "auth_user": ACCOUNTS,
    "auth_user_groups": ACCOUNTS,
    "auth_user_user_permissions": ACCOUNTS,
    "auth_group": ACCOUNTS,
    "auth_group_permissions": ACCOUNTS,
    "auth_permission": KINDS_OF_RIGHTS,
    "django_content_type": KINDS_OF_RIGHTS,
    "django_session": ACCOUNTS,
    "account_emailaddress": ACCOUNTS,  # of allauth; nothing is written there
    "account_emailconfirmation": ACCOUNTS,
    "mfa_authenticator": ACCOUNTS,
    "usersessions_usersession": ACCOUNTS,
    "desk_remembered": ACCOUNTS,
    "django_admin_log": Access(desk="SELECT INSERT DELETE"),  # goes with its account
}
EXECUTE: dict[str, tuple[DatabaseRole, ...]] = {
    "ledger_hash": (DatabaseRole.DESK, DatabaseRole.WORKER)
}


def wanted(role: DatabaseRole) -> set[Privilege]:
    """Every privilege that the database role is to have."""
    return {
        Privilege(privilege, table, column)
        for table, access in TABLES.items()
        for privilege, columns in _parts(table, getattr(access, role))
        for column in columns or [EVERY]
    }


def beyond(held: Iterable[Privilege], role: DatabaseRole) -> list[Privilege]:
    """The held privileges that the database role must not have; reading requests comes first."""
    may = wanted(role)
    more = {each for each in held if not {each, each._replace(column=EVERY)} & may}
    return sorted(more, key=lambda each: (each[:2] != ("SELECT", "intake_request"), each))


def grants(role: DatabaseRole, name: str, present: Iterable[str]) -> Iterator[str]:
    """The GRANT statements for the database role, under its name, on the tables that are there."""
    for table in sorted(TABLES.keys() & set(present)):
        for privilege, columns in _parts(table, getattr(TABLES[table], role)):
            only = f" ({', '.join(columns)})" if columns else ""
            yield f'GRANT {privilege}{only} ON TABLE public.{table} TO "{name}"'
    for function, callers in EXECUTE.items():
        if role in callers:
            yield f'GRANT EXECUTE ON FUNCTION public.{function} TO "{name}"'


def held() -> set[Privilege]:
    """The privileges of the connected database role on our tables, those of its groups included.

    Empty when the tables are not there. Raises DatabaseError.
    """
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(TABLES)])
        return {Privilege(*row) for row in cursor.fetchall()}


HELD = """
WITH mine AS (
    SELECT oid FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
), tables AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)
)
SELECT may, relname::text, attname::text FROM tables
JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS may
WHERE EXISTS (SELECT FROM mine WHERE has_column_privilege(mine.oid, tables.oid, attnum, may))
UNION ALL
SELECT may, relname::text, '*' FROM tables
CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS may
WHERE EXISTS (SELECT FROM mine WHERE has_table_privilege(mine.oid, tables.oid, may))
"""


def _parts(table: str, words: str) -> Iterator[tuple[str, list[str]]]:
    """Each privilege with its columns; an empty list stands for the whole table."""
    for word in words.split():
        privilege, _, which = word.rstrip(")").partition("(")
        yield privilege, COLUMNS[which](table) if which else []


def _plain(table: str) -> list[str]:
    sealed = classification.SEALED.get(_model(table).__name__, frozenset())
    return [column for column in _columns(table) if column not in sealed]


def _work(table: str) -> list[str]:
    return [column for column in _columns(table) if column not in REQUEST_ORIGIN]


def _columns(table: str) -> list[str]:
    return [field.column for field in _model(table)._meta.local_concrete_fields if field.column]


def _model(table: str) -> type[Model]:
    (model,) = (
        each for each in apps.get_app_config("intake").get_models() if each._meta.db_table == table
    )
    return model


COLUMNS: dict[str, Callable[[str], list[str]]] = {
    "plain": _plain,  # whatever is not sealed
    "work": _work,  # whatever does not say when and how a request came in
    "course": lambda _: ["state", "owner", "next_action", "next_due", "changes"],
    "sending": lambda _: ["due", "attempts", "last_error", "sent_at"],
}
