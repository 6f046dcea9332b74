"""What a post costs: sealed, unsealed, with the rows of sealing only, and bare.

Every side has the same gunicorn in front of the same database. Problems raise: a post that was
not taken, or not stored as its side stores it, makes no figure.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from tests.instruments.bench import pgbench, posts, table
from tests.instruments.bench.posts import Run
from tests.instruments.bench.table import Row
from tests.plugin.processes import Deployment

SECONDS = 6.0
SIDES = {
    "sealed": "clinic_site.wsgi",
    "unsealed": "tests.instruments.bench.plain_wsgi",
    "rows only": "tests.instruments.bench.rows_wsgi",
    "bare": "tests.instruments.bench.bare_posts_wsgi",
}
WITHOUT_WRAPS = ("unsealed",)
FIGURES = {
    "acknowledged posts per second": "per_second",
    "CPU of the workers per post, ms": "cpu_ms",
    "CPU of the workers, in cores": "cpu_share",
    "the same with their wait for a core": "busy_share",
    "CPU of the loader per post, ms": "loader_ms",
}


def rows(deployment: Deployment) -> Iterator[Row]:
    """Both ratios by throughput decide; that by CPU alone is for the record."""
    runs = _runs(deployment)
    figures = {
        name: {words: [getattr(run, figure) for run in each] for words, figure in FIGURES.items()}
        for name, each in runs.items()
    }
    table.print_sides("posts", figures)
    speed, cpu = (
        {name: side[words] for name, side in figures.items()} for words in list(FIGURES)[:2]
    )
    yield table.at_least("sealed post against unsealed", speed["sealed"], speed["unsealed"], 0.8)
    yield table.at_least("sealed post against bare inserts", speed["sealed"], speed["bare"], 0.5)
    for other in list(SIDES)[1:]:
        _, words = table.ratio(cpu[other], cpu["sealed"])
        yield Row(f"the same by CPU of the workers, {other} / sealed", words)
    alone = pgbench.per_second(deployment.owner_url, deployment.folder)
    yield Row("pgbench with the rows of a post, per second", f"{alone:,.0f}")


def _runs(deployment: Deployment) -> dict[str, list[Run]]:
    everything: dict[str, list[Run]] = {name: [] for name in SIDES}

    def measured(server: posts.Server, number: int) -> Run:
        run = posts.measure(server, SECONDS, number) if number else posts.warm_up(server, number)
        everything[server.name].append(run)
        return run

    with ExitStack() as stack:
        servers = [
            stack.enter_context(posts.serving(name, wsgi, deployment))
            for name, wsgi in SIDES.items()
        ]
        runs = table.alternated({server.name: partial(measured, server) for server in servers})
    _check(everything)
    return runs


def _check(runs: dict[str, list[Run]]) -> None:
    """Every post was taken; each has two wraps, but none where nothing is sealed."""
    from intake.models import KeyWrap, Submission

    for run in (run for each in runs.values() for run in each):
        if run.failures or set(run.answers) != {303}:
            raise AssertionError(f"not taken: {dict(run.answers)} {run.failures}")
    taken = {name: sum(run.acknowledged for run in each) for name, each in runs.items()}
    with_wraps = sum(number for name, number in taken.items() if name not in WITHOUT_WRAPS)
    stored = Submission.objects.count(), KeyWrap.objects.count()
    if stored != (sum(taken.values()), 2 * with_wraps):
        raise AssertionError(f"stored {stored}, taken {taken}")
