"""Added to, in order, by many at once; and whoever changes it is found."""

from io import StringIO
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from intake.models import LedgerEntry
from intake.store import ledger
from intake.store.ledger import Head
from tests.intake import rows
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db
WRITERS, LINES_EACH = 8, 25


@pytest.fixture
def five_lines() -> None:
    for number in range(5):
        ledger.record("opened", by=f"user{number}", request=uuid4())


def test_record_keeps_who_what_which_and_when() -> None:
    request = rows.request()

    ledger.record("moved", by="sam", request=request, reason="asked", detail="new > claimed")

    line = LedgerEntry.objects.get()
    assert (line.number, line.action, line.by, line.record) == (1, "moved", "sam", request.id)
    assert (line.reason, line.detail) == ("asked", "new > claimed")
    assert line.at is not None


def test_record_takes_an_id_or_nothing() -> None:
    request_id = uuid4()

    ledger.record("opened", by="sam", request=request_id)
    ledger.record("started", by=ledger.WORKER)

    assert list(LedgerEntry.objects.order_by("number").values_list("record", flat=True)) == [
        request_id,
        None,
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {"action": "Called Ann"},
        {"reason": "she said so"},
        {"detail": "Ann, 217@555"},
        {"detail": "new > claimed\n"},
    ],
)
def test_typed_words_are_refused_and_not_repeated(typed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is not a code$") as error:
        ledger.record(**{"action": "opened", "by": "sam"} | typed)

    assert "Ann" not in str(error.value)
    assert not LedgerEntry.objects.exists()


def test_clock_is_the_databases_and_not_the_transactions() -> None:
    with transaction.atomic():
        ledger.record("opened", by="sam")
        ledger.record("opened", by="sam")

    first, second = LedgerEntry.objects.order_by("number").values_list("at", flat=True)
    assert first < second


def test_each_line_holds_the_hash_before_it(five_lines: None) -> None:
    lines = list(LedgerEntry.objects.order_by("number"))

    assert bytes(lines[0].previous_hash) == b""
    for before, after in pairwise(lines):
        assert bytes(after.previous_hash) == bytes(before.hash)


def test_whole_ledger_verifies(five_lines: None) -> None:
    assert ledger.verify() is None
    assert ledger.verify(ledger.head()) is None


def test_empty_ledger_verifies() -> None:
    assert ledger.verify() is None
    assert ledger.head() is None


@pytest.mark.parametrize(
    "change",
    [
        "by = 'other'",
        "at = at + interval '1 microsecond'",
        "action = 'closed'",
        "record = NULL",
        "record = gen_random_uuid()",
        "reason = 'x'",
        "detail = 'x'",
        "hash = sha256('x')",
        "previous_hash = ''",
    ],
)
def test_one_edited_line_is_found_and_named(five_lines: None, change: str) -> None:
    _as_owner(f"UPDATE intake_ledgerentry SET {change} WHERE number = 3")

    assert ledger.verify() == 3


def test_edited_line_with_a_fitting_hash_breaks_the_next(five_lines: None) -> None:
    _as_owner("UPDATE intake_ledgerentry SET \"by\" = 'other' WHERE number = 3")
    _as_owner(
        "UPDATE intake_ledgerentry SET hash = ledger_hash(previous_hash, number, at, action,"
        ' "by", record, reason, detail) WHERE number = 3'
    )

    assert ledger.verify() == 4


@pytest.mark.parametrize("number", [1, 2, 4])
def test_missing_line_is_named(five_lines: None, number: int) -> None:
    _as_owner("DELETE FROM intake_ledgerentry WHERE number = %s", number)

    assert ledger.verify() == number


def test_gap_behind_a_chain_made_anew_is_found(five_lines: None) -> None:
    _as_owner("DELETE FROM intake_ledgerentry WHERE number = 1")
    for number in range(2, 6):
        _as_owner(
            "UPDATE intake_ledgerentry SET previous_hash = coalesce("
            "(SELECT hash FROM intake_ledgerentry WHERE number = %s), '') WHERE number = %s",
            number - 1,
            number,
        )
        _as_owner(
            "UPDATE intake_ledgerentry SET hash = ledger_hash(previous_hash, number, at, action,"
            ' "by", record, reason, detail) WHERE number = %s',
            number,
        )

    assert ledger.verify() == 1


def test_words_moved_between_columns_are_found(five_lines: None) -> None:
    ledger.record("opened", by="sam", reason="a", detail="b")
    _as_owner("UPDATE intake_ledgerentry SET reason = 'ab', detail = '' WHERE number = 6")

    assert ledger.verify() == 6


def test_cut_tail_is_found_with_the_head_of_yesterday(five_lines: None) -> None:
    yesterday = ledger.head()
    _as_owner("DELETE FROM intake_ledgerentry WHERE number > 3")

    assert ledger.verify() is None
    assert ledger.verify(yesterday) == 4


def test_ledger_written_anew_is_found_with_the_head_of_yesterday(five_lines: None) -> None:
    yesterday = ledger.head()
    _as_owner("DELETE FROM intake_ledgerentry")
    assert ledger.verify(yesterday) == 1

    for _ in range(6):
        ledger.record("opened", by="sam")

    assert ledger.verify() is None
    assert ledger.verify(yesterday) == 5


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Kathmandu"])
def test_verifier_in_another_time_zone_agrees(five_lines: None, zone: str) -> None:
    sql("SELECT set_config('TimeZone', %s, true)", zone)

    assert ledger.verify() is None


@pytest.mark.django_db(transaction=True)
def test_chain_holds_under_many_writers() -> None:
    rows.at_once(_write_lines, WRITERS)

    assert LedgerEntry.objects.count() == WRITERS * LINES_EACH
    assert ledger.verify() is None
    times = list(LedgerEntry.objects.order_by("number").values_list("at", flat=True))
    assert times == sorted(times)


@pytest.mark.django_db(transaction=True)
def test_rolled_back_line_leaves_no_gap() -> None:
    ledger.record("opened", by="sam")
    with transaction.atomic():
        ledger.record("opened", by="sam")
        transaction.set_rollback(True)
    ledger.record("opened", by="sam")

    assert list(LedgerEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert ledger.verify() is None


def test_append_only_role_can_record_and_nothing_else() -> None:
    sql("CREATE ROLE append_only")
    sql("GRANT USAGE ON SCHEMA public TO append_only")  # `create_roles` takes it from everybody
    sql("GRANT INSERT ON intake_ledgerentry TO append_only")

    sql("SET LOCAL ROLE append_only")
    ledger.record("opened", by="sam")
    sql("RESET ROLE")

    assert ledger.verify() is None
    assert LedgerEntry.objects.count() == 1


def test_verify_ledger_prints_the_head(five_lines: None) -> None:
    assert _verify_ledger() == f"The ledger is whole. Head: {ledger.head()}\n"
    assert _verify_ledger("--head", str(ledger.head())).startswith("The ledger is whole.")


def test_verify_ledger_of_an_empty_ledger_says_so() -> None:
    assert "it is empty" in _verify_ledger()


def test_verify_ledger_names_the_broken_line(five_lines: None) -> None:
    _as_owner("UPDATE intake_ledgerentry SET reason = 'x' WHERE number = 2")

    with pytest.raises(CommandError, match="broken at line 2"):
        _verify_ledger()


@pytest.mark.parametrize("text", ["5", "x:00", "5:zz"])
def test_verify_ledger_with_a_wrong_head_says_what_it_wants(text: str) -> None:
    if text == "5":
        assert Head.parse(text) == Head(5, b"")
        return
    with pytest.raises(CommandError, match="number:hash"):
        _verify_ledger("--head", text)


def _verify_ledger(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_ledger", *arguments, stdout=output)
    return output.getvalue()


def _write_lines(writer: int) -> None:
    for _ in range(LINES_EACH):
        ledger.record("opened", by=f"user{writer}")


def _as_owner(statement: str, *values: Any) -> None:
    """Who owns the table can switch the trigger off. The chain shows it all the same."""
    sql("ALTER TABLE intake_ledgerentry DISABLE TRIGGER ledger_fixed")
    sql(statement, *values)
    sql("ALTER TABLE intake_ledgerentry ENABLE TRIGGER ledger_fixed")
