"""Nothing is kept past its date, nothing goes before it, and a purge may die at any point."""

import os
import random
import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.models import (
    KeyWrap,
    LedgerEntry,
    OutboxMessage,
    Request,
    StaffText,
    Submission,
    Tombstone,
)
from intake.rules.states import CLOSED, OPEN, State
from intake.seal.answers import Asker
from intake.store import ledger, staff_text
from intake.worker import retention
from tests import CHECKOUT
from tests.intake import rows
from tests.intake.rows import NOW, sql
from tests.intake.worker.live_purges import KILLS
from tests.plugin.live_site import test_database_url

pytestmark = pytest.mark.django_db
OF_A_REQUEST = (Submission, StaffText, KeyWrap, OutboxMessage, Request)
LONG_AFTER = NOW + timedelta(days=3650)
KEPT = sorted(set(CLOSED) - {State.WITHDRAWN, State.DUPLICATE})


@pytest.fixture(autouse=True)
def periods(settings: Any) -> None:
    """Each state its own, so that none can be taken for another."""
    own = {f"{state}_days": 20 + number for number, state in enumerate(KEPT)}
    kept = replace(settings.CLINIC.retention, closed_days=90, warning_days=7, **own)
    settings.CLINIC = replace(settings.CLINIC, retention=kept)


def purge(now: datetime) -> list[str]:
    return [str(each) for each in retention.purge(now)]


def hold(row: Request) -> None:
    Request.objects.filter(id=row.id).update(held_at=NOW, held_by="sam")


def joined_to(original: Request, at: datetime = NOW) -> Request:
    row = rows.request()
    join(row, original, at)
    return row


def join(row: Request, original: Request, at: datetime = NOW) -> None:
    sql(
        "UPDATE intake_request SET state = 'duplicate', duplicate_of_id = %s, closed_at = %s,"
        " closed_by = 'sam', next_action = '' WHERE id = %s",
        original.id,
        at,
        row.id,
    )


def closed(state: State = State.ADMITTED, at: datetime = NOW) -> Request:
    row = rows.request_in(state)
    Request.objects.filter(id=row.id).update(closed_at=at)
    return row


def left() -> set[UUID]:
    return set(Request.objects.values_list("id", flat=True))


# When


@pytest.mark.parametrize("state", KEPT)
def test_request_goes_when_the_days_of_its_state_have_passed(state: State) -> None:
    row = rows.request_in(state)
    days = 20 + KEPT.index(state)

    assert purge(NOW + timedelta(days=days) - timedelta(seconds=1)) == []
    assert purge(NOW + timedelta(days=days)) == [f"{row}: {state}, {days} days"]
    assert not Request.objects.exists()


def test_state_without_days_of_its_own_has_the_common_ones(settings: Any) -> None:
    kept = replace(settings.CLINIC.retention, spam_days=None)
    settings.CLINIC = replace(settings.CLINIC, retention=kept)
    rows.request_in(State.SPAM)

    assert purge(NOW + timedelta(days=89)) == []
    assert len(purge(NOW + timedelta(days=90))) == 1


def test_withdrawn_request_goes_with_the_next_run() -> None:
    row = rows.request_in(State.WITHDRAWN)

    assert purge(NOW) == [f"{row}: withdrawn, 0 days"]


@pytest.mark.parametrize("state", OPEN)
def test_open_request_stays_however_old(state: State) -> None:
    """Quarantine that nobody looked at, too."""
    row = rows.request_in(state)

    assert purge(LONG_AFTER) == []
    assert row.id in left()


@pytest.mark.parametrize("state", CLOSED)
def test_legal_hold_wins(state: State) -> None:
    row = rows.request_in(state)
    hold(row)

    purge(LONG_AFTER)

    assert row.id in left()


def test_closing_soon_is_what_goes_within_the_days_of_warning() -> None:
    soon = closed(at=NOW)
    closed(at=NOW + timedelta(minutes=1))
    held = closed(at=NOW)
    hold(held)
    rows.request()

    assert list(Request.objects.closing_soon(NOW + timedelta(days=20 - 7))) == [soon]


# What goes and what remains


