"""`make bench`: measures, prints, and exits with 1 when a row is not met or a part broke off."""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

from tests.instruments.bench import table
from tests.instruments.bench.parts import PARTS, rows_of
from tests.instruments.bench.table import Row


def main(arguments: Sequence[str]) -> int:
    """The parts that are named, or all of them; each prints its verdicts when it ends."""
    chosen = _options(arguments).parts or list(PARTS)
    rows = [row for name in chosen for row in _measured(name)]
    if len(chosen) > 1:
        print("\n## all parts")
        table.print_rows(rows)
    return 1 if any(row.met is False for row in rows) else 0


def _measured(name: str) -> list[Row]:
    """In a process and a database of its own: Django is set up for one database."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as pool:
        try:
            return pool.submit(rows_of, name).result()
        except BrokenExecutor:  # killed, for want of memory perhaps
            return [table.broke_off(name, "its process was killed")]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    listed = ", ".join(PARTS)
    parser = argparse.ArgumentParser(
        prog="python -m tests.instruments.bench",
        description="Speed, memory and growth, side by side (docs/performance.md).",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{listed}; default all")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: choose from {listed}")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
