"""`python -m tests.instruments.faults [R1 R4 ...] [--short]`: exit code 0 when every run passed."""

import argparse
import sys
import time
from collections.abc import Callable

from tests.instruments.faults import place
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place

ORDER = [f"R{number}" for number in (*range(1, 7), *range(8, 17), 7)]  # 7 looks at all
Run = Callable[[Place, bool], Outcome]


def main() -> int:
    """Run what was asked for, in order, each in its own database."""
    options = _options()
    with place.prepared() as here:
        runs = catalogue()
        wanted = options.runs or list(runs)
        outcomes = [_one(name, runs[name], here, options.short) for name in wanted]
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    print(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def catalogue() -> dict[str, Run]:
    """Every run by its name. Imported late: the runs need Django, which needs the place."""
    from tests.instruments.faults import (
        database_runs,
        deploy_runs,
        desk_runs,
        keeping_runs,
        mail_runs,
        outage_runs,
        rotation_run,
        site_runs,
        text_runs,
    )

    modules = (site_runs, database_runs, outage_runs, mail_runs, text_runs, desk_runs)
    found = {
        name.upper(): run
        for module in (*modules, keeping_runs, deploy_runs, rotation_run)
        for name, run in vars(module).items()
        if name[:1] == "r" and name[1:].isdecimal()
    }
    return dict(sorted(found.items(), key=lambda item: ORDER.index(item[0])))


def _one(name: str, run: Run, here: Place, short: bool) -> Outcome:
    started = time.monotonic()
    try:
        outcome = run(here, short)
    except Exception as error:  # a run that breaks has failed; the others still say what they find
        outcome = Outcome(name, problems=[f"{type(error).__name__}: {error}"])
    outcome.seconds = time.monotonic() - started
    print(outcome.line(), flush=True)
    return outcome


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.instruments.faults")
    parser.add_argument("runs", nargs="*", metavar="R1", help="which runs; default all")
    parser.add_argument("--short", action="store_true", help="small numbers, for make test")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
