"""What fails quietly is said on every page of the desk; what works is not mentioned."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intake.desk.frame import quiet_failures
from intake.desk.frame.quiet_failures import Measured, Severity, alerts
from intake.models import OutboxMessage, Request, SignOfLife
from intake.seal import keys, sealing
from intake.seal.keys import Purpose
from intake.seal.sealing import Suite
from intake.worker import signs_of_life
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.desk import LOGIN, QUEUE, Desk, get

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)
WELL = Measured(
    {SignOfLife.Name.WORKER: NOW, SignOfLife.Name.BACKUP: NOW},
    key_problem="",
    key_made=date(2025, 1, 1),
    one_process=False,
)


def seen(**changed: datetime | None) -> Measured:
    """All is well but for these."""
    times = {**WELL.seen, **changed}
    return WELL._replace(seen={name: at for name, at in times.items() if at})


def told(facts: Measured, now: datetime = NOW) -> list[tuple[Severity, str]]:
    return [(each.severity, each.what) for each in alerts(facts, now)]


def test_where_all_is_well_nothing_is_said() -> None:
    assert told(WELL) == []


@pytest.mark.parametrize(
    ("facts", "severity", "words"),
    [
        (seen(unsent=NOW - 31 * MINUTES), "urgent", "A notice from 9:59 am is still not sent."),
        (seen(unopened=NOW - MINUTES), "urgent", "nobody has opened was due at 10:29 am."),
        (seen(worker=NOW - 6 * MINUTES), "urgent", "The worker was last seen at 10:24 am."),
        (seen(worker=None), "urgent", "The worker has never run."),
        (
            WELL._replace(key_problem="no such folder"),
            "urgent",
            "cannot be opened: no such folder.",
        ),
        (WELL._replace(key_made=date(2024, 3, 10)), "warning", "key is from March 2024."),
        (seen(backup=NOW - 27 * 60 * MINUTES), "warning", "was made yesterday, 7:30 am."),
        (seen(backup=None), "note", "No backup was recorded yet."),
        (WELL._replace(one_process=True), "note", "One-process mode: this server can read"),
    ],
)
def test_each_failure_is_told(facts: Measured, severity: str, words: str) -> None:
    [(how, what)] = told(facts)

    assert how == severity
    assert words in what
    assert all(each.do for each in alerts(facts, NOW))


@pytest.mark.parametrize(
    "facts",
    [
        seen(unsent=NOW - 30 * MINUTES),
        seen(worker=NOW - 5 * MINUTES),
        seen(backup=NOW - 26 * 60 * MINUTES),
        WELL._replace(key_made=NOW.date() - timedelta(days=365)),
        WELL._replace(key_made=None),
    ],
)
def test_at_its_limit_nothing_is_said(facts: Measured) -> None:
    assert told(facts) == []


def test_gravest_comes_first() -> None:
    facts = WELL._replace(seen={"unsent": NOW - timedelta(days=1)}, one_process=True)

    severities = [how for how, _ in told(facts)]

    assert severities == sorted(severities, key=list(Severity).index)
    assert len(severities) == 4


def test_oldest_of_each_is_read_in_one_query() -> None:
    for minutes in (5, 90, 30):
        rows.request(now=NOW - minutes * MINUTES)
    rows.request(quarantined=True, now=NOW)
    signs_of_life.give(SignOfLife.Name.WORKER, NOW)

    with CaptureQueriesContext(connection) as captured:
        read = signs_of_life.read(NOW)

    assert len(captured) == 1
    oldest = (NOW - 90 * MINUTES).replace(second=0, microsecond=0)
    due = Request.objects.earliest("next_due").next_due
    unsent = OutboxMessage.objects.earliest("created").created
    assert read == {"worker": NOW, "unsent": unsent, "unopened": due}
    assert abs(unsent - oldest) <= MINUTES


def test_opened_sent_and_not_yet_due_is_no_failure() -> None:
    opened, late = rows.request(now=NOW - 90 * MINUTES), rows.request(now=NOW)
    Request.objects.filter(pk=opened.pk).update(opened_at=NOW)
    Request.objects.filter(pk=late.pk).update(next_due=NOW)
    OutboxMessage.objects.update(sent_at=NOW)

    assert signs_of_life.read(NOW) == {}
    assert signs_of_life.read(NOW + MINUTES) == {"unopened": NOW}


def test_sign_of_life_is_kept_once() -> None:
    for minutes in (0, 1):
        signs_of_life.give(SignOfLife.Name.WORKER, NOW + minutes * MINUTES)

    assert [row.at for row in SignOfLife.objects.all()] == [NOW + MINUTES]


def test_backup_is_recorded_by_a_command(morning: datetime) -> None:
    output = StringIO()

    call_command("record_backup", stdout=output)

    assert SignOfLife.objects.get(name=SignOfLife.Name.BACKUP).at == morning
    assert output.getvalue() == "backup recorded\n"


def test_key_that_is_here_is_dated() -> None:
    facts = quiet_failures.measure(NOW)

    assert facts.key_problem == ""
    today = datetime.now(UTC).date()
    assert facts.key_made in (today, today - timedelta(days=1)), "made when this run began"


def test_newest_key_counts(settings: Any, tmp_path: Path) -> None:
    settings.INTAKE_KEYS = tmp_path
    for day in (date(2020, 1, 1), date(2024, 5, 1), None):
        private = sealing.generate(Suite.HYBRID)
        public = sealing.public_half(private, Suite.HYBRID)
        key = keys.PublicKey("desk", Suite.HYBRID, Purpose.DESK, False, public)
        keys.keep(replace(key, created=day), private, folder=tmp_path)

    assert quiet_failures.measure(NOW).key_made == date(2024, 5, 1)


def test_missing_folder_lost_key_and_damaged_key_are_told(settings: Any, tmp_path: Path) -> None:
    settings.INTAKE_KEYS = tmp_path / "none"
    assert "no such folder" in quiet_failures.measure(NOW).key_problem

    settings.INTAKE_KEYS = tmp_path
    key = keys.make(
        label="desk",
        purpose=Purpose.DESK,
        suite=Suite.HYBRID,
        development=True,
        folder=tmp_path,
    )
    private = tmp_path / f"{key.id}.private.json"
    private.write_text("{")
    assert private.name in quiet_failures.measure(NOW).key_problem

    private.unlink()
    assert quiet_failures.measure(NOW).key_problem == "this server holds no key of the desk"


@pytest.mark.parametrize("path", ["/desk/", QUEUE, "/desk/help/", "/desk/security/"])
def test_every_page_says_it(morning: datetime, at_desk: Desk, settings: Any, path: str) -> None:
    settings.SERVES_SITE = False
    before = at_desk.get(path).text
    signs_of_life.give(SignOfLife.Name.WORKER, morning)
    signs_of_life.give(SignOfLife.Name.BACKUP, morning)
    after = at_desk.get(path).text

    assert "The worker has never run." in before
    assert "About this server: 1 note\n" in before
    assert "The worker has never run." not in after
    assert "About this server" not in after


def test_outsiders_are_told_nothing(client: Client) -> None:
    assert "worker" not in get(client, LOGIN).text


def test_banner_leads_to_the_request_that_nobody_opened(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(now=morning - 60 * MINUTES)

    answer = at_desk.get("/desk/")

    assert "A request that nobody has opened was due at 9:45 am." in answer.text
    (address,) = [link for link in answer.links if "overdue" in link]
    assert str(row) in at_desk.get(address).text


def test_banner_that_cannot_be_read_breaks_no_page(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(now: datetime) -> Any:
        raise OperationalError("a text that quotes a person")

    monkeypatch.setattr(signs_of_life, "read", away)

    text = at_desk.get("/desk/help/").text

    assert "The database does not answer." in text
    assert "quotes" not in text


def test_banner_costs_one_query(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureQueriesContext(connection) as with_it:
        at_desk.get("/desk/help/")
    monkeypatch.setattr(signs_of_life, "read", lambda now: {})
    with CaptureQueriesContext(connection) as without:
        at_desk.get("/desk/help/")

    assert len(with_it) - len(without) == 1
