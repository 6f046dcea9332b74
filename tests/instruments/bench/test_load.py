"""The rows that the bench loads are rows that a clinic could have."""

import pytest

from intake.figures import weekly_counts
from intake.models import Attempt, KeyWrap, OutboxMessage, Request, Submission, WeeklyCount
from intake.rules.states import CLOSED, OPEN
from intake.seal import keys
from tests.instruments.bench import load
from tests.intake import rows
from tests.intake.rows import sql

pytestmark = pytest.mark.django_db(transaction=True)
ORPHANS = "SELECT 1 FROM {table} AS one WHERE NOT EXISTS (SELECT FROM {of} WHERE id = one.{column})"
PARTS = {
    "intake_submission": ("intake_request", "request_id"),
    "intake_attempt": ("intake_request", "request_id"),
    "intake_outboxmessage": ("intake_request", "request_id"),
    "intake_keywrap": ("intake_submission", "submission_id"),
}


def test_closed_requests_of_ten_years_are_whole_though_no_trigger_looked() -> None:
    load.fill(400, 0)

    first, last = sql("SELECT min(received), max(received) FROM intake_request")[0]
    assert set(Request.objects.values_list("state", flat=True)) == set(CLOSED)
    assert (last - first).days in range(3600, 3660)
    assert WeeklyCount.objects.filter(figure="received", part="").count() >= 520
    for table, (of, column) in PARTS.items():
        assert not sql(ORPHANS.format(table=table, of=of, column=column)), table
    assert Attempt.objects.count() == sum(Request.objects.values_list("attempts", flat=True))
    assert KeyWrap.objects.count() == 2 * Submission.objects.count() == 800
    linked = Request.objects.filter(duplicate_of__isnull=False).select_related("duplicate_of")
    assert len(linked) == 20
    for row in linked:
        assert row.duplicate_of and row.duplicate_of.state != "duplicate"
        assert row.duplicate_of.asker == row.asker


def test_open_requests_are_really_sealed_and_of_every_state() -> None:
    load.fill(0, 48)

    forms = Submission.objects.all()
    assert set(Request.objects.values_list("state", flat=True)) == set(OPEN)
    assert len(forms) == 49
    assert all(b"Sample Person" in form.unseal(keys.private_keys()) for form in forms)
    assert not OutboxMessage.objects.unsent().exists()


def test_triggers_are_on_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly_counts, "write", lambda now: [])
    load.fill(1, 0)

    with pytest.raises(Exception, match="arrives as new or quarantined"):
        sql("INSERT INTO intake_request SELECT * FROM intake_request")
    assert rows.request().state == "new"
