"""No list or page of the desk reads a whole table: what it costs does not grow with the years.

Ten years of a clinic are loaded, every page is asked for by a manager, and each of its queries is
given to EXPLAIN ANALYZE as it is sent. What counts is how many rows a scan touches, whether it
keeps them or filters them away.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from intake.desk.entrance import rights
from intake.desk.urls import urlpatterns
from intake.models import Request
from intake.models.queue_sections import Section
from tests.instruments.bench import load
from tests.intake import rows
from tests.intake.rows import sql
from tests.plugin.staff import member, signed_in

CLOSED, LINES = 10_000, 10_000
LARGE = 10_000  # rows of a table that has all the years
ALL_THE_YEARS = {"intake_request", "intake_submission", "intake_keywrap", "intake_ledgerentry"}
MOST = 0.1  # of its rows: what is open, or the latest quarter, never all
LEDGER = """
INSERT INTO intake_ledgerentry (
    number, at, action, "by", record, reason, detail, previous_hash, hash
)
SELECT n, now() - interval '1 hour' * (%s - n), (ARRAY['opened', 'moved', 'noted'])[1 + n %% 3],
    (ARRAY['ana', 'ben', 'mae'])[1 + n %% 3], md5('request ' || n)::uuid, '', '', '\\x00', '\\x00'
FROM generate_series(1, %s) AS n
"""
TABLES = """
SELECT relname, reltuples FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
READING = ("SELECT", "WITH")

# Pages of the desk that are no list: what they read is asked for by name, or is everything.
NO_LISTS = {"desk_export", "desk_export_figures", "desk_ledger_verify", "desk_ledger_export"}
CHANGES = {"desk_link", "desk_unlink"}


def pages(client: Client, row: Request) -> dict[str, Callable[[], Any]]:
    """How each page is asked for, by its name."""
    record, named = f"/desk/requests/{row.pk}", {"term": "Sample Person"}
    colleague = member("cy", rights.AUDITOR)
    asked: dict[str, Callable[[], Any]] = {
        f"desk_queue {each}": partial(client.get, "/desk/queue/", {"section": str(each)})
        for each in Section
    }
    return asked | {
        "first_page": lambda: client.get("/desk/"),
        "desk_queue": lambda: client.get("/desk/queue/"),
        "desk_queue, second page of closed": lambda: second_page_of_closed(client),
        "desk_search": lambda: client.get("/desk/search/"),
        "desk_search for a name": lambda: client.post("/desk/search/", named),
        "desk_by_phone": lambda: client.get("/desk/requests/by-phone/"),
        "desk_colleagues": lambda: client.get("/desk/colleagues/"),
        "desk_colleague_add": lambda: client.get("/desk/colleagues/add/"),
        "desk_colleague": lambda: client.get(f"/desk/colleagues/{colleague.pk}/"),
        "desk_duplicates": lambda: client.post(f"{record}/duplicates/"),
        "desk_help": lambda: client.get("/desk/help/"),
        "desk_ledger": lambda: client.get("/desk/ledger/"),
        "desk_ledger of one person": lambda: client.get("/desk/ledger/", {"by": "ana"}),
        "desk_ledger of one action": lambda: client.get("/desk/ledger/", {"action": "opened"}),
        "desk_ledger of one request": lambda: client.get("/desk/ledger/", {"record": str(row.pk)}),
        "desk_ledger, an older page": lambda: client.get("/desk/ledger/", {"before": LINES // 2}),
        "record": lambda: client.get(f"/desk/intake/request/{row.pk}/change/"),
    }


def second_page_of_closed(client: Client) -> Any:
    """By the link to it."""
    return client.get(client.get("/desk/queue/", {"section": Section.CLOSED}).context["older"])


@pytest.fixture
def ten_years() -> Request:
    """Closed requests and ledger lines of ten years, and a few open requests; one of these."""
    now = timezone.now()
    with closing(connection.cursor()) as cursor:
        list(load._closed(cursor, CLOSED, {"now": now, "days": load.TEN_YEARS}))
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(LEDGER, [LINES, LINES])
        cursor.execute("RESET session_replication_role")
    sent = [rows.request(now=now) for _ in range(5)]
    sql("ANALYZE")
    return sent[0]


@contextmanager
def scans_of_everything() -> Iterator[list[str]]:
    """Fills the list with each query that touches more than MOST of a LARGE table."""
    sizes = {table: size for table, size in sql(TABLES) if size >= LARGE}
    found: list[str] = []

    def explained(
        execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any
    ) -> Any:
        if query.lstrip().upper().startswith(READING):
            for table, read in touched(query, values):
                if read > MOST * sizes.get(table, float("inf")):
                    found.append(f"{read:.0f} of {sizes[table]:.0f} rows of {table}: {query}")
        return execute(query, values, many, context)

    with connection.execute_wrapper(explained):
        yield found


def touched(query: str, values: Any) -> Iterator[tuple[str, float]]:
    """Each scan of a table in the plan, with the rows that it kept or filtered away."""
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", values)
        (told,) = cursor.fetchone()
    plan = json.loads(told) if isinstance(told, str) else told
    yield from _scans(plan[0]["Plan"])


def _scans(node: dict[str, Any], table: str = "") -> Iterator[tuple[str, float]]:
    """A bitmap of an index belongs to the table of the node above it."""
    table = node.get("Relation Name", table)
    if table and "Scan" in node["Node Type"]:
        dropped = (number for name, number in node.items() if name.startswith("Rows Removed by"))
        yield table, (node["Actual Rows"] + sum(dropped)) * node["Actual Loops"]
    for each in node.get("Plans", ()):
        yield from _scans(each, table if node["Node Type"].startswith("Bitmap") else "")


@pytest.mark.django_db(transaction=True)  # a TRUNCATE makes the tables small again
def test_no_page_of_the_desk_reads_all_that_there_is(
    ten_years: Request, fresh_limits: None
) -> None:
    assert {table for table, size in sql(TABLES) if size >= LARGE} >= ALL_THE_YEARS
    client = signed_in(member("mae", rights.MANAGER))
    asked = pages(client, ten_years)
    found = {}

    for name, ask in asked.items():
        with scans_of_everything() as found[name]:
            assert ask().status_code == 200, name

    named = {str(each.name) for each in urlpatterns}
    assert named - {name.split()[0].strip(",") for name in asked} == NO_LISTS | CHANGES
    report = "\n".join(f"{name}: {each}" for name, each_of in found.items() for each in each_of)
    assert not report, report


@pytest.mark.django_db
def test_scan_of_everything_is_noticed() -> None:
    sql("CREATE TABLE many AS SELECT n, 'word' AS word FROM generate_series(1, %s) AS n", LARGE)
    sql("CREATE UNIQUE INDEX ON many (n)")
    sql("ANALYZE many")

    with scans_of_everything() as found:
        sql("SELECT FROM many WHERE word = 'none'")
        sql("SELECT count(*) FROM many WHERE n > 0")
        sql("SELECT FROM many WHERE n = 7")
        sql("SELECT FROM many ORDER BY n LIMIT 9")

    assert [line.split(": ")[1] for line in found] == [
        "SELECT FROM many WHERE word = 'none'",
        "SELECT count(*) FROM many WHERE n > 0",
    ]
