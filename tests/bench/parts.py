"""The parts of the bench, by name."""

import importlib

from tests.bench import place
from tests.bench.table import Row

PARTS = {
    "posts": "tests.bench.sealed_posts",
    "pages": "tests.bench.page_speed",
    "site": "tests.bench.site_process",
    "desk": "tests.bench.desk_speed",
}


def rows_of(name: str) -> list[Row]:
    """Measure one part. In a process of its own: Django is set up for one database."""
    print(f"\n## {name}", flush=True)
    with place.prepared() as deployment:
        return list(importlib.import_module(PARTS[name]).rows(deployment))
