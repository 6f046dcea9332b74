"""What leaves the desk as a file: the ledger first, only what was chosen, no formula (T13, T20)."""

import csv
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from intake.desk.reports import export, export_fields, export_form
from intake.desk.reports.export_fields import DO_NOT_CONTACT, NOT_OPENED, PLAIN, SEALED, STAFF_TEXTS
from intake.desk.steps.transitions import write_note
from intake.figures.published import Quarter
from intake.models import LedgerEntry, Request, WeeklyCount
from intake.rules.states import State
from intake.seal.answers import LIMITS
from intake.store import ledger, staff_text
from intake.worker import retention
from tests.intake import rows
from tests.intake.desk.reports.test_spreadsheet import PAYLOADS, formulas_in
from tests.plugin.desk import Answer, Desk, ledger_lines
from tests.plugin.staff import give_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
PAGE = "/desk/export/"
FIGURES = f"{PAGE}figures/"
NUMBER = "217-555-0100"
MARKER = "marker-export-83"
DAY = "2025-03-11"
GIVEN = {
    "since": DAY,
    "until": DAY,
    "which": "all",
    "plain": ["request", "state"],
    "reason": "quality",
}


def marked(**changed: Any) -> Request:
    return rows.request(sent=rows.answers(**{"name": MARKER, "message": "Hello\nyou"} | changed))


def send(desk: Desk, **changed: Any) -> Answer:
    return desk.post(PAGE, GIVEN | changed)


def lines_of(action: str) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(action=action).order_by("number"))


def test_second_factor_is_asked_for_again(manager: User) -> None:
    desk = Desk(manager)
    give_app(manager)
    desk.proved(minutes_ago=6)
    rows.request()

    for answer in (desk.get(PAGE), send(desk)):
        assert (answer.status, answer.location) == (
            302,
            f"/desk/security/again/?next={PAGE.replace('/', '%2F')}",
        )
    assert not LedgerEntry.objects.exists()


def test_form_opens_with_the_last_ninety_days(manager_at_desk: Desk) -> None:
    page = manager_at_desk.get(PAGE).page

    assert page.values["since"] == "2024-12-11"
    assert page.values["until"] == DAY
    assert page.checked == {"which": ["all"], "plain": list(export_form.USUAL)}
    assert not LedgerEntry.objects.exists()


