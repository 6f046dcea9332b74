"""Make the database roles of site, desk and worker equal to `database_roles`. Runs as the owner.

All in one transaction, so that a process that is serving meanwhile never misses a privilege that
it keeps. Of a password the server is sent its SCRAM verifier (RFC 5802) only, so that no log of
statements can show it.
"""

from collections.abc import Iterator, Mapping

from django.db import connection, transaction
from psycopg2.extensions import encrypt_password

from intake.rules import database_roles
from intake.rules.database_roles import DatabaseRole

LOCK = 5_404_101_169  # any constant: one run at a time
# Milliseconds. A visitor whose request waits for a lock gets the 503 page, with the text kept,
# before they give up.
LIMITS = {DatabaseRole.SITE: {"statement_timeout": 3000, "lock_timeout": 2000}}
TOO_MUCH = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class AccountError(Exception):
    """A database role cannot be made what it has to be; the text is one line for a person."""


def role_name(prefix: str, role: DatabaseRole) -> str:
    """The name of the role in the database, such as `clinic_site`.

    Raises AccountError when the prefix is not a word of a-z, 0-9 and _.
    """
    if not prefix.isidentifier() or not prefix.isascii() or prefix != prefix.lower():
        raise AccountError(f'The prefix "{prefix}" is not a word of a-z, 0-9 and _.')
    return f"{prefix}_{role}"


def create(prefix: str, passwords: Mapping[DatabaseRole, str]) -> set[str]:
    """Make the three database roles, or correct them.

    A role without a password here keeps the one that it has. Returns the tables that
    `database_roles` does not name. Raises AccountError and DatabaseError.
    """
    names = {role: role_name(prefix, role) for role in DatabaseRole}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        present = set(connection.introspection.table_names(cursor))
        for role, name in names.items():
            _create(name, passwords.get(role, ""))
        for statement in (*_close(present, names), *_grants(present, names), *_limits(names)):
            cursor.execute(statement)
    return present - database_roles.TABLES.keys()


def _create(name: str, password: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
        if not cursor.rowcount:
            cursor.execute(f'CREATE ROLE "{name}" LOGIN')
        _refuse_too_much(name)
        if password:
            cursor.execute(f'ALTER ROLE "{name}" LOGIN PASSWORD %s', [_verifier(name, password)])


def _refuse_too_much(name: str) -> None:
    """Refuse a role with powers over the server: somebody made it for something else."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(TOO_MUCH)} FROM pg_roles WHERE rolname = %s", [name])  # noqa: S608
        ((too_much,),) = cursor.fetchall()
        cursor.execute("SELECT FROM pg_auth_members WHERE member = %s::regrole", [f'"{name}"'])
        member = cursor.rowcount > 0
    if too_much or member:
        raise AccountError(
            f"The role {name} is there and may do more than a process should: "
            "drop it, or choose another --prefix."
        )


def _verifier(name: str, password: str) -> str:
    connection.ensure_connection()
    return encrypt_password(password, name, connection.connection, "scram-sha-256")


def _close(present: set[str], names: Mapping[DatabaseRole, str]) -> Iterator[str]:
    """Statements that take away what everybody has by default, and what the roles had before."""
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    everybody = ", ".join(("PUBLIC", *(f'"{name}"' for name in names.values())))
    yield f"REVOKE ALL ON DATABASE {database} FROM {everybody}"
    yield f"REVOKE ALL ON SCHEMA public FROM {everybody}"
    for table in sorted(present):
        yield f'REVOKE ALL ON TABLE public."{table}" FROM {everybody}'
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everybody}"
    for routine in _routines():
        yield f"REVOKE ALL ON ROUTINE {routine} FROM {everybody}"
    yield "ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC"
    for name in names.values():
        yield f'GRANT CONNECT ON DATABASE {database} TO "{name}"'
        yield f'GRANT USAGE ON SCHEMA public TO "{name}"'


def _routines() -> list[str]:
    """Our own functions with their arguments; those of extensions have another owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = current_user::regrole"
            " AND pronamespace = 'public'::regnamespace"
        )
        return [name for (name,) in cursor.fetchall()]


def _grants(present: set[str], names: Mapping[DatabaseRole, str]) -> Iterator[str]:
    for role, name in names.items():
        yield from database_roles.grants(role, name, present)


def _limits(names: Mapping[DatabaseRole, str]) -> Iterator[str]:
    """Statements that limit how long a statement may take, from the next connection on."""
    for role, limits in LIMITS.items():
        for setting, value in limits.items():
            yield f'ALTER ROLE "{names[role]}" SET {setting} TO {value}'
