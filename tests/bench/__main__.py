"""`python -m tests.bench`: a sealed post against the same post unsealed, side by side.

Exit code 1 when the sealed one has less than LEAST of the other's throughput, or when a post was
not taken or not stored as its side stores it.
"""

import logging
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.plugin import database

LEAST = 0.8
ROUNDS = 5
SECONDS = 6.0
WARM_UP = 3.0  # longer than it takes to be flooded: from there on every side quarantines all
SIDES = {
    "sealed": "clinic_site.wsgi",
    "unsealed": "tests.bench.plain_wsgi",
    "rows only": "tests.bench.rows_wsgi",
}
FIGURES = {
    "per_second": "acknowledged posts per second",
    "cpu_ms": "CPU of the worker per post, ms",
    "cpu_share": "CPU of the worker, share of a core",
    "busy_share": "the same with its wait for a core",
    "loader_ms": "CPU of the loader per post, ms",
}


def main() -> int:
    """Measure in a database of our own, print, judge."""
    os.environ.pop("DATABASE_URL", None)
    with database.surroundings(), tempfile.TemporaryDirectory() as folder:
        runs = _alternated(_prepared(Path(folder)))
        problems = _problems(runs)
    ratio = _report({name: each[1:] for name, each in runs.items()})
    if ratio < LEAST:
        problems.append(f"sealed posts reach {ratio:.2f} of the throughput, at least {LEAST}")
    print("\n".join(problems) if problems else "passed")
    return 1 if problems else 0


def _prepared(folder: Path):
    """Tables, static files, roles, and the keys of desk and recovery."""
    from tests.plugin import live_site, processes

    os.environ["SECRET_KEY"] = processes.SECRET  # tokens signed here are good there
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    logging.disable(logging.CRITICAL)
    return processes.prepare(live_site.test_database_url(), folder)


def _alternated(deployment):
    """The runs of each side, the first for warming up; who begins changes from round to round."""
    from django.conf import settings

    from tests.bench import posts

    with ExitStack() as stack:
        servers = [
            stack.enter_context(posts.serving(name, wsgi, deployment, settings.CLINIC.host))
            for name, wsgi in SIDES.items()
        ]
        runs = {name: [] for name in SIDES}
        for number in range(ROUNDS + 1):
            for server in servers[:: -1 if number % 2 else 1]:
                run = posts.measure(server, SECONDS if number else WARM_UP, seed=number)
                runs[server.name].append(run)
    return runs


def _problems(runs) -> list[str]:
    """Every post was taken; each has two wraps, but none where nothing is sealed."""
    from intake.models import KeyWrap, Submission
    from intake.throttling import FLOOD

    everything = [run for each in runs.values() for run in each]
    problems = [failure for run in everything for failure in run.failures]
    problems += [f"answers: {dict(run.answers)}" for run in everything if set(run.answers) != {303}]
    taken = {name: sum(run.acknowledged for run in each) for name, each in runs.items()}
    expected = sum(taken.values()), 2 * (taken["sealed"] + taken["rows only"])
    stored = Submission.objects.count(), KeyWrap.objects.count()
    if stored != expected:
        problems.append(f"forms and wraps: {stored} stored, {expected} expected")
    if any(each[0].acknowledged <= FLOOD for each in runs.values()):
        problems.append("the warm-up was too short: not every side was in quarantine")
    return problems


def _report(runs) -> float:
    """Print the table and the ratios; returns sealed / unsealed of the throughput."""
    print(f"| median of {ROUNDS} (lowest to highest) | {' | '.join(SIDES)} |")
    print(f"|---|{'---|' * len(SIDES)}")
    for figure, words in FIGURES.items():
        shown = " | ".join(_spread(_values(each, figure)) for each in runs.values())
        print(f"| {words} | {shown} |")
    print()
    _compare(runs["sealed"], runs["rows only"], "rows only")
    return _compare(runs["sealed"], runs["unsealed"], "unsealed")


def _compare(sealed, other, name: str) -> float:
    """Both ratios say how much of the other's throughput is left; the second by CPU alone."""
    ratio = _ratio(sealed, other, "per_second")
    pairs = [a.per_second / b.per_second for a, b in zip(sealed, other, strict=True)]
    print(f"throughput, sealed / {name}: {ratio:.2f} (rounds {min(pairs):.2f} to {max(pairs):.2f})")
    print(f"CPU per post, {name} / sealed: {_ratio(other, sealed, 'cpu_ms'):.2f}")
    return ratio


def _ratio(these, those, figure: str) -> float:
    return median(_values(these, figure)) / median(_values(those, figure))


def _values(runs, figure: str) -> list[float]:
    return [getattr(run, figure) for run in runs]


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
