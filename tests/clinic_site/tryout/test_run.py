"""`make run` as it really runs: it starts, stops everything, and explains its errors."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from clinic_site.tryout import manage, run
from tests import CHECKOUT
from tests.plugin.waiting import PATIENCE, until


@pytest.fixture(scope="module")
def var():
    """Shared by the runs of this module: the second one finds the data of the first."""
    return Path(tempfile.mkdtemp(dir=os.environ["CLINIC_VAR"]))


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """`make run` without make, and what it printed."""

    def __init__(self, var, port, **environment):
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clinic_site.tryout.run"],
            cwd=CHECKOUT,
            env=own | {"CLINIC_VAR": str(var), "PORT": str(port)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.printed = ""

    def wait_until_welcome(self):
        assert self.process.stdout
        assert self.process.stderr
        for line in self.process.stdout:
            self.printed += line
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError(self.process.stderr.read())

    def end(self, number=None):
        """Send the signal, if any; return the exit code and what it complained of."""
        if number:
            self.process.send_signal(number)
        printed, complaint = self.process.communicate(timeout=PATIENCE)
        self.printed += printed
        return self.process.returncode, complaint.strip()

    def children(self):
        return sorted(_descendants(self.process.pid))


def _descendants(pid):
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _descendants(child)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_until_gone(pids):
    until(lambda: not any(map(_runs, pids)), "something goes on running")


def status(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture
def scratch():
    """For temporary files of this run alone: others that run beside it have sockets too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_it_serves_stops_everything_and_keeps_the_data(var, port):
    first = Run(var, port)
    first.wait_until_welcome()
    assert f"http://localhost:{port}/desk/" in first.printed
    assert re.search(r"coordinator / (\w{5}-){3}\w{5} +\(shown this once\)", first.printed)
    assert [status(port, path) for path in ("/", "/contact/", "/readyz")] == [200, 200, 200]
    assert status(port, "/desk/") == 302
    children = first.children()
    assert len(children) > 3
    assert first.end(signal.SIGINT) == (0, "")
    _wait_until_gone(children)

    second = Run(var, port)
    second.wait_until_welcome()
    assert "shown this once" not in second.printed
    children = second.children()
    assert second.end(signal.SIGKILL) == (-signal.SIGKILL, "")
    _wait_until_gone(children)


@contextmanager
def disposition(number, handler):
    """What a process started meanwhile inherits: the suite itself may run under nohup."""
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_stop_in_the_middle_of_the_start_leaves_nothing(tmp_path, scratch, port, number):
    with disposition(number, signal.SIG_DFL):
        running = Run(tmp_path, port, TMPDIR=str(scratch))
    lock = tmp_path / "postgres.lock"
    until(lambda: lock.exists() or running.process.poll() is not None)
    assert running.end(number) == (0, "")
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("number", "stops"), [(signal.SIGINT, True), (signal.SIGHUP, False)])
def test_of_what_the_caller_ignores_only_the_hang_up_stays_ignored(tmp_path, port, number, stops):
    """A shell ignores Ctrl-C for a job in the background, nohup the closed terminal."""
    with disposition(number, signal.SIG_IGN):
        running = Run(tmp_path, port)
    lock = tmp_path / "postgres.lock"
    until(lambda: lock.exists() or running.process.poll() is not None)
    running.process.send_signal(number)
    if not stops:
        running.wait_until_welcome()
    assert running.end(None if stops else signal.SIGTERM) == (0, "")


def test_a_stop_that_was_dropped_on_its_way_is_not_forgotten(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "STOPPING", ())
    monkeypatch.setattr(run, "_asked_to_stop", threading.Event())
    run._require_running({}, tmp_path)
    with suppress(KeyboardInterrupt):
        run._stop(signal.SIGTERM, None)

    with pytest.raises(KeyboardInterrupt):
        run._require_running({}, tmp_path)


def test_a_port_in_use_gives_one_line(var, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        code, complaint = Run(var, port).end()
    assert (code, complaint) == (1, f"Port {port} is in use. Another one: PORT=8001 make run")


@pytest.mark.parametrize("text", ["", "web", "0", "65536", "-1", "8000.0"])
def test_a_port_that_is_none_gives_one_line(text):
    with pytest.raises(run.TryoutError, match="PORT: expected a number"):
        run.port_from(text)


def test_a_broken_clinic_file_gives_its_mistakes_only(var, port, tmp_path):
    broken = tmp_path / "clinic.toml"
    text = (CHECKOUT / "clinic.toml").read_text()
    broken.write_text(text.replace('monday = ["08:00-20:00"]', 'monday = ["8-20"]'))
    code, complaint = Run(var, port, CLINIC_TOML=str(broken)).end()
    assert code == 1
    assert "hours.monday[0]" in complaint
    assert "Traceback" not in complaint
    assert len(complaint.splitlines()) == 1


def test_a_database_that_does_not_answer_gives_one_line(var, port):
    nowhere = f"postgres://clinic@127.0.0.1:{port}/clinic"
    code, complaint = Run(var, port, DATABASE_URL=nowhere).end()
    assert code == 1
    assert complaint.startswith("The database does not answer: ")
    assert len(complaint.splitlines()) == 1


def test_a_server_that_ends_by_itself_is_named(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with pytest.raises(run.TryoutError, match=r"The worker ended by itself.*worker\.log"):
        run._require_running({"worker": process}, tmp_path)


def test_localhost_is_taken_in_both_meanings(port):
    assert f"127.0.0.1:{port}" in run.free_addresses(port)
    assert len(run.free_addresses(port)) == (2 if socket.has_ipv6 and _has_ipv6() else 1)


def _has_ipv6():
    return run._has_host(socket.AF_INET6, "::1")


def test_manage_uses_the_given_database_first(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://there/db")
    with manage.database() as url:
        assert url == "postgres://there/db"


def test_manage_starts_a_database_of_its_own(var):
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "clinic_site.tryout.manage", "check"],
        cwd=CHECKOUT,
        env=own | {"CLINIC_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout
