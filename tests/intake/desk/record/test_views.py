"""The opened record as a page: what it shows, hides, refuses and keeps."""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from intake.desk.steps.transitions import write_note
from intake.models import LedgerEntry, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import STAFF_TEXT_LIMIT, Answers, Window
from intake.store import staff_text
from tests.intake import rows
from tests.plugin.desk import Desk, address, ledger_lines, request_of

pytestmark = pytest.mark.django_db
NUMBER = "217-555-0100"
MARKER = "marker-view-31"
TYPED = "typed by ana"
NAUGHTY = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</dd></dl><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "<!--",
    "]]><iframe src=//evil.example>",
    "{{ 7|add:7 }}{% load desk %}",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "\u202etxt.exe\u202c",
]


def marked(**changed: Any) -> Answers:
    return rows.answers(**{"name": MARKER, "message": MARKER} | changed)


@pytest.mark.parametrize("permission", ["view_request", "view_ledgerentry"])
def test_staff_with_another_right_open_nothing(permission: str, unsealings: list[UUID]) -> None:
    user = User.objects.create_user("new", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename=permission))
    row = rows.request(sent=marked())
    desk = Desk(user)

    for answer in (desk.open(row), desk.step(row, "claimed")):
        assert answer.status == 403
        assert MARKER not in answer.html
    assert unsealings == []
    assert not LedgerEntry.objects.exists()
    assert Request.objects.get().state == State.NEW


def test_post_without_the_forms_own_token_is_refused(coordinator: User) -> None:
    assert Desk(coordinator, checks_tokens=True).step(rows.request(), "claimed").status == 403
    assert Request.objects.get().state == State.NEW


def test_no_such_request(at_desk: Desk) -> None:
    for name in ("", "mallow", "1", UUID(int=0), "../../1", uuid4()):
        assert at_desk.get(f"/desk/intake/request/{name}/change/").status == 404, name


def test_opened_record_shows_everything(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=marked(contact_need="Speaks softly", language="Español", tty=True))
    write_note(row, "Asked about evenings.", by="ana", now=morning)

    answer = at_desk.open(row)

    assert answer.status == 200
    assert answer.title == f"{row} | Follow-up desk"
    shown = (MARKER, NUMBER, "Speaks softly", "Español", "TTY", "Asked about evenings.")
    assert [words for words in shown if words not in answer.text] == []
    assert "Safe to contact now" in answer.text
    assert LedgerEntry.objects.filter(record=row.pk, action="opened", by="ana").exists()


@pytest.mark.parametrize("text", NAUGHTY)
def test_words_never_become_elements(morning: datetime, at_desk: Desk, text: str) -> None:
    plain = rows.request(sent=marked(message="m", contact_need="n"))
    row = rows.request(
        sent=marked(name=text, message=text, contact_need=text, phone=f"{NUMBER} {text[:25]}")
    )
    for one, note in ((plain, "plain"), (row, text)):
        write_note(one, note, by="ana", now=morning)

    page, harmless = at_desk.open(row).page, at_desk.open(plain).page

    assert [tag for tag, _ in page.tags] == [tag for tag, _ in harmless.tags]
    assert [list(given) for _, given in page.tags] == [list(given) for _, given in harmless.tags]
    shown = text.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]")
    assert page.text.count(shown) >= 4


def test_words_handed_back_never_become_elements(at_desk: Desk) -> None:
    row = rows.request()
    for text in NAUGHTY:
        long = text + "q" * STAFF_TEXT_LIMIT

        answer = at_desk.act(row, "note", text=long)

        assert answer.values["text"] == long
        tags = answer.page.tags
        scripts = [str(given.get("src"))[:8] for tag, given in tags if tag == "script"]
        assert scripts == ["/static/"]
        assert "img" not in [tag for tag, _ in tags]


def test_no_id_comes_twice_and_every_label_has_its_field(
    afternoon: datetime, at_desk: Desk
) -> None:
    nonce = bytes(16)
    rows.receive(nonce=nonce)
    row = rows.request(nonce=nonce, sent=marked())
    write_note(row, MARKER, by="ana", now=afternoon)

    answer = at_desk.open(row)

    tags = answer.page.tags
    referred = [given["aria-labelledby"] for _, given in tags if "aria-labelledby" in given]
    assert len(answer.ids) == len(set(answer.ids))
    assert len(answer.labels) > 4
    assert {*answer.labels, *referred} <= set(answer.ids)


def test_record_costs_as_many_queries_with_many_notes(
    morning: datetime, at_desk: Desk, django_assert_max_num_queries: Any
) -> None:
    row = rows.request()
    for _ in range(12):
        write_note(row, MARKER, by="ana", now=morning)

    with django_assert_max_num_queries(22):
        at_desk.open(row)


def test_number_outside_the_window_is_nowhere_in_the_page(
    afternoon: datetime, at_desk: Desk
) -> None:
    html = at_desk.open(rows.request()).html

    assert NUMBER not in html
    assert not re.search(r"555\D{0,3}0100", html), "written in whatever way"
    assert "Not safe to contact now" in html
    assert "The next safe time begins Wed, Mar 12, 8 am." in html
    assert "hidden until it is safe" in html


def test_number_is_shown_for_a_reason_which_is_kept_sealed(
    afternoon: datetime, at_desk: Desk
) -> None:
    row = rows.request()

    answer = at_desk.act(row, "override", reason=MARKER)

    assert answer.status == 200
    assert NUMBER in answer.html
    assert ledger_lines("action") == [("override",), ("opened_outside_window",)]
    text = row.texts.get()
    assert text.kind == StaffText.Kind.REASON
    assert staff_text.read(text, keys.private_keys()) == MARKER
    assert NUMBER not in at_desk.open(row).html


def test_number_stays_hidden_without_a_reason(afternoon: datetime, at_desk: Desk) -> None:
    row = rows.request()
    for reason in ("", "  ", "\n", "q" * 2001):
        answer = at_desk.act(row, "override", reason=reason)

        assert answer.status == 422
        assert NUMBER not in answer.html
        assert answer.title.startswith("Error: ")
    assert not StaffText.objects.exists()
    assert not LedgerEntry.objects.exclude(action="opened").exists()


@pytest.mark.parametrize("now", ["morning", "afternoon"])
@pytest.mark.parametrize("again", [False, True])
def test_do_not_contact_hides_number_and_email_for_good(
    request: pytest.FixtureRequest, now: str, again: bool, manager: User
) -> None:
    request.getfixturevalue(now)
    desk = Desk(manager)
    mail = rows.answers(channel="email", phone="", email="sam@mail.example")
    for row, detail in ((rows.request(), NUMBER), (rows.request(sent=mail), "sam@mail")):
        desk.step(row, "do_not_contact")
        row.refresh_from_db()
        if again:
            assert desk.step(row, "claimed", reason="back_in_touch").status == 302

        for answer in (desk.open(row), desk.act(row, "override", reason="I insist")):
            assert detail not in answer.html
            assert "override" not in answer.offered("action")
    assert not LedgerEntry.objects.filter(action="override").exists()


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("open", {}),
        ("note", {"text": TYPED}),
        ("override", {"reason": TYPED}),
        ("step", {"target": "claimed", "words": TYPED}),
        ("step", {"target": "spam", "words": TYPED}),
        ("snooze", {"reason": "other", "words": TYPED}),
        ("snooze", {"due": "2025-03-12T10:00", "reason": "other", "words": TYPED}),
        ("attempt", {"outcome": "no_answer", "channel": "phone", "words": TYPED}),
        ("amend", {"message": TYPED, "any_time": "on", "channel": "phone"}),
        ("hand_over", {"owner": "max", "words": TYPED}),
    ],
)
def test_without_its_ledger_line_nothing_is_shown_or_changed(
    morning: datetime,
    at_desk: Desk,
    manager: User,
    broken_ledger: Callable[[], None],
    unsealings: list[UUID],
    caplog: pytest.LogCaptureFixture,
    action: str,
    fields: dict[str, str],
) -> None:
    row = rows.request(sent=marked())
    if action in ("attempt", "amend", "hand_over"):
        rows.step(row, State.CLAIMED, owner="ana")
    before = Request.objects.values().get()
    broken_ledger()

    answer = at_desk.act(row, action, **fields) if fields else at_desk.open(row)

    assert answer.status == 503
    assert unsealings == []
    assert MARKER not in answer.html
    assert NUMBER not in answer.html
    assert Request.objects.values().get() == before
    assert not StaffText.objects.exists()
    assert answer.values.get("typed") == (TYPED if fields else None)
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("intake")]
    assert ours == ["desk: nothing was shown and nothing changed: IntegrityError"]
    assert TYPED not in caplog.text


