"""What a process must be before it takes requests: asked once, and told in one line."""

import json
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from clinic_site.tryout import child_processes, embedded_postgres, run
from intake import startup
from intake.rules.database_roles import DatabaseRole
from intake.seal import keys
from intake.seal.keys import Purpose
from intake.seal.sealing import Suite
from intake.startup import Gate, NotAdmitted, Standing
from tests.intake.rows import sql
from tests.plugin import live_site, processes, visitor
from tests.plugin.processes import PREFIX, PRODUCTION, Deployment, Server
from tests.plugin.waiting import PATIENCE, until

SITE = f"{PREFIX}_site"

# The state machine.


class Judge:
    """Answers in turn; a DatabaseError is raised."""

    def __init__(self, *answers: str | DatabaseError | None) -> None:
        self.answers = list(answers)

    def __call__(self) -> str | None:
        answer = self.answers.pop(0)
        if isinstance(answer, DatabaseError):
            raise answer
        return answer


def gate_of(*answers: Any) -> tuple[Gate, list[str]]:
    said: list[str] = []
    return Gate(Judge(*answers), end=said.append), said


def test_good_answer_is_final() -> None:
    gate, said = gate_of(None)

    gate.admit()
    gate.admit()

    assert (gate.standing, said) == (Standing.GOOD, [])


def test_bad_answer_is_final_and_said_once() -> None:
    gate, said = gate_of("a fault")

    for _ in range(3):
        with pytest.raises(NotAdmitted):
            gate.admit()

    assert (gate.standing, said) == (Standing.BAD, ["a fault"])


def test_unknown_admits_nobody_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    gate, said = gate_of(OperationalError("quotes a host"), OperationalError(), None)

    for _ in range(2):
        with pytest.raises(NotAdmitted):
            gate.admit()
    assert (gate.standing, said) == (Standing.UNKNOWN, [])

    gate.admit()
    assert gate.standing is Standing.GOOD
    assert "quotes" not in caplog.text


def test_unknown_may_turn_out_bad() -> None:
    gate, said = gate_of(OperationalError(), "a fault")

    standings = [gate.ask(), gate.ask()]

    assert standings == [Standing.UNKNOWN, Standing.BAD]
    assert said == ["a fault"]