def test_nothing_sealed_is_ticked_beforehand(manager_at_desk: Desk) -> None:
    page = manager_at_desk.get(PAGE).page

    assert {given["value"] for given in page.named("sealed")} == {field.code for field in SEALED}
    assert "sealed" not in page.checked


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"since": ""}, "Choose the first day."),
        ({"until": "soon"}, "Choose the last day."),
        ({"since": "2025-03-12"}, "The last day lies before the first."),
        ({"which": ""}, "Choose which requests."),
        ({"plain": [], "sealed": []}, "Choose at least one field."),
        ({"plain": ["ciphertext"]}, "Select a valid choice"),
        ({"sealed": ["id"]}, "Select a valid choice"),
        ({"reason": ""}, "Choose why."),
        ({"reason": MARKER}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_told_and_the_rest_kept(
    manager_at_desk: Desk, changed: dict[str, Any], words: str
) -> None:
    rows.request()

    answer = send(manager_at_desk, **{"sealed": ["phone"]} | {"which": "open"} | changed)

    assert answer.status == 422
    assert words in answer.text
    assert answer.title == "Error: Export requests | Follow-up desk"
    if "sealed" not in changed:
        assert answer.page.checked["sealed"] == ["phone"]
    if "reason" not in changed:
        assert answer.values["reason"] == "quality"
    assert not LedgerEntry.objects.exists()


def test_plain_fields_are_given_and_nothing_is_opened(
    manager_at_desk: Desk, unsealings: list[UUID]
) -> None:
    row, other = marked(), rows.request_in(State.CLAIMED)

    found = send(manager_at_desk).table

    assert found[0] == ["Request", "State"]
    assert sorted(found[1:]) == sorted([[str(row), "New"], [str(other), "Claimed"]])
    assert unsealings == []
    assert not lines_of("opened_for_export")


def test_every_field_can_be_given(manager_at_desk: Desk) -> None:
    row = marked(email="robin@mail.example", language="es", interpreter=True, contact_need="slow")
    write_note(row, "Called back.", by="max", now=rows.NOW)
    codes = [field.code for field in PLAIN]
    sealed = [field.code for field in SEALED]

    header, cells = send(manager_at_desk, plain=codes, sealed=sealed).table

    found = dict(zip(header, cells, strict=True))
    assert found["Request"] == str(row)
    assert found["Came in"] == "2025-03-11 10:30"
    assert found["Safe times"] == "weekday mornings (8 am to noon)"
    assert found["Name to use"] == MARKER
    assert found["Phone number"] == NUMBER
    assert found["Email"] == "robin@mail.example"
    assert found["Interpreter"] == "yes"
    assert found["TTY or relay"] == ""
    assert found["Message"] == "Hello\nyou"
    assert found["First attempt"] == found["Closed"] == ""
    assert found[STAFF_TEXTS.words] == "2025-03-11 10:30, max, Note: Called back."
    assert len(header) == len(PLAIN) + len(SEALED)


def test_only_what_was_chosen_is_decrypted(manager_at_desk: Desk, unsealings: list[UUID]) -> None:
    row = marked()
    note = write_note(row, MARKER, by="max", now=rows.NOW)

    found = send(manager_at_desk, sealed=["phone"]).file

    assert unsealings == [row.submissions.get().id]
    assert NUMBER in found and MARKER not in found
    unsealings.clear()
    assert send(manager_at_desk, sealed=[STAFF_TEXTS.code]).file
    assert unsealings == [note.id]


def test_newest_form_counts(manager_at_desk: Desk) -> None:
    nonce = bytes(16)
    rows.receive(nonce=nonce)
    rows.receive(rows.answers(phone="217-555-0177"), nonce=nonce)

    found = send(manager_at_desk, plain=[], sealed=["phone"]).table

    assert found == [["Phone number"], ["217-555-0177"]]


def test_what_staff_learned_since_counts_and_the_message_stays(manager_at_desk: Desk) -> None:
    row = marked()
    learned = rows.answers(phone="217-555-0177", message="")
    staff_text.write_amendment(row, learned, by="max", now=rows.NOW + timedelta(hours=1))

    (_, cells) = send(
        manager_at_desk, plain=[], sealed=["phone", "message", STAFF_TEXTS.code]
    ).table

    assert cells == ["217-555-0177", "Hello\nyou", ""]


def test_number_of_who_asked_not_to_be_contacted_stays_hidden(manager_at_desk: Desk) -> None:
    row = marked(email="robin@mail.example")
    rows.step(row, State.DO_NOT_CONTACT)

    found = send(manager_at_desk, plain=[], sealed=["phone", "email", "name"]).table

    assert found[1] == [MARKER, DO_NOT_CONTACT, DO_NOT_CONTACT]


@pytest.mark.parametrize(("which", "number"), [("open", 2), ("closed", 1), ("all", 3)])
def test_open_or_closed(manager_at_desk: Desk, which: str, number: int) -> None:
    for state in (State.NEW, State.NEW, State.SPAM):
        rows.request_in(state)

    assert len(send(manager_at_desk, which=which).table) == 1 + number


def test_days_are_the_clinics_and_both_are_included(manager_at_desk: Desk) -> None:
    midnight = datetime(2025, 3, 10, tzinfo=rows.NOW.tzinfo) + timedelta(hours=5)
    for hours in (-0.01, 0, 47.99, 48):
        rows.request(now=midnight + timedelta(hours=hours))

    assert len(send(manager_at_desk, since="2025-03-10").table) == 1 + 2


def test_oldest_comes_first(manager_at_desk: Desk) -> None:
    later, first = (rows.request(now=rows.NOW - timedelta(hours=each)) for each in (1, 3))

    assert [cells[0] for cells in send(manager_at_desk).table[1:]] == [str(first), str(later)]


def test_many_are_read_a_few_at_a_time(
    manager_at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    names = {str(rows.request()) for _ in range(5)}

    assert {cells[0] for cells in send(manager_at_desk).table[1:]} == names


def test_download_is_streamed_not_stored_and_named_after_nobody(manager_at_desk: Desk) -> None:
    marked()

    answer = send(manager_at_desk, sealed=["name"])

    assert answer.response.streaming
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="requests-{DAY}.csv"'
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize("field", ["name", "contact_need", "message", "language"])
def test_exported_payload_is_no_formula(manager_at_desk: Desk, field: str) -> None:
    """Typed by a visitor, opened by a spreadsheet program."""
    typed = [each for each in PAYLOADS[:: len(PAYLOADS) // 24] if len(each) <= LIMITS[field]]
    for payload in typed:
        rows.request(sent=rows.answers(**{field: payload}))

    found = send(manager_at_desk, sealed=[field]).file

    assert len(list(csv.reader(StringIO(found, newline="")))) == 1 + len(typed) > 10
    assert formulas_in(found) == []


def test_payload_of_staff_is_no_formula_either(manager_at_desk: Desk) -> None:
    write_note(rows.request(), "=1+1\n=2+2", by="max", now=rows.NOW)

    found = send(manager_at_desk, plain=["owner"], sealed=[STAFF_TEXTS.code]).file

    assert formulas_in(found) == []
    assert "Note: =1+1\n'=2+2" in found


def test_ledger_keeps_who_why_how_many_and_which_fields(manager_at_desk: Desk) -> None:
    for _ in range(2):
        rows.request()

    send(manager_at_desk, sealed=["phone"], which="open")

    (exported,) = lines_of("exported")
    assert (exported.by, exported.reason) == ("max", "quality")
    assert exported.detail == f"2 requests; {DAY} to {DAY}; open"
    (fields,) = lines_of("exported_fields")
    assert fields.detail == "request state phone"
    assert ledger.verify() is None


def test_each_request_of_which_something_sealed_is_given_out_has_a_line(
    manager_at_desk: Desk,
) -> None:
    given = {rows.request().pk, rows.request().pk}
    rows.request(now=rows.NOW - timedelta(days=40))

    send(manager_at_desk, sealed=["name"])

    assert {line.record for line in lines_of("opened_for_export")} == given
    assert {line.reason for line in lines_of("opened_for_export")} == {"quality"}


def test_all_fields_fit_into_the_ledger(manager_at_desk: Desk) -> None:
    plain = [field.code for field in PLAIN]
    sealed = [field.code for field in SEALED]

    send(manager_at_desk, plain=plain, sealed=sealed)

    kept = [line.detail for line in lines_of("exported_fields")]
    assert " ".join(kept).split() == plain + sealed
    assert all(len(detail) <= 200 for detail in kept) and len(kept) > 1


@pytest.mark.parametrize("reason", [code for code, _ in export_form.REASONS])
def test_each_reason_is_a_code(manager_at_desk: Desk, reason: str) -> None:
    assert send(manager_at_desk, reason=reason).status == 200
    assert lines_of("exported")[0].reason == reason


def test_ledger_is_written_before_anything_is_decrypted(
    manager_at_desk: Desk, unsealings: list[UUID]
) -> None:
    marked()

    answer = send(manager_at_desk, sealed=["name"])

    assert (unsealings, len(lines_of("opened_for_export"))) == ([], 1)
    assert answer.file
    assert len(unsealings) == 1


@pytest.mark.parametrize("sealed", [[], ["name"]])
def test_without_its_ledger_line_nothing_streams(
    manager_at_desk: Desk,
    broken_ledger: Callable[[], None],
    unsealings: list[UUID],
    caplog: pytest.LogCaptureFixture,
    sealed: list[str],
) -> None:
    row = marked()
    broken_ledger()

    answer = send(manager_at_desk, sealed=sealed)

    assert (answer.status, answer.response.streaming, unsealings) == (503, False, [])
    assert "Nothing was given out" in answer.text
    assert answer.page.checked["plain"] == GIVEN["plain"]
    assert answer.values["reason"] == "quality"
    assert MARKER not in answer.html and str(row) not in answer.text
    assert "desk: nothing was exported: IntegrityError" in caplog.text


def test_line_that_fails_in_the_middle_leaves_none(
    manager_at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        rows.request()
    real, seen = ledger.record, []

    def failing(action: str, **options: Any) -> None:
        seen.append(action)
        if len(seen) == 2:
            raise OperationalError
        real(action, **options)

    monkeypatch.setattr(ledger, "record", failing)

    assert send(manager_at_desk, sealed=["name"]).status == 503
    assert not LedgerEntry.objects.exists()


def test_what_came_after_the_ledger_is_not_in_the_file(manager_at_desk: Desk) -> None:
    row = rows.request()
    answer = send(manager_at_desk, sealed=["name"])
    marked()

    assert [cells[0] for cells in answer.table[1:]] == [str(row)]


def test_nothing_typed_is_in_ledger_or_log(
    manager_at_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    marked()
    with caplog.at_level(logging.DEBUG):
        assert MARKER in send(manager_at_desk, sealed=["name"]).file

    assert MARKER not in caplog.text
    assert MARKER not in str(list(LedgerEntry.objects.values()))


@pytest.mark.parametrize(("limit", "sealed"), [("MOST", []), ("MOST_SEALED", ["name"])])
def test_too_many_requests_are_refused_and_nothing_recorded(
    manager_at_desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str, sealed: list[str]
) -> None:
    monkeypatch.setattr(export, limit, 2)
    for _ in range(2):
        rows.request()
    assert send(manager_at_desk, sealed=sealed).status == 200
    lines = LedgerEntry.objects.count()
    rows.request()

    answer = send(manager_at_desk, sealed=sealed)

    assert answer.status == 422
    assert "These are more than 2. Choose fewer days." in answer.text
    assert LedgerEntry.objects.count() == lines


def test_without_a_key_each_cell_says_so(
    manager_at_desk: Desk, settings: Any, tmp_path: Path
) -> None:
    row = marked()
    write_note(row, MARKER, by="max", now=rows.NOW)
    settings.INTAKE_KEYS = tmp_path

    found = send(manager_at_desk, sealed=["name", STAFF_TEXTS.code]).table

    assert found[1] == [str(row), "New", NOT_OPENED, f"2025-03-11 10:30, max, Note: {NOT_OPENED}"]


def test_damaged_key_file_stops_the_export(
    manager_at_desk: Desk, settings: Any, tmp_path: Path
) -> None:
    rows.request()
    (tmp_path / "abc.private.json").write_text("not json")
    settings.INTAKE_KEYS = tmp_path

    assert send(manager_at_desk, sealed=["name"]).status == 503
    assert not LedgerEntry.objects.exists()
    assert send(manager_at_desk).status == 200


def test_purged_meanwhile_is_left_out(manager_at_desk: Desk) -> None:
    row, other = rows.request_in(State.WITHDRAWN), rows.request()
    answer = send(manager_at_desk)

    assert [each.request for each in retention.purge(rows.NOW + timedelta(days=1))] == [row]

    assert [cells[0] for cells in answer.table[1:]] == [str(other)]


def test_file_that_breaks_off_says_so(
    manager_at_desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    row = rows.request()
    rows.request(now=rows.NOW + timedelta(minutes=5))

    def away(ids: list[UUID], fields: Any) -> Any:
        yield Request.objects.get(pk=ids[0])
        raise OperationalError(MARKER)

    monkeypatch.setattr(export, "_rows", away)
    answer = send(manager_at_desk)

    found = answer.table

    assert [cells[0] for cells in found[1:]] == [str(row), export.ENDED_EARLY]
    assert "an export ended early: OperationalError" in caplog.text
    assert MARKER not in caplog.text


def test_text_of_staff_that_is_damaged_keeps_the_others(manager_at_desk: Desk) -> None:
    row = rows.request()
    rows.staff_text(row)
    staff_text.write(row, kind="note", text="Fine.", by="max", now=rows.NOW + timedelta(hours=1))

    (_, cells) = send(manager_at_desk, plain=[], sealed=[STAFF_TEXTS.code]).table

    assert cells[0].splitlines() == [
        f"2025-03-11 10:30, sam, Note: {NOT_OPENED}",
        "2025-03-11 11:30, max, Note: Fine.",
    ]


def test_no_field_has_the_code_of_another() -> None:
    codes = [field.code for field in (*PLAIN, *SEALED)]

    assert len(set(codes)) == len(codes)
    assert export_fields.PLAIN_BY_CODE.keys() == {field.code for field in PLAIN}


@pytest.mark.parametrize("who", ["coordinator", "manager", "auditor"])
def test_statistics_that_leave_hide_small_counts(who: str, request: pytest.FixtureRequest) -> None:
    quarter()

    answer = Desk(request.getfixturevalue(who)).post(FIGURES)

    found = answer.table
    assert found[0] == ["Quarter", "Figure", "Row", "Column", "Requests"]
    assert ["2024-Q3", "received", "", "", "40"] in found
    assert ["2024-Q3", "asker", "patient", "", "hidden"] in found
    assert not {cells[-1] for cells in found} & set(map(str, range(1, 11)))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="figures-{DAY}.csv"'
    assert ledger_lines("action", "detail") == [("exported_figures", "2 quarters")]


def test_without_a_finished_quarter_nothing_is_given_out(manager_at_desk: Desk) -> None:
    WeeklyCount.objects.create(week=date(2025, 3, 3), figure="received", number=40)

    answer = manager_at_desk.post(FIGURES)

    assert answer.status == 302
    assert "No quarter is finished yet." in manager_at_desk.get(answer.location).text
    assert not LedgerEntry.objects.exists()


def test_statistics_are_not_given_by_a_mere_link(manager_at_desk: Desk) -> None:
    assert manager_at_desk.get(FIGURES).status == 405


def test_statistics_without_their_ledger_line_do_not_stream(
    manager_at_desk: Desk, broken_ledger: Callable[[], None]
) -> None:
    quarter()
    broken_ledger()
    manager_at_desk.client.raise_request_exception = False

    answer = manager_at_desk.post(FIGURES)

    assert (answer.status, answer.response.streaming) == (503, False)


def quarter() -> None:
    """One settled quarter, with a count that is too small to be told."""
    monday = Quarter(2024, 3).first
    WeeklyCount.objects.bulk_create(
        WeeklyCount(week=monday, figure=figure, bucket=bucket, number=number)
        for figure, bucket, number in (
            ("received", "", 40),
            ("asker", "self", 36),
            ("asker", "patient", 4),
        )
    )
