"""One run: eight people post without a pause, and the kernel says what it cost the workers."""

import os
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from clinic_site.web.network_limits import FLOOD
from tests.instruments.faults import visitor
from tests.instruments.faults.load import Load
from tests.instruments.faults.visitor import Post
from tests.plugin.live_site import running_site
from tests.plugin.processes import Deployment

TICKS = os.sysconf("SC_CLK_TCK")
NANO = 1_000_000_000
WORKERS = int(os.environ.get("WEB_CONCURRENCY", "2"))  # as gunicorn_settings
WRITTEN_AHEAD = 1500  # posts per second of a run; more than they take
PATIENCE = 600  # seconds until a warm-up is given up


@dataclass(frozen=True)
class Server:
    """gunicorn and the workers of it. Idle while another side is measured."""

    name: str
    port: int
    workers: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """Seconds of wall clock and of CPU, and `queued` for a CPU that was busy with others."""

    answers: Counter[int]
    failures: list[str]
    seconds: float
    cpu: float
    queued: float
    loader_cpu: float

    @property
    def acknowledged(self) -> int:
        return self.answers[303]

    @property
    def per_second(self) -> float:
        return self.acknowledged / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Of the workers, for one acknowledged post."""
        return 1000 * self.cpu / self.acknowledged

    @property
    def loader_ms(self) -> float:
        """Of the bench itself, for one acknowledged post."""
        return 1000 * self.loader_cpu / self.acknowledged

    @property
    def cpu_share(self) -> float:
        """Of the cores; a worker of Python cannot use more than one."""
        return self.cpu / self.seconds

    @property
    def busy_share(self) -> float:
        """Running or ready to run: from 1 for each, the workers are what everybody waits for."""
        return (self.cpu + self.queued) / self.seconds


@contextmanager
def serving(name: str, wsgi: str, deployment: Deployment) -> Iterator[Server]:
    """The site's process with its own role and its two public keys."""
    host = settings.CLINIC.host
    pid_file = deployment.folder / f"{name}.pid"
    more = {"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": f"localhost,127.0.0.1,{host}"}
    environment = deployment.environment("site", **more)
    more_arguments = "--pid", str(pid_file), "--workers", str(WORKERS), wsgi
    with running_site(*more_arguments, **environment) as address:
        yield Server(name, int(address.rpartition(":")[2]), children(int(pid_file.read_text())))


def measure(server: Server, seconds: float, seed: int) -> Run:
    """Post for so long. The same seed writes the same forms, with other nonces."""
    with _posting(server, seed, int(seconds * WRITTEN_AHEAD)) as result:
        time.sleep(seconds)
    return result()


def warm_up(server: Server, seed: int) -> Run:
    """Post until every worker is flooded: from there on a side sends all to quarantine.

    That is reached when as many posts as all workers take before were stored one after the other
    and none of them in the open lane. Raises AssertionError when it does not come.
    """
    batch, opened = WORKERS * FLOOD, -1
    with _posting(server, seed, 2 * batch) as result:
        while (now_open := _in_the_open()) != opened:
            opened = now_open
            _let_come(batch, result)
    return result()


def _let_come(more: int, result: Callable[[], Run]) -> None:
    """Wait until so many more posts were acknowledged."""
    wanted, deadline = result().acknowledged + more, time.monotonic() + PATIENCE
    while (run := result()).acknowledged < wanted:
        if run.failures or time.monotonic() > deadline:
            raise AssertionError(f"not warm: {dict(run.answers)} {run.failures}")
        time.sleep(0.05)


def _in_the_open() -> int:
    from intake.models import Lane, Request

    return Request.objects.filter(lane=Lane.OPEN).count()


@contextmanager
def _posting(server: Server, seed: int, ahead: int) -> Iterator[Callable[[], Run]]:
    """People post while the block lasts; the result is of then, or of the moment within it."""
    random.seed(seed)
    written = deque(visitor.write(number) for number in range(ahead))

    def person(port: int, number: int) -> Iterable[Post]:
        yield written.popleft() if written else visitor.write(number)

    def result() -> Run:
        spent = (
            now - then for now, then in zip(after or _clocks(server.workers), before, strict=True)
        )
        return Run(load.statuses(), load.failures, *spent)

    before = _clocks(server.workers)
    after: tuple[float, ...] = ()
    with Load(server.port, person=person) as load:
        yield result
    after = _clocks(server.workers)


def children(pid: int) -> tuple[int, ...]:
    """One may answer before the other is there."""
    found: tuple[int, ...] = ()
    while len(found) < WORKERS:
        found = tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
        time.sleep(0.1)
    return found


def _clocks(pids: tuple[int, ...]) -> tuple[float, float, float, float]:
    used, waited = sum(map(_cpu, pids)), sum(map(_queued, pids))
    return time.monotonic(), used, waited, time.process_time()


def _cpu(pid: int) -> float:
    """utime and stime, fields 14 and 15 of proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _queued(pid: int) -> float:
    """What its threads waited on a run queue, the second number of their schedstat."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[1]) for task in tasks) / NANO
