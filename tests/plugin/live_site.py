"""gunicorn as it runs in production, with the test database."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from clinic_site import health_probe
from clinic_site.tryout import child_processes
from tests.plugin.waiting import PATIENCE

GUNICORN = ("-m", "gunicorn", "--config", "clinic_site/gunicorn_settings.py", "--workers", "1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the live site shares its rows and leaves none, without saying so."""
    for item in items:
        if "live_site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def live_site(django_db_setup: None, collect_compressed: None) -> Iterator[str]:
    """The address of site and desk, without a slash at the end."""
    with running_site() as address:
        yield address


@contextmanager
def running_site(*arguments: str, **environment: str) -> Iterator[str]:
    """One more server, with arguments for gunicorn and other environment variables.

    `running_site(CLINIC_SERVES="site")`, for example. What it wrote is in `log_of(address)`.
    """
    port = free_port()
    var = Path(os.environ["CLINIC_VAR"])
    log = log_of(f"localhost:{port}")
    log.parent.mkdir(exist_ok=True)
    server = child_processes.start(
        [sys.executable, *GUNICORN, "--worker-tmp-dir", str(var), *arguments, "clinic_site.wsgi"],
        log=log,
        environment=os.environ
        | {
            "BIND": f"127.0.0.1:{port}",
            "DATABASE_URL": test_database_url(),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # only the tests themselves need it
        }
        | environment,
    )
    try:
        wait_for_answer(port, log)
        yield f"http://localhost:{port}"
    finally:
        child_processes.stop(server, signal.SIGTERM)


def log_of(address: str) -> Path:
    """The file that the server at this address writes to."""
    return Path(os.environ["CLINIC_VAR"]) / "log" / f"site-{address.rpartition(':')[2]}.log"


def test_database_url() -> str:
    """DATABASE_URL of the database that the tests themselves are connected to."""
    from django.db import connection

    there = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items()}
    account = there["USER"] + (f":{there['PASSWORD']}" if there["PASSWORD"] else "")
    return f"postgres://{account}@{there['HOST']}:{there['PORT'] or 5432}/{there['NAME']}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_answer(port: int, log: Path) -> None:
    """Return when the server there answers; fail with the end of its log."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if health_probe.answers(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the live site did not start:\n{log.read_text()[-3000:]}")