def test_threads_do_not_wait_for_each_other_and_the_first_answer_stays() -> None:
    asked, answers = threading.Barrier(4, timeout=10), iter([None, "late", "later", "last"])
    said: list[str] = []

    def judge() -> str | None:
        asked.wait()  # passes only when four threads ask at once
        with lock:
            return next(answers)

    lock = threading.Lock()
    gate = Gate(judge, end=said.append)
    threads = [threading.Thread(target=gate.ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(said) <= 1
    assert (gate.standing is Standing.BAD) == bool(said)


def test_development_has_no_rules(settings: Any, tmp_path: Path) -> None:
    settings.INTAKE_KEYS = tmp_path  # neither key nor database is looked at

    assert startup.fault() is None


@pytest.mark.django_db
def test_contact_form_is_handed_back_until_admitted(client: Any, monkeypatch: Any) -> None:
    from intake.models import Request

    monkeypatch.setattr(startup, "gate", gate_of(OperationalError(), None)[0])

    site = visitor.InProcess(client)
    refused = visitor.send(site, message="keep me")
    accepted = visitor.send(site, message="keep me")

    assert (refused.status, accepted.status) == (503, 303)
    assert "keep me" in refused.text
    assert Request.objects.count() == 1


@pytest.mark.django_db
def test_desk_is_closed_until_admitted_and_readers_pages_are_not(monkeypatch: Any) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(startup, "gate", gate_of(OperationalError(), None)[0])

    answers = [client.get(path).status_code for path in ("/", "/desk/login/", "/desk/login/")]

    assert answers == [200, 503, 200]


# `make run`.


@pytest.mark.django_db
def test_tryout_refuses_a_forgetful_database(monkeypatch: Any, tmp_path: Path) -> None:
    line = "PostgreSQL has fsync = off: a crash would lose requests"
    monkeypatch.setattr(startup, "durability_fault", lambda: line)

    with pytest.raises(run.TryoutError, match="fsync = off"):
        run._prepare(tmp_path)


@pytest.mark.django_db
def test_forgetful_settings_are_found_one_by_one() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = 'fsync' AND setting = 'off'")
        database_of_the_tests_is_forgetful = cursor.rowcount == 1

    assert bool(startup.durability_fault()) == database_of_the_tests_is_forgetful


# Faults, found in this process: one test for each.


@pytest.fixture
def as_site(deployment: Deployment, tmp_path: Path, settings: Any) -> Path:
    """This process is a site in production. Returns its folder of keys, to be spoiled."""
    settings.PRODUCTION = settings.SERVES_SITE = True
    settings.INTAKE_KEYS = Path(shutil.copytree(deployment.keys("site"), tmp_path / "keys"))
    settings.INTAKE_PINNED_KEYS = deployment.pins
    return Path(settings.INTAKE_KEYS)


@contextmanager
def connected_as(role: DatabaseRole) -> Iterator[None]:
    """With that database role for the rest of the test's transaction."""
    sql(f"SET LOCAL ROLE {PREFIX}_{role}")
    yield
    sql("RESET ROLE")


def test_keys_that_are_as_they_must_be(as_site: Path) -> None:
    assert startup.key_fault() is None


@pytest.mark.parametrize("name", ["{id}.private.json", "{id}.public.json", "backup/old.txt"])
def test_private_key_at_the_site(as_site: Path, deployment: Deployment, name: str) -> None:
    (private,) = deployment.keys("desk").glob("*.private.json")
    to = as_site / name.format(id=private.name.partition(".")[0])
    to.parent.mkdir(exist_ok=True)
    shutil.copy(private, to)

    assert startup.key_fault() == (
        f"INTAKE_KEYS: {to.name} holds a private key; the site must not be able to open"
    )


def test_one_process_for_both(as_site: Path, deployment: Deployment, settings: Any) -> None:
    settings.INTAKE_KEYS = deployment.keys("desk")

    assert "holds a private key" in str(startup.key_fault())


@pytest.mark.parametrize(
    ("development", "pinned", "complaint"),
    [
        (True, True, "made for development, refused in production"),
        (False, False, "not in INTAKE_PINNED_KEYS"),
    ],
    ids=["development", "swapped"],
)
def test_key_that_is_not_trusted(
    as_site: Path, settings: Any, development: bool, pinned: bool, complaint: str
) -> None:
    added = _add_key(as_site, development=development)
    settings.INTAKE_PINNED_KEYS = [*settings.INTAKE_PINNED_KEYS, *([added] if pinned else [])]

    assert startup.key_fault() == f"key {added}: {complaint}"


def test_no_pins(as_site: Path, settings: Any) -> None:
    settings.INTAKE_PINNED_KEYS = ()

    assert "not in INTAKE_PINNED_KEYS" in str(startup.key_fault())


def test_no_recovery_key(as_site: Path, deployment: Deployment) -> None:
    for path in deployment.keys("recovery").glob("*.public.json"):
        (as_site / path.name).unlink()

    assert "no recovery key" in str(startup.key_fault())


@pytest.mark.django_db
@pytest.mark.parametrize("role", DatabaseRole)
def test_role_that_may_what_it_must(deployment: Deployment, role: DatabaseRole) -> None:
    with connected_as(role):
        assert startup.role_fault(role) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "more", "named"),
    [
        ("site", "GRANT SELECT (state) ON intake_request TO {name}", "SELECT intake_request"),
        ("site", "GRANT SELECT ON intake_submission TO PUBLIC", "SELECT intake_submission"),
        ("site", "GRANT DELETE ON intake_outboxmessage TO {name}", "DELETE intake_outboxmessage"),
        ("site", "GRANT pg_read_all_data TO {name}", "SELECT"),
        (
            "site",
            "ALTER ROLE {name} NOINHERIT; GRANT {prefix}_desk TO {name}",
            "SELECT intake_request",
        ),
        ("desk", "GRANT UPDATE ON intake_ledgerentry TO {name}", "UPDATE intake_ledgerentry"),
        (
            "worker",
            "GRANT SELECT (ciphertext) ON intake_stafftext TO {name}",
            "SELECT intake_stafftext",
        ),
    ],
    ids=["column", "everybody", "delete", "all data", "desk by membership", "desk", "worker"],
)
def test_role_that_may_too_much(deployment: Deployment, role: str, more: str, named: str) -> None:
    own = DatabaseRole(role)
    for statement in more.format(name=f"{PREFIX}_{role}", prefix=PREFIX).split(";"):
        sql(statement)

    with connected_as(own):
        fault = str(startup.role_fault(own))

    assert fault.startswith(f"DATABASE_URL: its role may {named}")
    assert f"which the {role} must not" in fault


