"""The parts of the bench, by name."""

import importlib
import os
import traceback

from tests.instruments.bench import place, table
from tests.instruments.bench.table import Row

PARTS = {
    "posts": "tests.instruments.bench.sealed_posts",
    "pages": "tests.instruments.bench.page_speed",
    "site": "tests.instruments.bench.site_process",
    "desk": "tests.instruments.bench.desk_speed",
}


def rows_of(name: str) -> list[Row]:
    """Measure one part and print its verdicts.

    A part that breaks off keeps the rows that it has, and one more that is not met and says why;
    the whole traceback goes to standard error.
    """
    print(f"\n## {name} (load {os.getloadavg()[0]:.1f})", flush=True)
    rows: list[Row] = []
    try:
        with place.prepared() as deployment:
            rows.extend(importlib.import_module(PARTS[name]).rows(deployment))
    except Exception as error:
        traceback.print_exc()
        rows.append(table.broke_off(name, f"{type(error).__name__}: {error}"))
    table.print_rows(rows)
    return rows
