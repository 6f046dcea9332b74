"""What each role of the database can do: exactly what is in the table, tried and looked up."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from intake.desk.record.opening import open_record
from intake.desk.steps import transitions
from intake.desk.steps.attempts import Tried, record_attempt
from intake.figures import weekly_counts
from intake.models import KeyWrap, OutboxMessage, Request, StaffText, Tombstone
from intake.rules import classification, database_accounts, database_roles
from intake.rules.database_roles import EVERY, DatabaseRole, Privilege
from intake.rules.states import State
from intake.seal.answers import Channel
from intake.store import ledger
from intake.worker import retention, sending
from tests.intake import rows
from tests.intake.rows import NOW, sql
from tests.plugin.processes import PREFIX, Deployment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]

SEALED = [
    (apps.get_model("intake", model)._meta.db_table, column)
    for model, columns in classification.SEALED.items()
    for column in sorted(columns)
]
TABLES_OF_REQUESTS = (
    "intake_request",
    "intake_submission",
    "intake_keywrap",
    "intake_outboxmessage",
    "intake_stafftext",
    "intake_ledgerentry",
    "intake_tombstone",
    "auth_user",
)
READING = {
    "SELECT": "SELECT 1 FROM {table}",
    "SELECT of a column": "SELECT ctid FROM {table}",
    "SELECT FOR UPDATE": "SELECT FROM {table} FOR UPDATE",
    "COPY out": "COPY {table} TO STDOUT",
    "COPY of a query": "COPY (SELECT * FROM {table}) TO STDOUT",
    "UPDATE": "UPDATE {table} SET {column} = NULL",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
    "LOCK": "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
    "a view": "CREATE VIEW peek AS SELECT * FROM {table}",
    "a table": "CREATE TABLE peek (LIKE {table})",
    "a temporary table": "CREATE TEMPORARY TABLE peek AS SELECT * FROM {table}",
    "a trigger": "CREATE TRIGGER peek BEFORE INSERT ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION request_arrives()",
    "ALTER": "ALTER TABLE {table} DISABLE TRIGGER ALL",
}
OURS = "'public'::regnamespace"


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """The rest of the test's transaction under that role."""
    sql(f"SET LOCAL ROLE {PREFIX}_{role}")
    yield
    sql("RESET ROLE")


def refuses(statement: str, *values: Any) -> None:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *values)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg2.errors.InsufficientPrivilege), refusal.value


# The table and the database are equal.


@pytest.mark.parametrize("role", DatabaseRole)
def test_grants_are_the_table(role: DatabaseRole) -> None:
    """Looked up in the standard's own views, which share no code with ours."""
    per_column = sql(
        "SELECT privilege_type, table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = %s",
        f"{PREFIX}_{role}",
    )
    per_table = sql(
        "SELECT privilege_type, table_name FROM information_schema.table_privileges"
        " WHERE grantee = %s",
        f"{PREFIX}_{role}",
    )
    found = {Privilege(*each) for each in per_column} | {Privilege(*each) for each in per_table}
    whole = {each for each in found if each.column == EVERY}
    in_part = {each for each in found if each._replace(column=EVERY) not in whole}

    assert whole | in_part == database_roles.wanted(role)


def test_the_site_may_do_these_six_things() -> None:
    may = {(each.privilege, each.table) for each in database_roles.wanted(DatabaseRole.SITE)}

    assert may == {
        ("INSERT", "intake_request"),
        ("INSERT", "intake_submission"),
        ("INSERT", "intake_keywrap"),
        ("INSERT", "intake_outboxmessage"),
        ("SELECT", "django_migrations"),
    }


def test_every_table_has_its_row() -> None:
    missing = set(connection.introspection.table_names()) - database_roles.TABLES.keys()

    assert missing == set(), "say in intake/rules/database_roles.py who may use it"


def test_no_row_is_left_of_a_table_that_is_gone() -> None:
    assert database_roles.TABLES.keys() - set(connection.introspection.table_names()) == set()


def test_everybody_may_nothing() -> None:
    for_all = sql(
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
    )
    routines = sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
    )

    assert (for_all, routines) == ([], [])


@pytest.mark.parametrize("role", DatabaseRole)
def test_no_role_makes_anything(role: DatabaseRole) -> None:
    name = f"{PREFIX}_{role}"

    ((create, temporary, on_database, connect),) = sql(
        "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
        " has_database_privilege(%s, current_database(), 'TEMP'),"
        " has_database_privilege(%s, current_database(), 'CREATE'),"
        " has_database_privilege(%s, current_database(), 'CONNECT')",
        *[name] * 4,
    )
    sequences = sql(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
        " AND CASE WHEN relkind = 'S'"
        " THEN has_sequence_privilege(%s, oid, 'USAGE, SELECT, UPDATE') END",
        name,
    )
    assert (create, temporary, on_database, connect) == (False, False, False, True)
    assert sequences == []


