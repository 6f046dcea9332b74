"""`python -m tests.bench [posts ...]`: measures, prints, and exits with 1 when a row is not met."""

import importlib
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.bench import place, table
from tests.bench.table import Row

PARTS = {
    "posts": "tests.bench.sealed_posts",
    "pages": "tests.bench.page_speed",
    "site": "tests.bench.site_process",
    "desk": "tests.bench.desk_speed",
}


def main(chosen: list[str]) -> int:
    """The parts that are named, or all of them, each in a process and a database of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=1) as pool:
        rows = [row for part in pool.map(rows_of, chosen or PARTS) for row in part]
    table.print_rows(rows)
    return 1 if any(row.met is False for row in rows) else 0


def rows_of(name: str) -> list[Row]:
    """Measure one part."""
    print(f"\n## {name}", flush=True)
    with place.prepared() as deployment:
        return list(importlib.import_module(PARTS[name]).rows(deployment))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
