"""`python -m tests.bench [posts ...]`: measures, prints, and exits with 1 when a row is not met."""

import sys
from collections.abc import Iterator

from tests.bench import place, table
from tests.bench.table import Row
from tests.plugin.processes import Deployment


def main(chosen: list[str]) -> int:
    """The parts that are named, or all of them."""
    rows: list[Row] = []
    for name in chosen or PARTS:
        print(f"\n## {name}", flush=True)
        with place.prepared() as deployment:
            rows += PARTS[name](deployment)
    table.print_rows(rows)
    return 1 if any(row.met is False for row in rows) else 0


def _posts(deployment: Deployment) -> Iterator[Row]:
    from tests.bench import sealed_posts

    return sealed_posts.rows(deployment)


PARTS = {"posts": _posts}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
