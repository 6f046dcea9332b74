"""Fill a database with a clinic's ten years: closed requests, and open ones that are really sealed.

    export DATABASE_URL=... INTAKE_KEYS=...
    python -m tests.instruments.bench.load --closed 1000000 --open 5000

By its owner, migrated already. The same numbers make the same closed requests. Closed ones are
written as they are at the end: no trigger fires (`session_replication_role`), because a request
can only arrive as a new one, and a million of them walked step by step takes hours. Their
ciphertexts and wraps are a few bytes, as long as what a row keeps of a long one; nothing opens
them. The check constraints hold for every row. Open requests come in and move on by the real way.
"""

import argparse
import os
import time
from collections.abc import Iterator

from tests.instruments.bench.closed_rows import STATEMENTS

BATCH = 50_000
TEN_YEARS = 3650


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--closed", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=TEN_YEARS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
    import django

    django.setup()
    fill(given.closed, given.open, given.days)


def fill(closed: int, open_ones: int, days: int = TEN_YEARS) -> None:
    """Add so many; then send and count as the worker does, and look at the tables as autovacuum."""
    from django.db import connection
    from django.utils import timezone

    from intake.figures import weekly_counts
    from tests.instruments.bench import open_requests

    now = timezone.now()
    with connection.cursor() as cursor:
        for done in _closed(cursor, closed, {"now": now, "days": days}):
            print(f"{done:>9,} closed requests", flush=True)
        for done in open_requests.arrive(open_ones, now):
            print(f"{done:>9,} open requests", flush=True)
        cursor.execute("UPDATE intake_outboxmessage SET sent_at = due WHERE sent_at IS NULL")
        print(f"{len(weekly_counts.write(now)):>9,} weeks counted", flush=True)
        cursor.execute("VACUUM ANALYZE")


def _closed(cursor, number: int, when: dict[str, object]) -> Iterator[int]:
    for first in range(1, number + 1, BATCH):
        last = min(first + BATCH - 1, number)
        values = {"first": first, "last": last, "number": number, **when}
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in STATEMENTS:
                cursor.execute(statement, values)
        finally:
            cursor.execute("RESET session_replication_role")
        yield last


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.0f} seconds")