@pytest.mark.parametrize("role", DatabaseRole)
def test_functions_are_called_by_whom_they_are_for(role: DatabaseRole) -> None:
    callable_ones = sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(%s, oid, 'EXECUTE')",
        f"{PREFIX}_{role}",
    )

    expected = {name for name, callers in database_roles.EXECUTE.items() if role in callers}
    assert {name for (name,) in callable_ones} == expected


def test_functions_with_the_owners_rights_are_the_owners_and_keep_their_path() -> None:
    loose = sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND (proowner <> current_user::regrole"
        " OR proconfig IS DISTINCT FROM ARRAY['search_path=public, pg_temp'])"
    )

    assert loose == []


# The site.


@pytest.mark.parametrize("table", TABLES_OF_REQUESTS)
@pytest.mark.parametrize("way", READING)
def test_site_reads_and_changes_nothing(way: str, table: str) -> None:
    with acting_as("site"):
        refuses(READING[way].format(table=table, column=_a_column(table)))


def test_site_gets_nothing_back_from_its_inserts() -> None:
    values = "SELECT gen_random_uuid(), 'request', now(), now(), 0, ''"
    insert = (
        "INSERT INTO intake_outboxmessage (id, kind, created, due, attempts, last_error) " + values
    )
    with acting_as("site"):
        refuses(f"{insert} RETURNING id")
        refuses(f"{insert} ON CONFLICT (id) DO NOTHING")
        refuses(f"{insert} ON CONFLICT (id) DO UPDATE SET attempts = 9")
        sql(f"{insert} ON CONFLICT DO NOTHING")


def test_site_takes_requests_in_and_revises_them() -> None:
    nonce = secrets.token_bytes(16)

    with acting_as("site"):
        for message in ("Hello", "Hello", "Hello again"):
            rows.receive(rows.answers(message=message), nonce=nonce)

    request = Request.objects.get()
    assert [each.revision for each in request.submissions.newest_first()] == [2, 1]
    assert KeyWrap.objects.count() == 4


def test_site_sees_that_the_database_is_migrated(client: Any) -> None:
    with acting_as("site"):
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("state", sorted(set(State) - {State.NEW, State.QUARANTINED}))
def test_site_makes_no_request_but_new_ones(state: State) -> None:
    columns = {"id": uuid4(), "state": str(state), "received": rows.MINUTE, "owner": ""}
    insert = f"INSERT INTO intake_request ({', '.join(columns)}) VALUES (%s, %s, %s, %s)"

    with acting_as("site"), pytest.raises(DatabaseError, match="arrives"), transaction.atomic():
        sql(insert, *columns.values())


# The desk.


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create_user("ana", is_staff=True)


def test_desk_opens_and_works_a_request(coordinator: User) -> None:
    row = rows.request(sent=rows.answers(message="Hello"))
    with acting_as("desk"):
        opened = open_record(row, by="ana", now=NOW)
        transitions.write_note(row, "A note", by="ana", now=NOW)
        transitions.take_step(row.id, State.CLAIMED, seen=0, user=coordinator, now=NOW)
        tried = Tried(Channel.PHONE, "no_answer", words="Because")
        record_attempt(row.id, tried, seen=1, user=coordinator, now=NOW)

        (form,) = opened.revisions
        assert form.answers and form.answers.message == "Hello"
        assert StaffText.objects.count() == 2
        assert ledger.verify() is None

    row.refresh_from_db()
    assert (row.state, row.owner, row.attempts) == (State.TRYING, "ana", 1)


def test_desk_rescues_from_quarantine_and_tells(coordinator: User) -> None:
    row = rows.request(quarantined=True)

    with acting_as("desk"):
        transitions.take_step(row.id, State.NEW, seen=0, user=coordinator, now=NOW)

    assert row.notices.count() == 2


def test_desk_takes_a_request_by_telephone() -> None:
    with acting_as("desk"):
        rows.receive()

    assert Request.objects.count() == 1


