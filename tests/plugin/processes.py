"""Site, desk and worker as they run in production: three processes, each with its own role in
the database and its own folder of keys.

The fixture `processes` runs them against the test database. For another database:

    deployment = prepare(owner_url, folder)       # migrated already; makes roles and keys
    with running(deployment, workers=2, environment=PRODUCTION) as three:
        visitor.send(three.site, message="Hello")
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from clinic_site.tryout import child_processes
from tests import CHECKOUT
from tests.plugin import live_site
from tests.plugin.mail import SmtpServer
from tests.plugin.visitor import Answer
from tests.plugin.waiting import PATIENCE

PREFIX = f"test_clinic{os.environ.get('PYTEST_XDIST_WORKER', '')}"  # roles are of the whole server
ROLES = ("site", "desk", "worker")
THROUGH_TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
PRODUCTION: dict[str, Any] = {
    "CLINIC_PRODUCTION": "1",
    "ALLOWED_HOSTS": "localhost",
    "TRUSTED_PROXIES": "1",
}
SECRET = "a secret of the tests, long enough for the deployment check: q7h2"


@dataclass(frozen=True)
class Deployment:
    """What a clinic prepares: roles, key folders, and the environment of each process."""

    owner_url: str
    folder: Path
    passwords: Mapping[str, str]
    pins: tuple[str, ...]

    def keys(self, role: str) -> Path:
        """The process's folder of keys; the worker's is empty. "recovery" is on no server."""
        return self.folder / role

    def url(self, role: str) -> str:
        """DATABASE_URL of the process."""
        parts = urlsplit(self.owner_url)
        account = f"{PREFIX}_{role}:{self.passwords[role]}"
        return parts._replace(netloc=f"{account}@{parts.netloc.rpartition('@')[2]}").geturl()

    def environment(self, role: str, **more: str) -> dict[str, str]:
        """Everything that the process is given."""
        own = {
            "DATABASE_URL": self.url(role),
            "INTAKE_KEYS": str(self.keys(role)),
            "INTAKE_PINNED_KEYS": ",".join(self.pins),
            "SECRET_KEY": SECRET,
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        }
        if role in ("site", "desk"):
            own["CLINIC_SERVES"] = role
        return os.environ | own | more


@dataclass(frozen=True)
class Server:
    """A process, its log, and its address without a slash at the end (none for the worker)."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str = ""

    def get(self, path: str = "/") -> Answer:
        """The answer to a visitor, as through the front server."""
        return _answer(Request(self.address + path, headers=THROUGH_TLS))

    def post(self, path: str, body: bytes) -> Answer:
        """The answer to a form that is sent, as through the front server."""
        return _answer(Request(self.address + path, data=body, headers=THROUGH_TLS))


@dataclass(frozen=True)
class Processes:
    """The three, and what they were given."""

    site: Server
    desk: Server
    worker: Server
    deployment: Deployment


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """There is a database, and other processes see committed rows only."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        if "processes" in used:
            item.add_marker(pytest.mark.django_db(transaction=True))
        elif "deployment" in used:
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def deployment(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Roles and keys for the test database."""
    return prepare(live_site.test_database_url(), tmp_path_factory.mktemp("deployment"))


@pytest.fixture(scope="module")
def processes(
    deployment: Deployment, collect_compressed: None, _smtp_server: SmtpServer
) -> Iterator[Processes]:
    """The three against the test database; the worker sends to `smtp_server`.

    They run in development mode, because the test database is fast and forgetful.
    """
    mail = {"EMAIL_HOST": _smtp_server.host, "EMAIL_PORT": str(_smtp_server.port)}
    with running(deployment, environment=mail) as three:
        yield three


def prepare(owner_url: str, folder: Path) -> Deployment:
    """Make keys below the folder, and the roles in a database that is migrated."""
    passwords = {role: secrets.token_urlsafe(16) for role in ROLES}
    deployment = Deployment(owner_url, folder, passwords, _make_keys(folder))
    given = {f"DATABASE_PASSWORD_{role.upper()}": word for role, word in passwords.items()}
    manage("create_roles", "--prefix", PREFIX, environment={"DATABASE_URL": owner_url} | given)
    return deployment


def manage(*arguments: str, environment: Mapping[str, str]) -> str:
    """What the command printed. Fails the test when the command fails."""
    done = subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(
    deployment: Deployment, *, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[Processes]:
    """Start the three, wait until site and desk answer, and stop them in the end."""
    with ExitStack() as stack:

        def begin(role: str) -> Server:
            server = start(deployment, role, workers=workers, environment=environment)
            stack.callback(child_processes.stop, server.process, signal.SIGTERM)
            return server

        three = Processes(begin("site"), begin("desk"), begin("worker"), deployment)
        for server in (three.site, three.desk):
            live_site.wait_for_answer(int(server.address.rpartition(":")[2]), server.log)
        yield three


def start(
    deployment: Deployment,
    role: str,
    *,
    workers: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Server:
    """One of the three, not waited for. The caller stops it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{role}-", dir=deployment.folder))
    command, own, address = ["manage.py", "work"], {}, ""
    if role != "worker":
        port = live_site.free_port()
        command = [*live_site.GUNICORN, "--worker-tmp-dir", str(folder), "clinic_site.wsgi"]
        own = {"BIND": f"127.0.0.1:{port}"}
        address = f"http://localhost:{port}"
        command[command.index("--workers") + 1] = str(workers)
    process = child_processes.start(
        [sys.executable, *command],
        log=folder / "log",
        environment=deployment.environment(role, **own, **(environment or {})),
    )
    return Server(process, folder / "log", address)


def _answer(request: Request) -> Answer:
    try:
        with build_opener(_Stay).open(request, timeout=PATIENCE) as response:
            return Answer(response.status, response.read())
    except HTTPError as error:
        return Answer(error.code, error.read())


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        """A redirect is an answer."""


def _make_keys(folder: Path) -> tuple[str, ...]:
    """The desk's pair and the recovery pair; every process gets the public halves it needs."""
    from intake.seal import keys
    from intake.seal.keys import Purpose
    from intake.seal.sealing import Suite

    made = [
        keys.make(
            label=f"{purpose} of the tests",
            purpose=purpose,
            suite=Suite.HYBRID,
            development=False,
            folder=folder / purpose,
        )
        for purpose in Purpose
    ]
    for role in ROLES:
        (folder / role).mkdir(exist_ok=True)
    for role in ("site", "desk"):
        for key, purpose in zip(made, Purpose, strict=True):
            public = folder / purpose / f"{key.id}{keys.PUBLIC}"
            if not (folder / role / public.name).exists():
                shutil.copy(public, folder / role)
    return tuple(key.id for key in made)