def test_without_private_key_the_page_names_the_key(
    at_desk: Desk, settings: Any, tmp_path: Path
) -> None:
    row = rows.request(sent=marked())
    settings.INTAKE_KEYS = tmp_path

    answer = at_desk.open(row)

    assert answer.status == 200
    for wrap in row.submissions.get().wraps.all():
        assert wrap.key_id in answer.html
    assert "New" in answer.html
    assert MARKER not in answer.html


def test_damaged_key_file_is_named_on_the_page(
    at_desk: Desk, settings: Any, tmp_path: Path
) -> None:
    row = rows.request(sent=marked())
    (tmp_path / "abc.private.json").write_text("not json")
    settings.INTAKE_KEYS = tmp_path

    answer = at_desk.open(row)

    assert answer.status == 200
    assert "abc.private.json: cannot be read as a key file" in answer.text


def test_note_without_public_key_is_handed_back(
    at_desk: Desk, settings: Any, tmp_path: Path
) -> None:
    row = rows.request()
    settings.INTAKE_KEYS = tmp_path

    answer = at_desk.act(row, "note", text=MARKER)

    assert answer.status == 503
    assert answer.values["typed"] == MARKER
    assert not StaffText.objects.exists()


def test_note_is_saved_sealed_and_shown(morning: datetime, at_desk: Desk) -> None:
    row = rows.request()

    answer = at_desk.act(row, "note", text="First line\nsecond")

    assert (answer.status, answer.location) == (302, address(row))
    assert "First line\nsecond" in at_desk.open(row).text
    assert staff_text.read(row.texts.get(), keys.private_keys()) == "First line\nsecond"


@pytest.mark.parametrize("text", ["q" * (STAFF_TEXT_LIMIT + 1), "words\n" * 400])
def test_note_that_is_too_long_keeps_the_words(at_desk: Desk, text: str) -> None:
    row = rows.request()

    answer = at_desk.act(row, "note", text=text)

    assert answer.status == 422
    assert answer.values["text"] == text
    assert answer.title == f"Error: {row} | Follow-up desk"
    assert "Write at most 2000 characters" in answer.text
    _, field = answer.page.with_id("noteform_text")
    described = str(field["aria-describedby"]).split()
    assert all(answer.page.with_id(each) for each in described) and described
    assert field["aria-invalid"] == "true"
    assert not StaffText.objects.exists()


def test_empty_note_is_refused_in_words(at_desk: Desk) -> None:
    answer = at_desk.act(rows.request(), "note", text="  ")

    assert answer.status == 422
    assert "Write the note first." in answer.text


def test_step_is_taken(morning: datetime, at_desk: Desk) -> None:
    row = rows.request()

    answer = at_desk.step(row, "claimed", words=MARKER)

    row.refresh_from_db()
    assert answer.status == 302
    assert (row.state, row.owner) == (State.CLAIMED, "ana")
    assert "Now “Claimed”." in at_desk.open(row).text


def test_slower_one_is_told_and_can_go_on_from_there(
    morning: datetime, at_desk: Desk, manager_at_desk: Desk
) -> None:
    row = rows.request()
    manager_at_desk.step(row, "claimed")
    lines = LedgerEntry.objects.filter(action="stepped").count()

    answer = at_desk.step(row, "claimed", words=MARKER)

    assert answer.status == 409
    assert "Somebody was faster: this request has changed" in answer.text
    assert "Nothing was changed" in answer.text
    assert "max: stepped (new > claimed)" in answer.text
    assert answer.values["typed"] == MARKER
    assert answer.values["seen"] == "1"
    targets = answer.offered("target")
    assert "reached" in targets and "claimed" not in targets
    row.refresh_from_db()
    assert row.owner == "max"
    assert LedgerEntry.objects.filter(action="stepped").count() == lines
    assert not StaffText.objects.exists()


def test_correction_by_the_person_counts_as_a_change(morning: datetime, at_desk: Desk) -> None:
    """Else a call would be logged, or a wish changed, with the older words before one's eyes."""
    nonce = secrets.token_bytes(16)
    row = rows.request(nonce=nonce)
    at_desk.open(row)
    rows.receive(rows.answers(windows=Window.WEEKDAY_EVENING), nonce=nonce)

    answer = at_desk.step(row, "spam", reason="test", words=MARKER)

    assert answer.status == 409
    assert "by a colleague or by the person who wrote" in answer.text
    assert answer.values["seen"] == "1"
    assert MARKER in answer.html
    assert not StaffText.objects.exists()