@pytest.mark.django_db
@pytest.mark.parametrize("role", DatabaseRole)
def test_owner_of_the_database_may_too_much(deployment: Deployment, role: DatabaseRole) -> None:
    fault = str(startup.role_fault(role))

    assert ("SELECT intake_request" in fault) == (role is DatabaseRole.SITE)
    assert "create_roles" in fault


@pytest.mark.django_db
@pytest.mark.parametrize("other", [DatabaseRole.DESK, DatabaseRole.SITE])
def test_worker_with_the_role_of_another(deployment: Deployment, other: DatabaseRole) -> None:
    with connected_as(other):
        assert "which the worker must not" in str(startup.role_fault(DatabaseRole.WORKER))


@pytest.mark.parametrize("serves_site", [True, False])
def test_both_ask_whether_postgres_forgets(
    monkeypatch: pytest.MonkeyPatch, settings: Any, serves_site: bool
) -> None:
    settings.SERVES_SITE = serves_site
    monkeypatch.setattr(startup, "role_fault", lambda _: None)
    monkeypatch.setattr(startup, "durability_fault", lambda: "it forgets")

    assert startup.database_fault() == "it forgets"


# Real processes, in production, with a durable database of their own: one for each kind of fault.


@pytest.fixture(scope="module")
def production(
    tmp_path_factory: pytest.TempPathFactory, collect_compressed: None
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("production")
    with embedded_postgres.running(folder / "postgres", log=folder / "postgres.log") as url:
        processes.manage("migrate", "-v0", environment={"DATABASE_URL": url})
        yield processes.prepare(url, folder)


@contextmanager
def as_owner(production: Deployment, *statements: str, undo: str = "") -> Iterator[None]:
    with closing(psycopg2.connect(production.owner_url)) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            try:
                for statement in statements:
                    cursor.execute(statement)
                yield
            finally:
                for statement in filter(None, undo.split(";")):
                    cursor.execute(statement)


def setting_of(production: Deployment, name: str) -> str:
    """As a session sees it that begins now."""
    with closing(psycopg2.connect(production.owner_url)) as owner, owner.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        ((value,),) = cursor.fetchall()
        return str(value)


@contextmanager
def started(production: Deployment, role: str = "site", **environment: str) -> Iterator[Server]:
    server = processes.start(production, role, environment=PRODUCTION | environment)
    try:
        yield server
    finally:
        child_processes.stop(server.process, signal.SIGTERM)


def the_one_line(server: Server) -> str:
    """What a process that ended by itself said. Everything else in its log is coming and going."""
    assert server.process.wait(PATIENCE) != 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    (line,) = [each for each in lines if each["level"] not in ("info", "warning")]
    assert line["logger"] == "intake.startup"
    return str(line["event"])


def end_of(production: Deployment, role: str = "site", **environment: str) -> str:
    with started(production, role, **environment) as server:
        return the_one_line(server)


def test_site_that_is_as_it_must_be_takes_requests(production: Deployment) -> None:
    with started(production) as site:
        _wait(site)
        assert site.get().status == 200
        assert visitor.send(site).status == 303


def test_desk_that_is_as_it_must_be_answers(production: Deployment) -> None:
    with started(production, "desk") as desk:
        _wait(desk)
        assert desk.get("/readyz").status == 200


def test_site_with_a_private_key_ends(production: Deployment) -> None:
    line = end_of(production, INTAKE_KEYS=str(production.keys("desk")))

    assert "holds a private key; the site must not be able to open" in line


@pytest.mark.parametrize("role", ["site", "desk", "worker"])
def test_process_with_the_role_of_the_owner_ends(production: Deployment, role: str) -> None:
    line = end_of(production, role, DATABASE_URL=production.owner_url)

    assert line.startswith("DATABASE_URL: its role may ")
    assert f"which the {role} must not" in line


@pytest.mark.parametrize("name", startup.DURABLE)
def test_postgres_that_forgets(production: Deployment, name: str) -> None:
    undo = f"ALTER SYSTEM RESET {name}; SELECT pg_reload_conf()"
    before = setting_of(production, name)
    with as_owner(
        production, f"ALTER SYSTEM SET {name} = off", "SELECT pg_reload_conf()", undo=undo
    ):
        until(lambda: setting_of(production, name) == "off")
        line = end_of(production)
    until(lambda: setting_of(production, name) == before)

    assert line == f"PostgreSQL has {name} = off: a crash would lose requests"


def test_worker_that_is_as_it_must_be_works(production: Deployment) -> None:
    with started(production, "worker") as worker:
        until(lambda: "worker alive" in worker.log.read_text())
        worker.process.send_signal(signal.SIGTERM)

        assert worker.process.wait(PATIENCE) == 0


def test_worker_is_asked_again_when_the_database_comes_back(production: Deployment) -> None:
    role = f"{PREFIX}_worker"
    give = f"GRANT SELECT (ciphertext) ON intake_submission TO {role}"
    take = f"REVOKE SELECT (ciphertext) ON intake_submission FROM {role}"
    with (
        as_owner(production, f"ALTER ROLE {role} NOLOGIN", undo=f"ALTER ROLE {role} LOGIN"),
        started(production, "worker") as worker,
    ):
        until(lambda: "worker waits for the database" in worker.log.read_text())

        with as_owner(production, give, f"ALTER ROLE {role} LOGIN", undo=take):
            assert "its role may SELECT intake_submission" in the_one_line(worker)


@contextmanager
def without_database(
    production: Deployment, role: str = "site"
) -> Iterator[tuple[Server, Callable[..., Any]]]:
    """Its role cannot sign in, until the function is called; statements come before that."""
    account = f"ALTER ROLE {PREFIX}_{role}"
    with (
        as_owner(production, f"{account} NOLOGIN", undo=f"{account} LOGIN"),
        started(production, role) as server,
    ):
        _wait(server)

        def back(*statements: str, undo: str = "") -> Any:
            return as_owner(production, *statements, f"{account} LOGIN", undo=undo)

        yield server, back


def test_site_without_database_serves_pages_and_keeps_the_text(production: Deployment) -> None:
    with without_database(production) as (site, database_back):
        assert site.get().status == 200
        answer = visitor.send(site, message="keep these words")
        assert (answer.status, "keep these words" in answer.text) == (503, True)

        with database_back():
            assert visitor.send(site).status == 303


def test_bad_answer_found_later_ends_all_of_it(production: Deployment) -> None:
    with without_database(production) as (site, database_back):
        give, take = f"GRANT SELECT ON intake_request TO {SITE}", "REVOKE SELECT ON intake_request"
        with database_back(give, undo=f"{take} FROM {SITE}"):
            answer = visitor.send(site, message="keep these words")

            assert (answer.status, "keep these words" in answer.text) == (503, True)
            assert "its role may SELECT intake_request" in the_one_line(site)


def test_desk_without_database_opens_when_it_is_back(production: Deployment) -> None:
    with without_database(production, "desk") as (desk, database_back):
        assert desk.get("/desk/login/").status == 503

        with database_back():
            assert desk.get("/desk/login/").status == 200


def test_bad_answer_found_later_ends_the_desk(production: Deployment) -> None:
    role = f"{PREFIX}_desk"
    with without_database(production, "desk") as (desk, database_back):
        give, take = f"GRANT UPDATE ON intake_ledgerentry TO {role}", "REVOKE UPDATE ON"
        with database_back(give, undo=f"{take} intake_ledgerentry FROM {role}"):
            assert desk.get("/desk/login/").status == 503
            assert "its role may UPDATE intake_ledgerentry" in the_one_line(desk)


def test_database_before_migration_is_unknown(
    production: Deployment, tmp_path: Path, settings: Any
) -> None:
    empty = production.owner_url.rpartition("/")[0] + "/empty"
    with (
        as_owner(production, "CREATE DATABASE empty", undo="DROP DATABASE empty WITH (FORCE)"),
        started(production, DATABASE_URL=empty) as site,
    ):
        _wait(site)
        assert site.get().status == 200
        assert visitor.send(site).status == 503


def test_asked_to_stop_is_no_failure(production: Deployment) -> None:
    with started(production) as site:
        _wait(site)
        site.process.send_signal(signal.SIGTERM)

        assert site.process.wait(PATIENCE) == 0


def _wait(server: Server) -> None:
    live_site.wait_for_answer(int(server.address.rpartition(":")[2]), server.log)


def _add_key(folder: Path, *, development: bool) -> str:
    key = keys.make(
        label="added",
        purpose=Purpose.DESK,
        suite=Suite.HYBRID,
        development=development,
        folder=folder,
    )
    (folder / f"{key.id}.private.json").unlink()
    return key.id
