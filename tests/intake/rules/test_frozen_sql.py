"""Migrations hold frozen SQL, and what it made is what the code of today would make.

The tables and triggers of the code are made once more, in a schema of their own, and Postgres
describes both. A difference means that a migration is missing.
"""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from intake.rules import triggers
from intake.rules.states import TRANSITIONS
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db

DESCRIBED = """
SELECT 'column ' || relname || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity,
              pg_get_expr(adbin, adrelid))
FROM ours JOIN pg_attribute ON attrelid = ours.oid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
FROM ours JOIN pg_constraint ON conrelid = ours.oid
UNION ALL
SELECT 'index ' || relname || '.' || indexrelid::regclass, pg_get_indexdef(indexrelid)
FROM ours JOIN pg_index ON indrelid = ours.oid
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname, pg_get_triggerdef(pg_trigger.oid)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
"""
OURS = """
WITH ours AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND starts_with(relname, 'intake_')
    AND relkind = 'r'
)
"""


def described(schema: str) -> dict[str, str]:
    """Everything that Postgres has of the app in a schema, by kind and name."""
    sql(f"SET LOCAL search_path TO {schema}")
    found = sql(OURS + DESCRIBED)
    sql("SET LOCAL search_path TO public")
    return {name: text.replace(f"{schema}.", "") for name, text in found}


def made_by_the_code() -> dict[str, str]:
    """What models, constraints and triggers of the code describe."""
    sql("CREATE SCHEMA fresh")
    sql("SET LOCAL search_path TO fresh")
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("intake").get_models():
            editor.create_model(model)
    with connection.cursor() as cursor:
        for statement in triggers.install():
            cursor.execute(statement)
    return described("fresh")


def differences() -> dict[str, tuple[str | None, str | None]]:
    """What is not the same: (as migrated, as the code would make it)."""
    migrated, wanted = described("public"), made_by_the_code()
    return {
        name: (migrated.get(name), wanted.get(name))
        for name in sorted(migrated.keys() | wanted.keys())
        if migrated.get(name) != wanted.get(name)
    }


def test_migrations_made_what_the_code_would_make() -> None:
    assert differences() == {}


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ("ALTER TABLE intake_request ADD extra int", "column intake_request.extra"),
        ("ALTER TABLE intake_attempt ALTER by DROP NOT NULL", "column intake_attempt.by"),
        (
            "ALTER TABLE intake_request DROP CONSTRAINT request_windows_known",
            "constraint intake_request.request_windows_known",
        ),
        (
            "ALTER TABLE intake_request DROP CONSTRAINT request_windows_known,"
            " ADD CONSTRAINT request_windows_known CHECK (windows <= 64)",
            "constraint intake_request.request_windows_known",
        ),
        ("DROP INDEX request_queue", "index intake_request.request_queue"),
        (
            "DROP TRIGGER sealed_fixed ON intake_keywrap",
            "trigger intake_keywrap.sealed_fixed",
        ),
        (
            "CREATE OR REPLACE TRIGGER ledger_fixed BEFORE UPDATE ON intake_ledgerentry"
            " FOR EACH ROW EXECUTE FUNCTION ledger_fixed()",
            "trigger intake_ledgerentry.ledger_fixed",
        ),
        ("ALTER FUNCTION submission_revises SECURITY INVOKER", "function submission_revises"),
        ("ALTER FUNCTION ledger_appends RESET search_path", "function ledger_appends"),
        (
            "CREATE FUNCTION left_over() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "function left_over",
        ),
    ],
)
def test_every_kind_of_difference_is_seen(change: str, differs: str) -> None:
    sql(change)

    assert list(differences()) == [differs]


def test_step_that_no_migration_knows_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "TRANSITIONS", TRANSITIONS[:-1])

    assert list(differences()) == ["function request_steps"]


def test_migration_can_be_taken_back_and_leaves_nothing() -> None:
    MigrationExecutor(connection).migrate([("intake", None)])

    assert described("public") == {}
