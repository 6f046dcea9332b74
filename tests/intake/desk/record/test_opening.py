"""Opening: the ledger first, then what the keys here can open, and the number when it is safe."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from intake.desk.record import opening
from intake.desk.record.opening import OpenedRecord, open_record
from intake.models import LedgerEntry, Request
from intake.rules.states import State
from intake.seal import keys, sealing
from intake.seal.answers import Window
from intake.seal.keys import Purpose
from intake.seal.sealing import Suite
from intake.store import ledger, staff_text
from tests.intake import rows
from tests.intake.rows import NOW

pytestmark = pytest.mark.django_db
AFTERNOON = NOW + timedelta(hours=5)
MARKER = "marker-record-17"


def opened(row: Request, now: datetime = NOW, **options: Any) -> OpenedRecord:
    return open_record(row, by="ana", now=now, **{"why": "covering"} | options)


def note_on(row: Request, text: str = MARKER) -> Any:
    return staff_text.write(row, kind="note", text=text, by="ana", now=NOW)


def test_answers_and_notes_are_opened() -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    note_on(row, "Called back.")

    shown = opened(row)

    assert [each.answers and each.answers.message for each in shown.revisions] == [MARKER]
    assert [each.words for each in shown.notes] == ["Called back."]
    assert shown.key_problem == ""


@pytest.mark.django_db(transaction=True)
def test_ledger_line_is_committed_before_anything_is_decrypted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = rows.request()
    note_on(row)
    before: list[tuple[bool, list[str]]] = []
    real = sealing.open_sealed

    def watched(*args: Any, **options: Any) -> bytes:
        lines = list(LedgerEntry.objects.filter(record=row.pk).values_list("action", flat=True))
        before.append((connection.in_atomic_block, lines))
        return real(*args, **options)

    monkeypatch.setattr(sealing, "open_sealed", watched)
    opened(row)

    assert before == [(False, ["opened"])] * 2


def test_without_its_ledger_line_nothing_is_decrypted(
    broken_ledger: Any, unsealings: list[Any]
) -> None:
    row = rows.request()
    broken_ledger()

    with pytest.raises(DatabaseError):
        opened(row)

    assert unsealings == []
    row.refresh_from_db()
    assert row.opened_at is None


def test_opening_is_kept_with_the_revision_that_was_seen() -> None:
    nonce = bytes(16)
    rows.receive(nonce=nonce)
    row = rows.request(nonce=nonce, sent=rows.answers(message="Changed my mind"))

    shown = opened(row)

    row.refresh_from_db()
    assert (row.opened_at, row.opened_revision) == (NOW, 2)
    assert [each.submission.revision for each in shown.revisions] == [2, 1]
    assert list(LedgerEntry.objects.order_by("number").values_list("action", "by", "record")) == [
        ("opened", "ana", row.pk)
    ]


def test_windows_corrected_meanwhile_decide() -> None:
    """The row in hand is older than the form that is shown."""
    nonce = bytes(16)
    row = rows.request(nonce=nonce)
    evening = rows.answers(windows=Window.WEEKDAY_EVENING, phone="217-555-0177")
    rows.receive(evening, nonce=nonce)
    assert row.windows == Window.WEEKDAY_MORNING

    shown = opened(row)

    assert not shown.safe_now and not shown.number_shown
    assert shown.revisions[0].answers and shown.revisions[0].answers.phone == "217-555-0177"


def test_do_not_contact_chosen_meanwhile_decides() -> None:
    row = rows.request()
    rows.step(row, State.DO_NOT_CONTACT)
    assert row.no_contact_at is None

    assert not opened(row, override=True).number_shown


def test_purged_meanwhile_is_said() -> None:
    row = rows.request()
    row.pk = uuid4()

    with pytest.raises(Request.DoesNotExist):
        opened(row)


@pytest.mark.parametrize(
    ("now", "override", "shown", "action"),
    [
        (NOW, False, True, "opened"),
        (NOW, True, True, "opened"),
        (AFTERNOON, False, False, "opened"),
        (AFTERNOON, True, True, "opened_outside_window"),
    ],
)
def test_number_is_shown_in_the_safe_window_or_for_a_reason(
    now: datetime, override: bool, shown: bool, action: str
) -> None:
    got = opened(rows.request(), now, override=override)

    assert got.number_shown is shown
    assert got.number_withheld is not shown
    assert LedgerEntry.objects.get().action == action


@pytest.mark.parametrize("state", [State.DO_NOT_CONTACT, State.CLAIMED])
@pytest.mark.parametrize("now", [NOW, AFTERNOON])
def test_do_not_contact_hides_the_number_for_good(state: State, now: datetime) -> None:
    """After the request was opened again, too."""
    row = rows.request()
    rows.step(row, State.DO_NOT_CONTACT)
    if state is State.CLAIMED:
        rows.step(row, State.CLAIMED)

    got = opened(row, now, override=True)

    assert not got.number_shown
    assert not got.number_withheld


def test_without_a_number_none_is_withheld() -> None:
    sent = rows.answers(channel="email", phone="", email="sam@mail.example")

    assert not opened(rows.request(sent=sent), AFTERNOON).number_withheld


def test_next_safe_time_is_given_outside_the_window_only() -> None:
    row = rows.request()

    assert opened(row, NOW).next_safe is None
    later = opened(row, AFTERNOON).next_safe
    assert later is not None
    assert later.isoformat() == "2025-03-12T13:00:00+00:00"  # eight in the morning


def test_no_next_safe_time_when_nobody_is_there_then() -> None:
    row = rows.request(sent=rows.answers(windows=Window.WEEKEND_EVENING))

    assert opened(row, NOW).next_safe is None
    assert not opened(row, NOW).safe_now


def test_without_a_private_key_the_record_names_the_key(settings: Any, tmp_path: Path) -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    note_on(row)
    settings.INTAKE_KEYS = tmp_path

    shown = opened(row)

    assert_nothing_opens(shown, row)
    assert shown.key_problem == ""


def test_with_another_key_the_record_names_the_right_one(settings: Any, tmp_path: Path) -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    note_on(row)
    keys.make(
        label="other", purpose=Purpose.DESK, suite=Suite.HYBRID, development=True, folder=tmp_path
    )
    settings.INTAKE_KEYS = tmp_path

    assert_nothing_opens(opened(row), row)


def test_damaged_key_file_is_named(settings: Any, tmp_path: Path) -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    note_on(row)
    (tmp_path / "abc.private.json").write_text("{}")
    settings.INTAKE_KEYS = tmp_path

    shown = opened(row)

    assert_nothing_opens(shown, row)
    assert "abc" in shown.key_problem


def test_missing_key_folder_is_said(settings: Any, tmp_path: Path) -> None:
    row = rows.request()
    settings.INTAKE_KEYS = tmp_path / "none"

    assert "INTAKE_KEYS" in opened(row).key_problem


def test_damaged_text_leaves_the_others_open() -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    damaged, whole = note_on(row, "first"), note_on(row, "second")
    past_the_triggers(
        "UPDATE intake_stafftext SET ciphertext = set_byte(ciphertext, 40,"
        " 255 - get_byte(ciphertext, 40)) WHERE id = %s",
        damaged.id,
    )

    shown = opened(row)

    by_id = {each.row.id: each for each in shown.notes}
    assert by_id[whole.id].words == "second"
    assert by_id[damaged.id].words == ""
    assert "the content was changed" in by_id[damaged.id].problem
    assert shown.revisions[0].answers and shown.revisions[0].answers.message == MARKER


def test_text_of_another_record_stays_shut() -> None:
    """Whoever can write the table cannot show one person's words under another's request."""
    mine, theirs = rows.request(), rows.request(sent=rows.answers(message=MARKER))
    past_the_triggers("UPDATE intake_submission SET request_id = %s", mine.pk)

    shown = opened(mine)

    assert len(shown.revisions) == 2
    assert sorted(bool(each.problem) for each in shown.revisions) == [False, True]
    assert opened(theirs).revisions == ()


def test_repr_shows_nothing() -> None:
    row = rows.request(sent=rows.answers(message=MARKER))
    note_on(row)

    shown = opened(row)

    assert MARKER not in repr((shown, shown.revisions, shown.notes))


def test_every_opening_adds_a_line() -> None:
    row = rows.request()
    opened(row)
    opened(row)

    assert LedgerEntry.objects.count() == 2
    assert ledger.verify() is None


def past_the_triggers(statement: str, *values: Any) -> None:
    """What somebody could do who holds the whole server."""
    rows.sql("SET LOCAL session_replication_role = replica")
    rows.sql(statement, *values)
    rows.sql("SET LOCAL session_replication_role = origin")


def assert_nothing_opens(shown: OpenedRecord, row: Request) -> None:
    ids = {wrap.key_id for wrap in row.submissions.get().wraps.all()}
    assert len(ids) == 2
    for each in (*shown.revisions, *shown.notes):
        assert each.problem.startswith(opening.CANNOT_OPEN)
        assert all(key_id in each.problem for key_id in ids)
    assert [each.answers for each in shown.revisions] == [None]
    assert [each.words for each in shown.notes] == [""]
    assert MARKER not in repr([each.problem for each in shown.revisions])
