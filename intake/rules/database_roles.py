"""Who may do what in the database: each process has a role that can do its work and no more.

owner    runs `migrate` and `create_roles`; no serving process has its password
site     takes requests in: inserts them, and reads none
desk     reads and works requests, and adds to the ledger
worker   sends notices and purges; reads no sealed column

`TABLES` is the whole table. A table without a row in it belongs to nobody but the owner, and a
test fails. `manage.py create_roles` makes the database equal to it; `startup` refuses a process
whose role can do more.
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


class Role(StrEnum):
    """A process that serves; its role in the database is named `<prefix>_<role>`."""

    SITE = "site"
    DESK = "desk"
    WORKER = "worker"


class Access(NamedTuple):
    """Privileges of each role on one table; "UPDATE(work)" is for a set of `COLUMNS`."""

    site: str = ""
    desk: str = ""
    worker: str = ""


class Privilege(NamedTuple):
    """One thing that a role may do."""

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
EXECUTE: dict[str, tuple[Role, ...]] = {"ledger_hash": (Role.DESK, Role.WORKER)}


def wanted(role: Role) -> set[Privilege]:
    """Everything that the role may do."""
    return {
        Privilege(privilege, table, column)
        for table, access in TABLES.items()
        for privilege, columns in _parts(table, getattr(access, role))
        for column in columns or [EVERY]
    }


def beyond(held: Iterable[Privilege], role: Role) -> list[Privilege]:
    """What of it the role may not do; reading requests comes first."""
    may = wanted(role)
    more = {each for each in held if not {each, each._replace(column=EVERY)} & may}
    return sorted(more, key=lambda each: (each[:2] != ("SELECT", "intake_request"), each))


def grants(role: Role, name: str, present: Iterable[str]) -> Iterator[str]:
    """The GRANT statements for a role of that name, for those tables that are there."""
    for table in sorted(TABLES.keys() & set(present)):
        for privilege, columns in _parts(table, getattr(TABLES[table], role)):
            only = f" ({', '.join(columns)})" if columns else ""
            yield f'GRANT {privilege}{only} ON TABLE public.{table} TO "{name}"'
    for function, callers in EXECUTE.items():
        if role in callers:
            yield f'GRANT EXECUTE ON FUNCTION public.{function} TO "{name}"'


def held() -> set[Privilege]:
    """What the connected role may do with our tables, by itself or as a member of others.

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
    """Each privilege with its columns; none for the whole table."""
    for word in words.split():
        privilege, _, which = word.rstrip(")").partition("(")
        yield privilege, COLUMNS[which](table) if which else []


def _plain(table: str) -> list[str]:
    sealed = classification.SEALED.get(_model(table).__name__, frozenset())
    return [column for column in _columns(table) if column not in sealed]


def _work(table: str) -> list[str]:
    return [column for column in _columns(table) if column not in REQUEST_ORIGIN]


def _columns(table: str) -> list[str]:
    return [field.column for field in _model(table)._meta.local_concrete_fields]


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