def test_form_that_is_still_there_keeps_what_was_typed(
    morning: datetime, at_desk: Desk, manager_at_desk: Desk
) -> None:
    row = rows.request()
    line = at_desk.open(row).values["line"]
    manager_at_desk.act(row, "benefits", benefits="asked")

    answer = at_desk.step(row, "spam", reason="test", words=MARKER, line=line)

    assert answer.status == 409
    assert "max: benefits" in answer.text
    assert "opened" not in answer.text.partition("Since you looked at it")[2][:200]
    assert answer.html.count(MARKER) == 1
    row.refresh_from_db()
    assert row.state == State.NEW


@pytest.mark.parametrize(
    ("action", "fields", "kept"),
    [
        ("step", {"target": "claimed"}, False),
        ("attempt", {"outcome": "no_answer", "channel": "phone", "words": ""}, False),
        ("step", {"target": "spam", "reason": "test", "words": MARKER}, True),
        ("amend", {"channel": "phone", "phone": NUMBER, "any_time": "on"}, True),
        ("hand_over", {"owner": "max", "words": MARKER}, True),
    ],
)
def test_only_who_typed_reads_that_it_is_still_here(
    morning: datetime,
    at_desk: Desk,
    manager_at_desk: Desk,
    action: str,
    fields: dict[str, str],
    kept: bool,
) -> None:
    row = rows.request()
    manager_at_desk.act(row, "benefits", benefits="asked")

    answer = at_desk.act(row, action, **fields)

    assert answer.status == 409
    assert "Somebody was faster" in answer.text and "Nothing was changed." in answer.text
    assert ("What you typed is still here." in answer.text) is kept


def test_who_does_not_say_what_they_saw_changes_nothing(at_desk: Desk) -> None:
    row = rows.request()
    for seen in ("", "mallow", "-1", "7", "\u0663"):
        answer = at_desk.step(row, "claimed", seen=seen)

        assert answer.status == 409, seen
        assert "Somebody was faster: this request has changed" in answer.text
    assert Request.objects.get().state == State.NEW


def test_step_to_no_state_is_refused(at_desk: Desk) -> None:
    answer = at_desk.step(rows.request(), "mallow", reason="other", words="w")

    assert answer.status == 422
    assert "not possible from here" in answer.text


@pytest.mark.parametrize("due", ["", "2025-03-11T10:00", "9999-12-31T23:59", "soon"])
def test_waiting_without_a_time_to_come_is_refused(
    morning: datetime, at_desk: Desk, due: str
) -> None:
    row = request_of("ana", State.REACHED)
    for target in ("waiting", "scheduled"):
        answer = at_desk.step(row, target, due=due, reason="thinking", words=MARKER)

        assert answer.status == 422
        assert answer.page.with_id(f"step_{target}_due")[1].get("value", "") == due
        assert MARKER in answer.html
    row.refresh_from_db()
    assert row.state == State.REACHED


def test_waiting_with_a_time_to_come_is_taken(morning: datetime, at_desk: Desk) -> None:
    row = request_of("ana", State.REACHED)

    at_desk.step(row, "waiting", due="2025-03-12T10:00", reason="thinking")

    row.refresh_from_db()
    assert row.next_due == morning.replace(day=12, hour=15, minute=0, second=0, microsecond=0)


def test_where_no_step_leads_on_none_is_offered(at_desk: Desk) -> None:
    answer = at_desk.open(rows.request_in(State.WITHDRAWN))

    assert answer.offered("target") == []
    assert "you cannot lead this request anywhere from here" in answer.text


def test_record_opens_in_every_state(at_desk: Desk) -> None:
    for state in (state for state in State if state is not State.PURGED):
        answer = at_desk.open(request_of("ana", state))

        assert answer.status == 200, state
        assert state.label in answer.text


def test_unknown_action_only_opens(at_desk: Desk) -> None:
    assert at_desk.act(rows.request(), "delete").status == 200
    assert ledger_lines("action") == [("opened",)]


def test_log_and_the_admins_own_log_hold_nothing_of_the_work(
    morning: datetime, at_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    row = rows.request(sent=marked())
    with caplog.at_level(logging.INFO):
        at_desk.open(row)
        for each in ("note", "override", "step"):
            at_desk.act(row, each, text=MARKER, reason=MARKER, target=MARKER)
        at_desk.step(row, "claimed", reason=MARKER)

    assert MARKER not in caplog.text
    assert not LogEntry.objects.exists()


def test_session_ends(at_desk: Desk, morning: datetime) -> None:
    assert at_desk.client.session.get_expiry_age() <= timedelta(hours=8).total_seconds()