def test_everything_of_it_goes_and_nothing_of_another() -> None:
    other = rows.request()
    staff_text.write(other, kind=StaffText.Kind.NOTE, text="A note", by="sam", now=NOW)
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in OF_A_REQUEST}
    nonce = secrets.token_bytes(16)
    row = rows.request(nonce=nonce)
    rows.receive(rows.answers(message="More"), nonce=nonce)
    staff_text.write(row, kind=StaffText.Kind.NOTE, text="A note", by="sam", now=NOW)
    rows.step(row, State.WITHDRAWN)

    purge(NOW)

    for model in OF_A_REQUEST:
        assert set(model.objects.values_list("pk", flat=True)) == before[model], model


def test_purge_reads_no_sealed_column() -> None:
    row = rows.request_in(State.WITHDRAWN)
    staff_text.write(row, kind=StaffText.Kind.NOTE, text="A note", by="sam", now=NOW)

    with CaptureQueriesContext(connection) as queries:
        purge(NOW)

    assert any("intake_stafftext" in each["sql"] for each in queries)
    assert not [each["sql"] for each in queries if "ciphertext" in each["sql"]]
    assert not [each["sql"] for each in queries if '"wrapped"' in each["sql"]]


def test_tombstone_holds_month_state_lane_and_rounded_times() -> None:
    night = datetime(2025, 4, 1, 3, 0, tzinfo=UTC)  # still March in the clinic
    row = rows.request(now=night, quarantined=True)
    times = {
        "first_attempt_at": night + timedelta(minutes=63),
        "reached_at": night + timedelta(minutes=3, seconds=-1),
        "offered_at": None,
    }
    Request.objects.filter(id=row.id).update(**times)
    rows.step(row, State.SPAM)

    purge(LONG_AFTER)

    columns = [field.name for field in Tombstone._meta.fields if field.name != "id"]
    assert Tombstone.objects.values(*columns).get() == {
        "month": date(2025, 3, 1),
        "final_state": "spam",
        "lane": "quarantine",
        "minutes_to_attempt": 65,
        "minutes_to_talk": 5,
        "minutes_to_offer": None,
    }


def test_ledger_says_that_it_went_and_by_which_rule() -> None:
    row = rows.request_in(State.WITHDRAWN)

    purge(NOW)

    line = LedgerEntry.objects.get(action="purged")
    assert (line.by, line.record, line.detail) == ("worker", row.id, "withdrawn, 0 days")
    assert ledger.verify() is None


def test_without_its_ledger_line_nothing_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows.request_in(State.WITHDRAWN)
    monkeypatch.setattr(ledger, "WORKER", "")  # refused by the table

    assert purge(NOW) == []
    assert row.id in left()
    assert not Tombstone.objects.exists()


# Duplicates


def test_duplicate_goes_with_the_request_that_it_joins() -> None:
    original = closed()
    newer = joined_to(original, NOW + timedelta(days=19))

    lines = purge(NOW + timedelta(days=20))

    assert lines[-1] == f"{newer}: duplicate, with the request that it joins"
    assert not left()
    assert set(Tombstone.objects.values_list("final_state", flat=True)) == {"admitted", "duplicate"}
    assert LedgerEntry.objects.filter(action="purged").count() == 2


def test_duplicate_of_an_open_request_goes_by_its_own_date() -> None:
    original = rows.request()
    joined_to(original)

    assert len(purge(NOW + timedelta(days=90))) == 1
    assert left() == {original.id}


def test_chain_of_duplicates_goes_as_a_whole() -> None:
    first, second, third = closed(), rows.request(), rows.request()
    join(third, second)
    join(second, first)

    assert len(purge(NOW + timedelta(days=20))) == 3
    assert not left()


def test_warning_leaves_out_what_a_linked_hold_keeps() -> None:
    original, duplicate = closed(), rows.request()
    join(duplicate, original)
    assert set(Request.objects.closing_soon(LONG_AFTER)) == {original, duplicate}

    hold(duplicate)
    assert not Request.objects.closing_soon(LONG_AFTER)