def test_desk_keeps_accounts(coordinator: User) -> None:
    with acting_as("desk"):
        group = Group.objects.create(name="night shift")
        coordinator.groups.add(group)
        coordinator.set_password("a long enough password")
        coordinator.save()
        User.objects.create_user("eve").delete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intake_ledgerentry SET by = 'eve'",
        "DELETE FROM intake_ledgerentry",
        "TRUNCATE intake_ledgerentry",
        "ALTER TABLE intake_ledgerentry DISABLE TRIGGER ALL",
        "UPDATE intake_submission SET ciphertext = ''",
        "UPDATE intake_submission SET windows = 63",
        "UPDATE intake_stafftext SET ciphertext = ''",
        "UPDATE intake_keywrap SET wrapped = ''",
        "DELETE FROM intake_submission",
        "DELETE FROM intake_stafftext",
        "DELETE FROM intake_request",
        "TRUNCATE intake_request CASCADE",
        "UPDATE intake_request SET received = now()",
        "UPDATE intake_request SET suite = 'x25519-sha256-aes256gcm'",
        "UPDATE intake_outboxmessage SET sent_at = now()",
        "DELETE FROM intake_outboxmessage",
        "INSERT INTO intake_tombstone (month) VALUES (now())",
        "DELETE FROM django_migrations",
        "INSERT INTO auth_permission (name) VALUES ('')",
        "CREATE FUNCTION ledger_hash() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMPORARY TABLE intake_request (id uuid)",
    ],
)
def test_desk_is_refused(statement: str) -> None:
    with acting_as("desk"):
        refuses(statement)


def test_desk_never_takes_the_last_wrap() -> None:
    rows.request()
    with (
        acting_as("desk"),
        pytest.raises(DatabaseError, match="the last wrap of a text"),
        transaction.atomic(),
    ):
        sql("DELETE FROM intake_keywrap")


# The worker.


@pytest.mark.parametrize(("table", "column"), SEALED)
def test_worker_reads_no_sealed_column(table: str, column: str) -> None:
    with acting_as("worker"):
        refuses(f"SELECT {column} FROM {table}")
        refuses(f"SELECT * FROM {table}")
        refuses(f"SELECT {table} FROM {table}")
        refuses(f"COPY {table} ({column}) TO STDOUT")
        refuses(f"DELETE FROM {table} RETURNING {column}")
        sql(f"SELECT id FROM {table}")


def test_worker_sends_and_marks(smtp_server: Any) -> None:
    row = rows.request()
    with acting_as("worker"):
        assert sending.send_due(lambda: NOW) == 1

    assert row.notices.get().sent_at is not None
    assert len(smtp_server.messages) == 1


def test_worker_writes_and_verifies_the_ledger() -> None:
    with acting_as("worker"):
        ledger.record("looked", by=ledger.WORKER)

        assert ledger.last_time("looked")
        assert ledger.verify() is None


def test_worker_purges_what_is_closed_and_no_other() -> None:
    row, other = rows.request_in(State.WITHDRAWN), rows.request()
    rows.staff_text(row)
    with acting_as("worker"):
        assert [each.request for each in retention.purge(NOW + timedelta(days=9999))] == [row]
        with pytest.raises(DatabaseError, match="purged"), transaction.atomic():
            sql("DELETE FROM intake_submission WHERE request_id = %s", other.id)

    assert Request.objects.get() == other
    assert Tombstone.objects.get().final_state == State.WITHDRAWN


def test_worker_counts_a_week_again_and_again() -> None:
    rows.request()
    with acting_as("worker"):
        for _ in range(2):
            assert weekly_counts.write(NOW + timedelta(days=7))


def test_worker_does_its_duties(smtp_server: Any) -> None:
    rows.request(quarantined=True)
    with acting_as("worker"):
        call_command("work", once=True)

    assert OutboxMessage.objects.filter(kind=OutboxMessage.Kind.ESCALATION).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intake_ledgerentry SET by = 'eve'",
        "DELETE FROM intake_ledgerentry",
        "UPDATE intake_request SET windows = 63",
        "UPDATE intake_request SET received = now()",
        "INSERT INTO intake_request (id) VALUES (gen_random_uuid())",
        "UPDATE intake_outboxmessage SET request_id = NULL",
        "UPDATE intake_submission SET ciphertext = ''",
        "DELETE FROM intake_tombstone",
        "SELECT 1 FROM auth_user",
        "SELECT 1 FROM django_session",
    ],
)
def test_worker_is_refused(statement: str) -> None:
    with acting_as("worker"):
        refuses(statement)


# The command.


def create(**options: Any) -> None:
    call_command("create_roles", prefix=PREFIX, **options)


def test_create_roles_changes_nothing_the_second_time(capsys: Any) -> None:
    before = _access_lists()

    create()

    assert _access_lists() == before
    assert capsys.readouterr().out.count("password as it was") == 3


