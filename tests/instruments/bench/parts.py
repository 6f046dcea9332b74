"""The parts of the bench, by name."""

import importlib

from tests.instruments.bench import place
from tests.instruments.bench.table import Row

PARTS = {
    "posts": "tests.instruments.bench.sealed_posts",
    "pages": "tests.instruments.bench.page_speed",
    "site": "tests.instruments.bench.site_process",
    "desk": "tests.instruments.bench.desk_speed",
}


def rows_of(name: str) -> list[Row]:
    """Measure one part. In a process of its own: Django is set up for one database."""
    print(f"\n## {name}", flush=True)
    with place.prepared() as deployment:
        return list(importlib.import_module(PARTS[name]).rows(deployment))