@pytest.mark.parametrize("held", [0, 1, 2])
def test_hold_covers_what_is_linked(held: int, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = closed(), rows.request(), rows.request()
    join(third, second)
    join(second, first)
    hold((first, second, third)[held])

    call_command("purge")

    assert {first.id, second.id, third.id} <= left()
    assert "not purged" not in caplog.text  # found, and not only refused by the table


# The command


def test_dry_run_lists_what_the_purge_then_deletes(capsys: pytest.CaptureFixture[str]) -> None:
    original = closed()
    joined_to(original)
    closed(State.SPAM)
    hold(closed())
    closed(at=datetime.now(UTC))

    call_command("purge", dry_run=True)
    listed = capsys.readouterr().out
    count = Request.objects.count()
    call_command("purge")

    assert capsys.readouterr().out == listed
    assert len(listed.splitlines()) == 3
    assert f"{original}: admitted, 20 days" in listed
    assert Request.objects.count() == count - 3


def test_one_that_cannot_go_does_not_keep_the_others(caplog: pytest.LogCaptureFixture) -> None:
    stuck, other = closed(), closed(at=NOW + timedelta(hours=1))
    sql(
        "CREATE FUNCTION stick() RETURNS trigger LANGUAGE plpgsql AS $$"
        f"BEGIN IF OLD.id = '{stuck.id}' THEN RAISE EXCEPTION 'words'; END IF; RETURN OLD; END $$"
    )
    sql(
        "CREATE TRIGGER stick BEFORE DELETE ON intake_request FOR EACH ROW EXECUTE FUNCTION stick()"
    )

    with pytest.raises(CommandError, match="1 could not be deleted"):
        call_command("purge", verbosity=0)

    assert left() == {stuck.id}
    assert other.id not in left()
    assert Submission.objects.count() == 1
    assert f"not purged: {stuck}, InternalError" in caplog.messages


@pytest.mark.parametrize(
    "change", [{"held_at": NOW}, {"state": "claimed", "closed_at": None, "closed_by": ""}]
)
def test_what_changes_during_the_run_is_seen(
    change: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    closed(), closed(at=NOW + timedelta(hours=1))
    run = retention.purge(LONG_AFTER)

    gone = next(run).request
    (later,) = Request.objects.exclude(id=gone.id)
    if "state" in change:
        change = rows.fitting(State.CLAIMED)
    Request.objects.filter(id=later.id).update(**change)

    assert list(run) == []
    assert left() == {later.id}
    assert "not purged" not in caplog.text


# Killed


@pytest.fixture
def many_closed(transactional_db: None) -> int:
    """Requests whose time has passed, some with notes, some linked; committed for real."""
    total = 0
    for number in range(70):
        row = rows.request(sent=rows.answers(about=Asker.SELF))
        staff_text.write(row, kind=StaffText.Kind.NOTE, text="A note", by="sam", now=NOW)
        if number % 7 == 0:
            joined_to(row)
            total += 1
        rows.step(row, random.choice([State.SPAM, State.WITHDRAWN]))
        total += 1
    return total


def test_killed_twenty_times_in_the_middle_nothing_is_kept_or_half_gone(many_closed: int) -> None:
    """R13: a real process, killed with no warning, each time between its first statement and its
    last.
    """
    kept_by_date = rows.request_in(State.NEW)

    killed = _run_purges("kill")

    assert killed == [-signal.SIGKILL] * KILLS
    remaining = Request.objects.filter(state__in=CLOSED).count()
    assert 0 < remaining < many_closed
    assert Tombstone.objects.count() == many_closed - remaining
    assert LedgerEntry.objects.filter(action="purged").count() == many_closed - remaining
    assert not Request.objects.filter(state=State.PURGED)
    assert Submission.objects.count() == remaining + 1

    assert _run_purges("finish") == [0]

    assert left() == {kept_by_date.id}
    assert Tombstone.objects.count() == many_closed
    assert (Submission.objects.count(), StaffText.objects.count()) == (1, 0)
    assert ledger.verify() is None


def _run_purges(how: str) -> list[int]:
    """How each of the purges ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.worker.live_purges", how],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": test_database_url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]
