"""The login roles of site, desk and worker, made equal to `roles`. Runs as the owner.

One transaction: a process that is serving meanwhile never finds a right gone that it keeps. The
server is only ever sent a password's SCRAM verifier, so that no log of it can show the password.
"""

from collections.abc import Iterator, Mapping

from django.db import connection, transaction
from psycopg2.extensions import encrypt_password

from intake.rules import database_roles
from intake.rules.database_roles import Role

LOCK = 5_404_101_169  # any constant: one run at a time
# A visitor behind a lock gets the 503 page with the text kept, while there is still patience.
LIMITS = {Role.SITE: {"statement_timeout": 3000, "lock_timeout": 2000}}  # milliseconds
TOO_MUCH = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class AccountError(Exception):
    """A role cannot be made what it has to be. One line."""


def role_name(prefix: str, role: Role) -> str:
    """`clinic_site`, for example. Raises AccountError when the prefix is no plain word."""
    if not prefix.isidentifier() or not prefix.isascii() or prefix != prefix.lower():
        raise AccountError(f'The prefix "{prefix}" is not a word of a-z, 0-9 and _.')
    return f"{prefix}_{role}"


def create(prefix: str, passwords: Mapping[Role, str]) -> set[str]:
    """Make the three roles, or make them right; returns the tables that no role has a row for.

    A role without a password here keeps the one that it has. Raises AccountError and DatabaseError.
    """
    names = {role: role_name(prefix, role) for role in Role}
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
    """Such a role was made by somebody else for something else."""
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


def _close(present: set[str], names: Mapping[Role, str]) -> Iterator[str]:
    """Take away what everybody has by default, and what these roles had before."""
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
    """Ours, with their arguments; those of extensions have another owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = current_user::regrole"
            " AND pronamespace = 'public'::regnamespace"
        )
        return [name for (name,) in cursor.fetchall()]


def _grants(present: set[str], names: Mapping[Role, str]) -> Iterator[str]:
    for role, name in names.items():
        yield from database_roles.grants(role, name, present)


def _limits(names: Mapping[Role, str]) -> Iterator[str]:
    """How long a statement may take, from the role's next connection on."""
    for role, limits in LIMITS.items():
        for setting, value in limits.items():
            yield f'ALTER ROLE "{names[role]}" SET {setting} TO {value}'
