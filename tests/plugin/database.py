"""PostgreSQL for this run, and an environment in which nothing of the machine shines through.

Loaded with `-p`, because pytest-django reads the settings before any conftest. As a command,
`python -m tests.plugin.database COMMAND ...` gives one command the same surroundings.
"""

import atexit
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from clinic_site.tryout import embedded_postgres
from tests import CHECKOUT

RUNS = CHECKOUT / "var" / "tests"
STARTED_HERE = "EMBEDDED_DATABASE_URL"  # each process of a run side by side has its own server
OF_A_DEPLOYMENT = ("CLINIC_", "INTAKE_", "EMAIL_", "DJANGO_", "SECRET_KEY", "ALLOWED_HOSTS")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Everything else, Django included, comes after this."""
    stack = ExitStack()
    atexit.register(stack.close)
    stack.enter_context(surroundings())
    return (yield)


def pytest_report_header() -> str:
    """Which database the run uses."""
    return f"database: {os.environ['DATABASE_URL'].rpartition('@')[2]}"


@contextmanager
def surroundings() -> Iterator[None]:
    """A `var` folder for this process and a DATABASE_URL, unless the caller brought one."""
    var = _own_folder()
    for name in [name for name in os.environ if name.startswith(OF_A_DEPLOYMENT)]:
        del os.environ[name]
    os.environ["CLINIC_VAR"] = str(var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop running
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        if os.environ.get("DATABASE_URL") in (None, "", os.environ.get(STARTED_HERE)):
            log = var / "log" / "postgres.log"
            server = embedded_postgres.running(var / "postgres", log=log, durable=False)
            os.environ["DATABASE_URL"] = os.environ[STARTED_HERE] = stack.enter_context(server)
        yield


def _own_folder() -> Path:
    """Named after the process, so that runs side by side do not meet; killed ones are swept."""
    for folder in RUNS.glob("*"):
        if not _is_running(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    var = RUNS / str(os.getpid())
    var.mkdir(parents=True, exist_ok=True)
    return var


def _is_running(pid: str) -> bool:
    with suppress(ProcessLookupError, ValueError):
        os.kill(int(pid), 0)
        return True
    return False


if __name__ == "__main__":
    with surroundings():
        code = subprocess.run(sys.argv[1:], check=False).returncode
    sys.exit(code)
