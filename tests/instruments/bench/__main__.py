"""`make bench`: measures, prints, and exits with 1 when a row is not met."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.instruments.bench import table
from tests.instruments.bench.parts import PARTS, rows_of


def main(chosen: list[str]) -> int:
    """The parts that are named, or all of them, each in a process and a database of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=1) as pool:
        rows = [row for part in pool.map(rows_of, chosen or PARTS) for row in part]
    table.print_rows(rows)
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
