"""`make run`: starts database, site, desk and worker together, to try them out on one machine.

Every process started here ends with this one: on Ctrl-C, on a closed terminal, and when killed.
"""

import io
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from subprocess import Popen
from types import FrameType

import django
import psycopg2
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from clinic_site import health_probe
from clinic_site.tryout import child_processes, embedded_postgres
from clinic_site.tryout.embedded_postgres import EmbeddedPostgresError

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS_TO_ANSWER = 60
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked_to_stop = threading.Event()


class TryoutError(Exception):
    """Something prevents the trial. The message is one line that says what to do."""


def main() -> int:
    """Run until stopped. Exit code 0 after a signal; 1 after an error, whose message is printed."""
    os.chdir(CHECKOUT)
    sys.unraisablehook = _report_dropped
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    try:
        run(port_from(os.environ.get("PORT") or "8000"))
    except KeyboardInterrupt:
        _say("Stopped.")
        return 0
    except (TryoutError, EmbeddedPostgresError, ImproperlyConfigured, CommandError) as error:
        print(error, file=sys.stderr)
    except (OperationalError, psycopg2.OperationalError) as error:
        print(f"The database does not answer: {_first_line(error)}", file=sys.stderr)
    return 1


def run(port: int) -> None:
    """Start everything in order, print the addresses, and wait."""
    addresses = free_addresses(port)
    var = Path(os.environ.get("CLINIC_VAR") or "var").resolve()
    with _database(var) as url:
        os.environ["DATABASE_URL"] = url
        password = _prepare(var)
        with _servers(var, addresses) as servers:
            _wait_for_answer(servers, port, var / "log")
            _say(_welcome(port, password, var))
            _wait_for_end(servers, var / "log")


def port_from(text: str) -> int:
    """The port number, 1 to 65535. Raises TryoutError."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise TryoutError(f'PORT: expected a number from 1 to 65535, got "{text}"')
    return int(text)


def free_addresses(port: int) -> list[str]:
    """The IPv4 and IPv6 address of localhost, as gunicorn writes them. TryoutError when in use."""
    addresses = []
    for family, host, shown in (
        (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
        (socket.AF_INET6, "::1", "[::1]"),
    ):
        if _has_host(family, host):
            _require_free(family, host, port)
            addresses.append(f"{shown}:{port}")
    return addresses


def _has_host(family: socket.AddressFamily, host: str) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def _require_free(family: socket.AddressFamily, host: str, port: int) -> None:
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise TryoutError(f"Port {port} is not ours to use: PORT=8001 make run") from None
        except OSError:
            raise TryoutError(f"Port {port} is in use. Another one: PORT=8001 make run") from None


def _database(var: Path) -> AbstractContextManager[str]:
    if url := os.environ.get("DATABASE_URL"):
        return nullcontext(url)
    return embedded_postgres.running(var / "postgres", log=var / "log" / "postgres.log")


def _prepare(var: Path) -> str | None:
    """Make tables, keys, static files and the sample account; return its password when new."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
    django.setup()
    from clinic_site.tryout import sample_staff
    from intake import startup

    if fault := startup.durability_fault():
        raise TryoutError(fault)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("make_keys", development=True, stdout=io.StringIO())
    _collect_static(var / "static.json")
    password = sample_staff.create()
    connections.close_all()
    return password


def _collect_static(seen: Path) -> None:
    """Run collectstatic, which takes seconds, only after a change. `seen` holds the last state."""
    sources = {
        name: storage.get_modified_time(name).isoformat()
        for finder in get_finders()
        for name, storage in finder.list([])
    }
    now = json.dumps(sources, sort_keys=True)
    if not seen.exists() or seen.read_text() != now:
        call_command("collectstatic", interactive=False, verbosity=0)
        seen.write_text(now)


@contextmanager
def _servers(var: Path, addresses: list[str]) -> Iterator[dict[str, Popen[bytes]]]:
    """Start the site and the worker; yield the processes by name, and stop them in the end."""
    gunicorn = ["-m", "gunicorn", "--config", "clinic_site/gunicorn_settings.py"]
    gunicorn += ["--worker-tmp-dir", str(var), "clinic_site.wsgi"]
    commands = {"site": gunicorn, "worker": ["manage.py", "work"]}
    environment = os.environ | {"BIND": ",".join(addresses)}
    with ExitStack() as stack:
        servers = {}
        for name, arguments in commands.items():
            log = var / "log" / f"{name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_bytes(b"")
            server = child_processes.start(
                [sys.executable, *arguments], log=log, environment=environment
            )
            stack.callback(child_processes.stop, server, signal.SIGTERM)
            servers[name] = server
        yield servers


def _wait_for_answer(servers: dict[str, Popen[bytes]], port: int, logs: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        _require_running(servers, logs)
        if health_probe.answers(port):
            return
        time.sleep(0.1)
    raise TryoutError(f"The site does not answer; {logs / 'site.log'} may say why.")


def _wait_for_end(servers: dict[str, Popen[bytes]], logs: Path) -> None:
    while True:
        _require_running(servers, logs)
        time.sleep(0.5)


def _require_running(servers: dict[str, Popen[bytes]], logs: Path) -> None:
    if _asked_to_stop.is_set():  # Python dropped the interrupt, as it may within an import
        raise KeyboardInterrupt
    for name, server in servers.items():
        if server.poll() is not None:
            raise TryoutError(f"The {name} ended by itself; {logs / name}.log says why.")


def _welcome(port: int, password: str | None, var: Path) -> str:
    from clinic_site.tryout.sample_staff import USERNAME

    account = f"{USERNAME} / {password}   (shown this once)" if password else USERNAME
    return "\n".join(
        (
            "",
            f"  Site    http://localhost:{port}/",
            f"  Desk    http://localhost:{port}/desk/",
            f"  Sign in {account}",
            "          The first time also with a passkey or an authenticator app.",
            f"  Mail    {var / 'mail'}",
            f"  Logs    {var / 'log'}",
            "",
            "Ctrl-C stops everything; the data stays.",
        )
    )


def _stop(number: int, frame: FrameType | None) -> None:
    _asked_to_stop.set()
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C must not break the clean-up
    raise KeyboardInterrupt


def _report_dropped(dropped: "sys.UnraisableHookArgs") -> None:
    """Print no dropped KeyboardInterrupt: `_asked_to_stop` remembers it."""
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)


def _say(text: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(text, flush=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
