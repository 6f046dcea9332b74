"""R6: the database is away, full, crowded or slow. Nobody is told "received", nobody loses text."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from intake.rules.database_accounts import LIMITS
from intake.rules.database_roles import DatabaseRole
from tests.instruments.faults import site
from tests.instruments.faults.cluster import Cluster, wait_for
from tests.instruments.faults.keeping_runs import restore
from tests.instruments.faults.load import Load
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import PREPARED, Place
from tests.instruments.faults.site_runs import judge_people, only_known_answers
from tests.instruments.faults.visitor import Reply
from tests.plugin.waiting import PATIENCE

AWAY = 120.0
SHORT = 1.2
WHILE = 10.0
LEAST_TOLD = 5
DISK = "192m"
SMALL = {"min_wal_size": "32MB", "max_wal_size": "48MB", "shared_buffers": "16MB"}
STATEMENT_LIMIT = "200ms"
USUAL_LIMIT = LIMITS[DatabaseRole.SITE]["statement_timeout"]


@dataclass
class Ordeal:
    """An outage, how long it lasts, and when it was."""

    name: str
    fault: Callable[[Cluster, str], Any]
    seconds: float
    window: tuple[float, float] = (0.0, 0.0)


def r6(place: Place, short: bool) -> Outcome:
    """Four outages in turn, and the same page works after each of them."""
    outcome, seconds = Outcome("R6"), SHORT if short else WHILE
    faults = [
        Ordeal("away", away, SHORT if short else AWAY),
        Ordeal("crowded", crowded, seconds),
        Ordeal("slow", slow, seconds),
    ]
    _suffer(outcome, place, place.cluster, place.database(), faults)
    with _small_disk(place) as (cluster, how):
        fault = full if how == "full" else read_only
        _suffer(outcome, place, cluster, PREPARED, [Ordeal(how, fault, seconds)])
    return outcome


def _suffer(
    outcome: Outcome, place: Place, cluster: Cluster, database: str, ordeals: list[Ordeal]
) -> None:
    """People write and try again; for some seconds at a time nothing can be stored."""
    patience = PATIENCE + max(each.seconds for each in ordeals)
    with site.running(place, place.url("site", database, cluster)) as served:
        load = Load(served.port, retry=True, pause=0.2, retry_pause=0.5, patience=patience)
        with load:
            for each in ordeals:
                time.sleep(0.5)
                with each.fault(cluster, database):
                    each.window = _long_enough(load, each.seconds)
            time.sleep(0.5)
    place.point_at(cluster.url(database))
    outcome.problems += load.failures
    judge_people(outcome, load)
    only_known_answers(outcome, load)
    missing = [each.missing for each in load.sent if each.missing]
    outcome.require(not missing, f"pages without {missing[:3]}")
    outcome.require(all(each.acknowledged for each in load.sent), "a retry did not work")
    for each in ordeals:
        _judge_window(outcome, load, each)


def _long_enough(load: Load, seconds: float) -> tuple[float, float]:
    """Wait so long, and until enough people have met the outage. Return its begin and end."""
    began = time.monotonic()
    time.sleep(seconds)
    wait_for(lambda: len(_told(load, began)) >= LEAST_TOLD, seconds=PATIENCE)
    return began, time.monotonic()


def _told(load: Load, began: float) -> list[Reply]:
    return [reply for reply in load.replies() if reply.status == 503 and began < reply.started]


def _judge_window(outcome: Outcome, load: Load, ordeal: Ordeal) -> None:
    """Whoever began and was answered during the outage was told so."""
    name, (began, ended) = ordeal.name, ordeal.window
    during = [r for r in load.replies() if began < r.started and r.ended < ended]
    told = [reply for reply in _told(load, began) if reply.ended < ended]
    taken = [reply for reply in during if reply.status == 303]
    outcome.require(len(told) >= LEAST_TOLD, f"{name}: only {len(told)} saw the outage")
    outcome.require(name == "full" or not taken, f"{name}: {len(taken)} acknowledged meanwhile")
    slowest = max((reply.seconds for reply in told), default=0)
    outcome.notes.append(f"{name}: {len(told)} told, slowest {slowest:.1f} s")


@contextmanager
def away(cluster: Cluster, database: str) -> Iterator[None]:
    """Stopped, and started again."""
    cluster.kill()
    yield
    cluster.start()


@contextmanager
def crowded(cluster: Cluster, database: str) -> Iterator[None]:
    """Every connection that the server allows is taken by somebody else."""
    hoard: list[Any] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not _is_full(cluster, hoard):
        _end_others(hoard)
    yield
    for connection in hoard:
        connection.close()


@contextmanager
def slow(cluster: Cluster, database: str) -> Iterator[None]:
    """Somebody holds a lock; statements of the site end after a fifth of a second."""
    role = cluster.sql("SELECT rolname FROM pg_roles WHERE rolname LIKE '%%_site'")[0][0]
    cluster.sql(f"ALTER ROLE {role} SET statement_timeout = '{STATEMENT_LIMIT}'")
    cluster.disconnect_all(database)
    connection = cluster.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE intake_request IN ACCESS EXCLUSIVE MODE")
    yield
    connection.close()
    cluster.sql(f"ALTER ROLE {role} SET statement_timeout = '{USUAL_LIMIT}'")


@contextmanager
def full(cluster: Cluster, database: str) -> Iterator[None]:
    """Not one byte is left on the disk."""
    filler = cluster.data.parent / "filler"
    _fill_up(filler)
    yield
    filler.unlink()
    if cluster.process.poll() is not None:
        cluster.start()


@contextmanager
def read_only(cluster: Cluster, database: str) -> Iterator[None]:
    """Stands in for a full disk where we may not mount one: the server refuses to write."""
    cluster.sql(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    cluster.disconnect_all(database)
    yield
    cluster.sql(f"ALTER DATABASE {database} RESET default_transaction_read_only")
    cluster.disconnect_all(database)


@contextmanager
def _small_disk(place: Place) -> Iterator[tuple[Cluster, str]]:
    """A cluster on a disk of its own, if we may mount one."""
    folder = place.folder / "small"
    folder.mkdir()
    mounted = _mount(folder)
    cluster = Cluster(folder / "postgres", SMALL)
    try:
        cluster.sql(f"DROP DATABASE {PREPARED}")
        restore(place.cluster, PREPARED, cluster)
        yield cluster, "full" if mounted else "read-only instead of full"
    finally:
        place.point_at(place.cluster.url(PREPARED))
        cluster.stop()
        if mounted:
            subprocess.run(["umount", folder], check=False)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def _fill_up(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


def _is_full(cluster: Cluster, hoard: list[Any]) -> bool:
    """Take what can be taken; full when not even the owner gets one more."""
    taken = 0
    with suppress(psycopg2.OperationalError):
        while True:
            hoard.append(cluster.connect())
            taken += 1
    return taken == 0


def _end_others(hoard: list[Any]) -> None:
    """The site's own connections, so that ours take their place."""
    with hoard[0].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE '%\\_site'"
        )
    time.sleep(0.05)
