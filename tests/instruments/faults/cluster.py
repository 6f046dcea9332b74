"""A PostgreSQL of our own that can be killed and started again, with durable settings."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from clinic_site.tryout import child_processes, embedded_postgres, postgres_account

SECONDS = 30
MOMENT = 0.5


class Cluster:
    """One server on one data directory. `settings` are added to those of the embedded server."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = {}) -> None:
        self.data, self.socket = folder / "data", folder / "socket"
        self.log = folder / "postgres.log"
        self.settings = embedded_postgres.SETTINGS | dict(settings)
        self.account = postgres_account.choose()
        folder.mkdir(parents=True, exist_ok=True)
        self.socket.mkdir(mode=0o700)
        self.account.take(self.socket)
        embedded_postgres._initialize(self.data, self.account, self.log, embedded_postgres.INITDB)
        self.start()
        embedded_postgres._create_database(self.socket)

    def start(self) -> None:
        """Start it, recovering first if it was killed; returns when it answers."""
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        postgres = embedded_postgres.binaries() / "postgres"
        self.process = child_processes.start(
            [*self.account.prefix, postgres, "-D", self.data, "-k", self.socket, *options],
            log=self.log,
            on_our_death=signal.SIGINT,
            environment=embedded_postgres.ENVIRONMENT,
            **self.account.become(),
        )
        embedded_postgres._wait_until_ready(self.process, self.socket, self.log)

    def kill(self) -> None:
        """What `pg_ctl stop -m immediate` sends: no checkpoint, no goodbye.

        The WAL writer is halted for a moment before. What no commit has written by itself is
        then only in memory and dies, as it would in a power cut; the kernel would keep the rest.
        """
        writer = self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")[0][0]
        os.kill(writer, signal.SIGSTOP)
        time.sleep(MOMENT)
        self.process.send_signal(signal.SIGQUIT)
        os.kill(writer, signal.SIGKILL)
        self.process.wait(SECONDS)

    def stop(self) -> None:
        """An orderly end."""
        if self.process.poll() is None:
            child_processes.stop(self.process, signal.SIGINT, signal.SIGQUIT, seconds=SECONDS)

    def url(self, database: str, user: str = embedded_postgres.USER, password: str = "") -> str:
        """The DATABASE_URL of one database for one role."""
        whole = embedded_postgres._url(self.socket)
        account = f"{user}:{password}" if password else user
        server = whole.partition("@")[2].rpartition("/")[0]
        return f"postgres://{account}@{server}/{database}"

    def sql(self, statement: str, *values: Any, database: str = "postgres") -> list[Any]:
        """Run one statement as the owner of everything, outside a transaction."""
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self, database: str = "postgres") -> Any:
        """A connection of the owner, in autocommit mode."""
        connection = psycopg2.connect(
            host=str(self.socket),
            port=embedded_postgres.PORT,
            user=embedded_postgres.USER,
            dbname=database,
        )
        connection.autocommit = True
        return connection

    def disconnect_all(self, database: str) -> None:
        """End every connection to a database but ours."""
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            database,
        )

    def copy(self, source: str, target: str) -> None:
        """A database of the same content, roles and grants included."""
        self.disconnect_all(source)
        self.sql(f"CREATE DATABASE {target} TEMPLATE {source}")

    def tool(self, name: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
        """Run one of PostgreSQL's own programs against this server."""
        place = {"PGHOST": str(self.socket), "PGPORT": str(embedded_postgres.PORT)}
        return subprocess.run(
            [embedded_postgres.binaries() / name, *arguments],
            env=os.environ | place | {"PGUSER": embedded_postgres.USER},
            check=True,
            **options,
        )


def wait_for(condition: Any, seconds: float = SECONDS, what: str = "") -> None:
    """Until it is true; TimeoutError when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what or "waited in vain")
        time.sleep(0.02)
