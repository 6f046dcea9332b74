"""The ledger as staff read it: filtered by codes, verified, downloaded; no content (T14)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.models import LedgerEntry
from intake.models.ledger_querysets import PAGE
from intake.store import ledger
from tests.intake import rows
from tests.intake.rows import sql
from tests.plugin.desk import Desk, address, ledger_lines

pytestmark = pytest.mark.django_db
LEDGER = "/desk/ledger/"
VERIFY, FILE = f"{LEDGER}verify/", f"{LEDGER}export/"
MARKER = "marker-ledger-29"


def lines(number: int, action: str = "opened", **options: Any) -> None:
    for _ in range(number):
        ledger.record(action, **{"by": "ana"} | options)


def numbers(desk: Desk, **query: Any) -> list[int]:
    """The numbers of the lines on the page."""
    answer = desk.get(LEDGER, **query)
    assert answer.status == 200
    return [row.number for row in answer.context["rows"]]


def test_line_tells_what_who_when_and_which(auditor_at_desk: Desk) -> None:
    row = rows.request(sent=rows.answers(name=MARKER))
    ledger.record(
        "opened_outside_window", by="ana", request=row, reason="asked", detail="new > claimed"
    )

    words = auditor_at_desk.get(LEDGER).words

    assert "Opened outside window" in words
    assert "reason: asked" in words and "new > claimed" in words
    assert str(row) in words
    day = timezone.localdate(LedgerEntry.objects.get().at)
    assert f"{day:%b} {day.day}" in words
    assert MARKER not in words


def test_newest_comes_first(auditor_at_desk: Desk) -> None:
    lines(3)

    assert numbers(auditor_at_desk) == [3, 2, 1]


def test_looking_is_no_line(auditor_at_desk: Desk) -> None:
    lines(1)
    auditor_at_desk.get(LEDGER)

    assert LedgerEntry.objects.count() == 1


def test_empty_ledger_says_so(auditor_at_desk: Desk) -> None:
    assert "No line fits." in auditor_at_desk.get(LEDGER).text


def test_pages_follow_each_other_without_gap(auditor_at_desk: Desk) -> None:
    lines(2 * PAGE + 1)
    seen: list[int] = []
    further: str | None = ""
    while further is not None:
        answer = auditor_at_desk.get(LEDGER + further)
        seen += [row.number for row in answer.context["rows"]]
        further = next((each for each in answer.links if "before=" in each), None)

    assert seen == list(range(2 * PAGE + 1, 0, -1))


def test_page_keeps_its_filters(auditor_at_desk: Desk) -> None:
    lines(PAGE + 1)
    lines(PAGE + 1, "stepped")

    links = auditor_at_desk.get(LEDGER, action="opened").links

    assert "?action=opened&before=2" in links
    assert numbers(auditor_at_desk, action="opened", before=2) == [1]


@pytest.mark.parametrize("number", [PAGE, PAGE - 1])
def test_last_page_leads_no_further(auditor_at_desk: Desk, number: int) -> None:
    lines(number)

    assert "Older lines" not in auditor_at_desk.get(LEDGER).text


def test_filters(auditor_at_desk: Desk) -> None:
    record = uuid4()
    lines(1, "opened", by="ana", request=record)
    lines(1, "stepped", by="ana")
    lines(1, "opened", by="max", request=record)

    assert numbers(auditor_at_desk, action="opened") == [3, 1]
    assert numbers(auditor_at_desk, by="ana") == [2, 1]
    assert numbers(auditor_at_desk, record=record) == [3, 1]
    assert numbers(auditor_at_desk, action="opened", by="max", record=record) == [3]


def test_filters_offer_what_is_there(auditor_at_desk: Desk) -> None:
    for action, by in (
        ("stepped", "max"),
        ("opened", "ana"),
        ("opened", "Ana"),
        ("purged", "worker"),
    ):
        lines(2, action, by=by)

    form = auditor_at_desk.get(LEDGER).context["form"]

    assert [code for code, _ in form.fields["action"].choices] == [
        "",
        "opened",
        "purged",
        "stepped",
    ]
    assert {code for code, _ in form.fields["by"].choices} == {"", "Ana", "ana", "max", "worker"}


def test_days_are_the_clinics(auditor_at_desk: Desk, settings: Any) -> None:
    lines(3)
    zone = settings.CLINIC.time_zone
    for number, day in ((1, 9), (2, 10), (3, 11)):
        moment = datetime(2025, 3, day, 23, 30, tzinfo=zone)
        as_owner("UPDATE intake_ledgerentry SET at = %s WHERE number = %s", moment, number)

    assert numbers(auditor_at_desk, since="2025-03-10", until="2025-03-10") == [2]
    assert numbers(auditor_at_desk, until="2025-03-10") == [2, 1]
    assert numbers(auditor_at_desk, since="2025-03-10") == [3, 2]


@pytest.mark.parametrize(
    "query",
    [
        {"action": MARKER},
        {"by": MARKER},
        {"record": MARKER},
        {"since": "soon"},
        {"before": "-1"},
        {"before": "9" * 40},
        {"mallow": "1"},
    ],
)
def test_filter_that_makes_no_sense_is_left_out(
    auditor_at_desk: Desk, query: dict[str, str]
) -> None:
    lines(2)

    assert numbers(auditor_at_desk, **query) == [2, 1]


def test_one_request_can_be_followed(auditor_at_desk: Desk, manager: User) -> None:
    row = rows.request()
    lines(1, request=row)

    for desk, may_open in ((auditor_at_desk, False), (Desk(manager), True)):
        listed = desk.get(LEDGER).links
        assert f"?record={row.pk}" in listed and address(row) not in listed
        followed = desk.get(LEDGER, record=row.pk)
        assert f"Only lines about {row}" in followed.words
        assert (address(row) in followed.links) is may_open


def test_page_costs_as_many_queries_with_many_lines_as_with_few(auditor_at_desk: Desk) -> None:
    counts = []
    for number in (1, 3 * PAGE):
        lines(number, by=f"user{number}")
        with CaptureQueriesContext(connection) as queries:
            auditor_at_desk.get(LEDGER)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_whole_chain_is_told_with_its_head_and_is_a_line(auditor_at_desk: Desk) -> None:
    lines(3)
    head = ledger.head()

    answer = auditor_at_desk.post(VERIFY)

    assert "The ledger is whole" in answer.text
    assert str(head) in answer.text
    assert ledger_lines()[-1] == ("verified", "aud", "whole")


def test_broken_chain_is_named_to_the_auditor(auditor_at_desk: Desk) -> None:
    lines(5)
    as_owner("UPDATE intake_ledgerentry SET \"by\" = 'eve' WHERE number = 3")

    assert "The ledger is broken at line 3" in auditor_at_desk.post(VERIFY).text
    assert ledger_lines()[-1] == ("verified", "aud", "broken at 3")


def test_cut_end_is_found_with_the_head_of_a_notice(auditor_at_desk: Desk) -> None:
    lines(5)
    yesterday = str(ledger.head())
    as_owner("DELETE FROM intake_ledgerentry WHERE number > 3")

    assert "The ledger is broken at line 4" in auditor_at_desk.post(VERIFY, head=yesterday).text


def test_empty_ledger_is_whole(auditor_at_desk: Desk) -> None:
    answer = auditor_at_desk.post(VERIFY)

    assert "The ledger is whole" in answer.text and "It is empty." in answer.text


@pytest.mark.parametrize("head", ["five", "5:zz", "5" * 30, f"5:{MARKER}", "-1:00"])
def test_head_that_is_none_is_handed_back(auditor_at_desk: Desk, head: str) -> None:
    answer = auditor_at_desk.post(VERIFY, head=head)

    assert answer.status == 422
    assert "A head is number:hash" in answer.text
    assert answer.values["head"] == head
    assert answer.title.startswith("Error: ")
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("path", [VERIFY, FILE])
def test_without_its_own_line_nothing_is_checked_or_given_out(
    auditor_at_desk: Desk,
    broken_ledger: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    lines(2)
    broken_ledger()

    answer = auditor_at_desk.post(path)

    assert (answer.status, answer.response.streaming) == (503, False)
    assert "nothing was checked and nothing given out" in answer.text
    assert "The ledger is whole" not in answer.text
    assert "desk: the ledger cannot be written: IntegrityError" in caplog.text


@pytest.mark.parametrize("path", [VERIFY, FILE])
def test_nothing_is_done_by_a_mere_link(auditor_at_desk: Desk, path: str) -> None:
    assert auditor_at_desk.get(path).status == 405


def test_file_holds_every_line_and_no_content(auditor: User) -> None:
    row = rows.request(sent=rows.answers(name=MARKER))
    lines(PAGE + 5, request=row, reason="asked", detail="new > claimed")

    with time_machine.travel(rows.NOW, tick=False):
        answer = Desk(auditor).post(FILE)
        header, first, *others = answer.table

    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger-2025-03-11.csv"'
    assert header == ["Line", "Time (UTC)", "What", "Who", "Request", "Reason", "Detail", "Hash"]
    assert first[2:4] == ["exported_ledger", "aud"]
    assert len(others) == PAGE + 5
    assert others[0][2:7] == ["opened", "ana", str(row), "asked", "new > claimed"]
    assert str(row.pk) not in str(others) and MARKER not in str(others)
    newest = LedgerEntry.objects.get(number=PAGE + 5)
    assert others[0][7] == bytes(newest.hash).hex()


def test_file_has_the_filters_of_the_page(auditor_at_desk: Desk) -> None:
    lines(2)
    lines(3, "stepped", by="max")
    page = auditor_at_desk.get(LEDGER, action="stepped", by="max", before=99).page
    hidden = [given for tag, given in page.tags if tag == "input" and given["type"] == "hidden"]
    sent = {str(given["name"]): str(given["value"]) for given in hidden}

    found = auditor_at_desk.post(FILE, sent).table

    assert [cells[0] for cells in found[1:]] == ["5", "4", "3"]
    assert ledger_lines()[-1] == ("exported_ledger", "aud", "filters: action by")


def test_file_about_one_request_says_so_in_the_ledger(auditor_at_desk: Desk) -> None:
    row = rows.request()
    lines(1, request=row)
    lines(1)

    found = auditor_at_desk.post(FILE, record=row.pk).table

    assert [cells[0] for cells in found[1:]] == ["3", "1"]
    assert ledger_lines("record")[-1] == (row.pk,)


def test_line_that_comes_while_it_streams_is_not_in_it(auditor_at_desk: Desk) -> None:
    answer = auditor_at_desk.post(FILE)
    lines(3)

    assert [cells[0] for cells in answer.table[1:]] == ["1"]


def test_name_of_staff_is_no_formula(auditor_at_desk: Desk) -> None:
    lines(1, by="+cmd")

    assert auditor_at_desk.post(FILE).table[2][3] == "'+cmd"


def as_owner(statement: str, *values: Any) -> None:
    """Change the ledger as only the owner of its table can."""
    sql("ALTER TABLE intake_ledgerentry DISABLE TRIGGER ledger_fixed")
    sql(statement, *values)
    sql("ALTER TABLE intake_ledgerentry ENABLE TRIGGER ledger_fixed")