def test_create_roles_takes_back_what_was_given_besides() -> None:
    before = _access_lists()
    sql(f"GRANT SELECT (ciphertext), UPDATE ON intake_submission TO {PREFIX}_site")
    sql("GRANT SELECT ON intake_request TO PUBLIC")
    sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {PREFIX}_site")
    sql(f"GRANT CREATE ON SCHEMA public TO {PREFIX}_site")
    sql("GRANT EXECUTE ON FUNCTION request_arrives TO PUBLIC")
    assert _access_lists() != before

    create()

    assert _access_lists() == before


def test_visitor_does_not_wait_for_a_lock_for_long() -> None:
    sql(f"ALTER ROLE {PREFIX}_site RESET ALL")

    create()

    found = sql("SELECT rolconfig FROM pg_roles WHERE rolname = %s", f"{PREFIX}_site")
    assert sorted(found[0][0]) == ["lock_timeout=2000", "statement_timeout=3000"]


def test_new_function_is_closed_to_everybody() -> None:
    sql("CREATE FUNCTION newer() RETURNS int LANGUAGE sql AS 'SELECT 1'")

    with acting_as("site"):
        refuses("SELECT public.newer()")


def test_passwords_never_leave_for_the_server(monkeypatch: Any, capsys: Any) -> None:
    word = "mallow-" + secrets.token_hex(8)
    for role in DatabaseRole:
        monkeypatch.setenv(f"DATABASE_PASSWORD_{role.upper()}", word)

    with CaptureQueriesContext(connection) as queries:
        create()

    sent = "".join(each["sql"] for each in queries)
    assert sent.count("PASSWORD 'SCRAM-SHA-256$") == 3
    assert "mallow" not in sent
    assert "mallow" not in "".join(capsys.readouterr())
    verifiers = sql("SELECT rolpassword FROM pg_authid WHERE rolname LIKE %s", f"{PREFIX}_%")
    assert len({verifier for (verifier,) in verifiers}) == 3
    assert all(verifier.startswith("SCRAM-SHA-256$4096:") for (verifier,) in verifiers)


def test_an_unknown_table_is_named_and_belongs_to_nobody(capsys: Any) -> None:
    sql("CREATE TABLE newcomer (id int)")
    sql("GRANT SELECT ON newcomer TO PUBLIC")

    create()

    assert "newcomer: not in database_roles.TABLES" in capsys.readouterr().err
    with acting_as("desk"):
        refuses("SELECT FROM newcomer")


@pytest.mark.parametrize(
    "too_much",
    [
        "ALTER ROLE {name} SUPERUSER",
        "ALTER ROLE {name} REPLICATION",
        "GRANT pg_read_all_data TO {name}",
    ],
)
def test_a_role_that_may_too_much_is_refused(too_much: str) -> None:
    sql(too_much.format(name=f"{PREFIX}_site"))

    with pytest.raises(CommandError, match=f"{PREFIX}_site is there and may do more"):
        create()


@pytest.mark.parametrize("prefix", ["", "clinic; DROP", 'a"b', "Clinic", "ä"])
def test_a_prefix_that_is_no_word_is_refused(prefix: str) -> None:
    with pytest.raises(CommandError, match="is not a word"):
        call_command("create_roles", prefix=prefix)


def test_another_prefix_makes_other_roles() -> None:
    call_command("create_roles", prefix="elsewhere")

    names = sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'elsewhere%%' AND rolcanlogin")
    assert {name for (name,) in names} == {
        database_accounts.role_name("elsewhere", role) for role in DatabaseRole
    }


def test_each_role_signs_in_as_itself(deployment: Deployment) -> None:
    for role in DatabaseRole:
        with closing(psycopg2.connect(deployment.url(role))) as own, own.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (f"{PREFIX}_{role}",)


def _a_column(table: str) -> str:
    ((name,),) = sql(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", table
    )
    return str(name)


def _access_lists() -> list[Any]:
    """Every right in the database, as Postgres keeps it."""
    return [
        sorted(map(str, sql(query)))
        for query in (
            f"SELECT relname, unnest(relacl) FROM pg_class WHERE relnamespace = {OURS}",
            "SELECT attrelid::regclass, attname, unnest(attacl) FROM pg_attribute WHERE attnum > 0",
            f"SELECT proname, unnest(proacl) FROM pg_proc WHERE pronamespace = {OURS}",
            "SELECT unnest(nspacl) FROM pg_namespace WHERE nspname = 'public'",
            "SELECT unnest(datacl) FROM pg_database WHERE datname = current_database()",
        )
    ]
