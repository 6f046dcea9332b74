"""R13 and R16: what is deleted is deleted whole, what was kept can be read elsewhere."""

import random
import time
from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.utils import timezone

from intake.models import KeyWrap, LedgerEntry, OutboxMessage, Request, Submission, Tombstone
from intake.rules.states import State
from intake.store import ledger
from tests.instruments.faults import site, vault
from tests.instruments.faults.cluster import Cluster
from tests.instruments.faults.load import Load
from tests.instruments.faults.mail_runs import nursery
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.intake import rows
from tests.plugin.waiting import PATIENCE

COUNTED = (Request, Submission, KeyWrap, OutboxMessage, LedgerEntry)
OPENED = 20
UPDATE = "UPDATE intake_request SET"


def r13(place: Place, short: bool) -> Outcome:
    """A purge killed midway leaves nothing half: gone with its tombstone, or still whole."""
    outcome, kills = Outcome("R13"), 3 if short else 20
    name = place.database()
    kept = _fill(due=60 if short else 600, kept=10 if short else 60)
    before = Request.objects.count()
    outcome.sent = before - len(kept)
    with nursery(place, name, "purge") as kill:
        outcome.mid_request = _kill_midway(kill, kills)
        outcome.kills = outcome.mid_request
        _until_purged()
    outcome.stored = Tombstone.objects.count()
    outcome.require(outcome.kills >= kills, f"only {outcome.kills} kills met a purge at work")
    _judge_purge(outcome, kept)
    return outcome


def r16(place: Place, short: bool) -> Outcome:
    """Dump, a fresh cluster, the recovery key: the same counts, and records open."""
    outcome, name = Outcome("R16"), place.database()
    with (
        site.running(place, place.url("site", name)) as served,
        Load(served.port, retry=True) as load,
    ):
        time.sleep(1 if short else 5)
    for number in range(25):
        ledger.record("noted", by="bench", detail=str(number))
    counts = _counts()
    other = Cluster(place.folder / "restored")
    try:
        restore(place.cluster, name, other)
        place.point_at(other.url(name))
        place.open_with("recovery")
        _judge_restored(outcome, load, counts)
    finally:
        place.open_with("desk")
        place.point_at(place.cluster.url(name))
        other.stop()
    return outcome


def restore(source: Cluster, name: str, target: Cluster) -> None:
    """Roles and one database, by pg_dump and psql, as an operator would."""
    roles = source.tool("pg_dumpall", "--roles-only", capture_output=True).stdout
    dump = source.tool("pg_dump", name, capture_output=True).stdout
    target.sql(f"CREATE DATABASE {name}")
    roles = b"\n".join(line for line in roles.splitlines() if not line.endswith(b"ROLE clinic;"))
    for database, text in (("postgres", roles), (name, dump)):
        target.tool(
            *("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database),
            input=text,
            capture_output=True,
        )


def _counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in COUNTED}


def _judge_restored(outcome: Outcome, load: Load, counts: dict[str, int]) -> None:
    found = _counts()
    outcome.require(found == counts, f"counts differ: {counts} and {found}")
    outcome.require(ledger.verify() is None, "the ledger's chain is broken")
    stored = vault.judge(outcome, [(each.post, each.acknowledged) for each in load.sent])
    least = min(OPENED, outcome.sent)
    outcome.require(len(stored) >= least > 0, "fewer than 20 records to open")
    lines = found["LedgerEntry"]
    outcome.notes.append(f"{len(stored)} opened with the recovery key, {lines} ledger lines")


def _fill(*, due: int, kept: int) -> set[UUID]:
    """Closed long ago, with some that stay: open, held, or closed today. Gives their ids."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    for _ in range(due):
        rows.request_in(random.choice([State.DECLINED, State.SPAM, State.WITHDRAWN]))
    stays = set()
    for number in range(kept):
        row = rows.request_in([State.NEW, State.DECLINED, State.SPAM][number % 3])
        if number % 3 == 1:
            rows.sql(f"{UPDATE} held_at = now(), held_by = 'ana' WHERE id = %s", row.id)
        if number % 3 == 2:
            rows.sql(f"{UPDATE} closed_at = now() WHERE id = %s", row.id)
        stays.add(row.id)
    connection.close()
    return stays


def _kill_midway(kill: Callable[[], bool], wanted: int) -> int:
    """A kill counts when something was purged since the last one and something is left."""
    kills, deadline = 0, time.monotonic() + PATIENCE
    left = Request.objects.purgeable(timezone.now()).count()
    while kills < wanted and time.monotonic() < deadline:
        time.sleep(random.uniform(0.01, 0.04))
        now_left = Request.objects.purgeable(timezone.now()).count()
        if 0 < now_left < left and kill():
            kills, left = kills + 1, now_left
        if not now_left:
            break
    return kills


def _until_purged() -> None:
    deadline = time.monotonic() + PATIENCE
    while Request.objects.purgeable(timezone.now()).exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _judge_purge(outcome: Outcome, kept: set[UUID]) -> None:
    left = set(Request.objects.values_list("id", flat=True))
    told = LedgerEntry.objects.filter(action="purged").count()
    wraps = KeyWrap.objects.exclude(submission__request_id__in=kept).count()
    outcome.acknowledged = told
    outcome.lost = len(kept - left)
    outcome.require(not left - kept, f"{len(left - kept)} kept past their date")
    outcome.require(outcome.stored == outcome.sent, "tombstones do not add up")
    outcome.require(told == outcome.sent, f"{told} ledger lines for {outcome.sent} purged")
    outcome.require(Submission.objects.count() == len(kept), "sealed rows left behind or gone")
    outcome.require(wraps == 0, f"{wraps} wraps left behind")
    outcome.require(ledger.verify() is None, "the ledger's chain is broken")
