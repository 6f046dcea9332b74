"""One run: eight people post to one worker without a pause, and the kernel says what it cost."""

import os
import random
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults import visitor
from tests.faults.load import Load
from tests.faults.visitor import Post
from tests.plugin.live_site import running_site
from tests.plugin.processes import Deployment

TICKS = os.sysconf("SC_CLK_TCK")
NANO = 1_000_000_000
WRITTEN_AHEAD = 500  # posts per second of a run; more than one worker takes


@dataclass(frozen=True)
class Server:
    """gunicorn with one worker. Idle while another side is measured."""

    name: str
    port: int
    worker: int


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
        """Of the worker, for one acknowledged post."""
        return 1000 * self.cpu / self.acknowledged

    @property
    def loader_ms(self) -> float:
        """Of the bench itself, for one acknowledged post."""
        return 1000 * self.loader_cpu / self.acknowledged

    @property
    def cpu_share(self) -> float:
        """Of one core; a worker of Python cannot use more."""
        return self.cpu / self.seconds

    @property
    def busy_share(self) -> float:
        """Running or ready to run: near or above 1, the worker is what everybody waits for."""
        return (self.cpu + self.queued) / self.seconds


@contextmanager
def serving(name: str, wsgi: str, deployment: Deployment, host: str) -> Iterator[Server]:
    """The site's process with its own role and its two public keys."""
    pid_file = deployment.folder / f"{name}.pid"
    more = {"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": f"localhost,127.0.0.1,{host}"}
    environment = deployment.environment("site", **more)
    with running_site("--pid", str(pid_file), wsgi, **environment) as address:
        master = int(pid_file.read_text())
        (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        yield Server(name, int(address.rpartition(":")[2]), int(worker))


def measure(server: Server, seconds: float, seed: int) -> Run:
    """Post for so long. The same seed writes the same forms, with other nonces."""
    random.seed(seed)
    written = deque(visitor.write(number) for number in range(int(seconds * WRITTEN_AHEAD)))

    def person(port: int, number: int) -> Iterable[Post]:
        yield written.popleft() if written else visitor.write(number)

    before = _clocks(server.worker)
    with Load(server.port, person=person) as load:
        time.sleep(seconds)
    spent = (after - then for after, then in zip(_clocks(server.worker), before, strict=True))
    return Run(load.statuses(), load.failures, *spent)


def _clocks(pid: int) -> tuple[float, float, float, float]:
    return time.monotonic(), _cpu(pid), _queued(pid), time.process_time()


def _cpu(pid: int) -> float:
    """utime and stime, fields 14 and 15 of proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _queued(pid: int) -> float:
    """What its threads waited on a run queue, the second number of their schedstat."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[1]) for task in tasks) / NANO
