"""The opened record as a page: what it shows, hides, refuses and keeps."""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from intake.desk.steps.transitions import write_note
from intake.models import LedgerEntry, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import STAFF_TEXT_LIMIT, Answers, Asker, Window
from intake.store import staff_text
from tests.intake import rows
from tests.intake.receive.typed_form import FORM_TYPE, Fields
from tests.plugin.staff import prove, signed_in

pytestmark = pytest.mark.django_db
NUMBER = "217-555-0100"
MARKER = "marker-view-31"
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


def address(row: Request) -> str:
    return f"/desk/intake/request/{row.pk}/change/"


def send(client: Client, row: Request, **fields: str) -> HttpResponse:
    """Post like a browser: UTF-8, each line break as CRLF."""
    body = urlencode({name: value.replace("\n", "\r\n") for name, value in fields.items()})
    return client.post(address(row), body, content_type=FORM_TYPE)


def step(client: Client, row: Request, target: str, **fields: str) -> HttpResponse:
    posted = {"action": "step", "seen": str(row.changes), "target": target, "why": "covering"}
    return send(client, row, **posted | fields)


def anas(state: State) -> Request:
    """In a state, and of the coordinator who opens it."""
    row = rows.request_in(state)
    if row.owner:
        rows.sql("UPDATE intake_request SET owner = 'ana' WHERE id = %s", row.id)
        row.refresh_from_db()
    return row


def marked(**changed: Any) -> Answers:
    return rows.answers(**{"name": MARKER, "message": MARKER} | changed)


# ---- who may


def test_anonymous_is_sent_to_the_login(client: Client) -> None:
    row = rows.request(sent=marked())

    response = client.get(address(row))

    assert response.status_code == 302
    assert response["Location"] == f"/desk/login/?next={address(row)}"
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("permission", [None, "view_request", "view_ledgerentry"])
def test_staff_without_the_right_open_nothing(
    permission: str | None, unsealings: list[UUID]
) -> None:
    user = User.objects.create_user("new", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename=permission))
    row = rows.request(sent=marked())
    client = signed_in(user)

    for response in (client.get(address(row)), step(client, row, "claimed")):
        assert response.status_code == 403
        assert MARKER not in response.content.decode()
    assert unsealings == []
    assert not LedgerEntry.objects.exists()
    assert Request.objects.get().state == State.NEW


def test_post_without_the_forms_own_token_is_refused(coordinator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    prove(client, coordinator)

    assert step(client, rows.request(), "claimed").status_code == 403
    assert Request.objects.get().state == State.NEW


@pytest.mark.parametrize("name", ["", "mallow", "1", str(UUID(int=0)), "../../1"])
def test_no_such_request(at_desk: Client, name: str) -> None:
    assert at_desk.get(f"/desk/intake/request/{name}/change/").status_code == 404
    assert at_desk.get(f"/desk/intake/request/{uuid4()}/change/").status_code == 404


# ---- what is shown


def test_opened_record_shows_everything(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=marked(contact_need="Speaks softly", language="Español", tty=True))
    write_note(row, "Asked about evenings.", by="ana", now=morning)

    response = at_desk.get(address(row))

    text = Fields(response).text
    assert response.status_code == 200
    for words in (MARKER, NUMBER, "Speaks softly", "Español", "TTY", "Asked about evenings."):
        assert words in text
    assert "Safe to contact now" in text
    assert LedgerEntry.objects.filter(record=row.pk, action="opened", by="ana").exists()


def test_title_is_the_pseudonym(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=marked())

    assert Fields(at_desk.get(address(row))).title.strip() == f"{row} | Follow-up desk"


def test_page_is_never_kept(at_desk: Client) -> None:
    assert "no-store" in at_desk.get(address(rows.request()))["Cache-Control"]


def test_relative_is_the_only_one_to_contact(morning: datetime, at_desk: Client) -> None:
    mine, theirs = rows.request(), rows.request(sent=rows.answers(about=Asker.SOMEONE))

    assert "Contact only the person who wrote" not in Fields(at_desk.get(address(mine))).text
    assert "Contact only the person who wrote" in Fields(at_desk.get(address(theirs))).text


@pytest.mark.parametrize("text", NAUGHTY)
def test_words_never_become_elements(morning: datetime, at_desk: Client, text: str) -> None:
    plain = rows.request(sent=marked(message="m", contact_need="n"))
    row = rows.request(
        sent=marked(name=text, message=text, contact_need=text, phone=f"{NUMBER} {text[:25]}")
    )
    for one, note in ((plain, "plain"), (row, text)):
        write_note(one, note, by="ana", now=morning)

    page, harmless = Fields(at_desk.get(address(row))), Fields(at_desk.get(address(plain)))

    assert [tag for tag, _ in page.tags] == [tag for tag, _ in harmless.tags]
    assert [list(given) for _, given in page.tags] == [list(given) for _, given in harmless.tags]
    shown = text.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]")
    assert page.text.count(shown) >= 4


@pytest.mark.parametrize("text", NAUGHTY)
def test_words_handed_back_never_become_elements(at_desk: Client, text: str) -> None:
    row = rows.request()
    long = text + "q" * STAFF_TEXT_LIMIT

    page = Fields(send(at_desk, row, action="note", text=long))

    assert page.values["text"] == long
    assert [given.get("src", "")[:8] for tag, given in page.tags if tag == "script"] == ["/static/"]
    assert "img" not in [tag for tag, _ in page.tags]


def test_no_id_comes_twice_and_every_label_has_its_field(
    afternoon: datetime, at_desk: Client
) -> None:
    nonce = bytes(16)
    rows.receive(nonce=nonce)
    row = rows.request(nonce=nonce, sent=marked())
    write_note(row, MARKER, by="ana", now=afternoon)

    page = Fields(at_desk.get(address(row)))

    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    labels = [given.get("for") for tag, given in page.tags if tag == "label"]
    referred = [given["aria-labelledby"] for _, given in page.tags if "aria-labelledby" in given]
    assert len(labels) > 4
    assert set(labels) | set(referred) <= set(ids)


def test_record_costs_as_many_queries_with_many_notes(
    morning: datetime, at_desk: Client, django_assert_max_num_queries: Any
) -> None:
    row = rows.request()
    for _ in range(12):
        write_note(row, MARKER, by="ana", now=morning)

    with django_assert_max_num_queries(22):
        at_desk.get(address(row))


# ---- the number


def test_number_outside_the_window_is_nowhere_in_the_page(
    afternoon: datetime, at_desk: Client
) -> None:
    response = at_desk.get(address(rows.request()))

    html = response.content.decode()
    assert NUMBER not in html
    assert not re.search(r"555\D{0,3}0100", html), "written in whatever way"
    assert "Not safe to contact now" in html
    assert "The next safe time begins Wed, Mar 12, 8 am." in html
    assert "hidden until it is safe" in html


def test_number_is_shown_for_a_reason_which_is_kept_sealed(
    afternoon: datetime, at_desk: Client
) -> None:
    row = rows.request()

    response = send(at_desk, row, action="override", reason=MARKER)

    assert response.status_code == 200
    assert NUMBER in response.content.decode()
    assert list(LedgerEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "override",
        "opened_outside_window",
    ]
    text = row.texts.get()
    assert text.kind == StaffText.Kind.REASON
    assert staff_text.read(text, keys.private_keys()) == MARKER
    assert NUMBER not in at_desk.get(address(row)).content.decode()


@pytest.mark.parametrize("reason", ["", "  ", "\n", "q" * 2001])
def test_number_stays_hidden_without_a_reason(
    afternoon: datetime, at_desk: Client, reason: str
) -> None:
    row = rows.request()

    response = send(at_desk, row, action="override", reason=reason)

    assert response.status_code == 422
    assert NUMBER not in response.content.decode()
    assert Fields(response).title.startswith("Error: ")
    assert not StaffText.objects.exists()
    assert not LedgerEntry.objects.exclude(action="opened").exists()


@pytest.mark.parametrize("now", ["morning", "afternoon"])
@pytest.mark.parametrize("again", [False, True])
def test_do_not_contact_hides_number_and_email_for_good(
    request: pytest.FixtureRequest, now: str, again: bool, manager: User
) -> None:
    request.getfixturevalue(now)
    client = signed_in(manager)
    mail = rows.answers(channel="email", phone="", email="sam@mail.example")
    for row, detail in ((rows.request(), NUMBER), (rows.request(sent=mail), "sam@mail")):
        step(client, row, "do_not_contact")
        row.refresh_from_db()
        if again:
            assert step(client, row, "claimed", reason="back_in_touch").status_code == 302
        opened = client.get(address(row))
        forced = send(client, row, action="override", reason="I insist")

        for response in (opened, forced):
            assert detail not in response.content.decode()
            assert "override" not in [each["value"] for each in Fields(response).named("action")]
    assert not LedgerEntry.objects.filter(action="override").exists()


# ---- the ledger first


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "note", "text": "typed by ana"},
        {"action": "override", "reason": "typed by ana"},
        {"action": "step", "seen": "0", "target": "claimed", "words": "typed by ana"},
        {"action": "step", "seen": "0", "target": "spam", "words": "typed by ana"},
        {"action": "snooze", "seen": "0", "reason": "other", "words": "typed by ana"},
    ],
    ids=["open", "note", "override", "step", "step refused", "snooze"],
)
def test_without_its_ledger_line_nothing_is_shown_or_changed(
    at_desk: Client,
    broken_ledger: Callable[[], None],
    unsealings: list[UUID],
    caplog: pytest.LogCaptureFixture,
    fields: dict[str, str],
) -> None:
    row = rows.request(sent=marked())
    before = Request.objects.values().get()
    broken_ledger()

    response = send(at_desk, row, **fields) if fields else at_desk.get(address(row))

    page = Fields(response)
    assert response.status_code == 503
    assert unsealings == []
    assert MARKER not in response.content.decode()
    assert NUMBER not in response.content.decode()
    assert Request.objects.values().get() == before
    assert not StaffText.objects.exists()
    assert page.values.get("typed") == ("typed by ana" if fields else None)
    assert [
        record.getMessage() for record in caplog.records if record.name.startswith("intake")
    ] == ["desk: nothing was shown and nothing changed: IntegrityError"]
    assert "typed by ana" not in caplog.text


# ---- keys


def test_without_private_key_the_page_names_the_key(
    at_desk: Client, settings: Any, tmp_path: Path
) -> None:
    row = rows.request(sent=marked())
    settings.INTAKE_KEYS = tmp_path

    response = at_desk.get(address(row))

    html = response.content.decode()
    assert response.status_code == 200
    for wrap in row.submissions.get().wraps.all():
        assert wrap.key_id in html
    assert "New" in html
    assert MARKER not in html


def test_damaged_key_file_is_named_on_the_page(
    at_desk: Client, settings: Any, tmp_path: Path
) -> None:
    row = rows.request(sent=marked())
    (tmp_path / "abc.private.json").write_text("not json")
    settings.INTAKE_KEYS = tmp_path

    response = at_desk.get(address(row))

    assert response.status_code == 200
    assert "abc.private.json: cannot be read as a key file" in Fields(response).text


def test_note_without_public_key_is_handed_back(
    at_desk: Client, settings: Any, tmp_path: Path
) -> None:
    row = rows.request()
    settings.INTAKE_KEYS = tmp_path

    response = send(at_desk, row, action="note", text=MARKER)

    assert response.status_code == 503
    assert Fields(response).values["typed"] == MARKER
    assert not StaffText.objects.exists()


# ---- notes


def test_note_is_saved_sealed_and_shown(morning: datetime, at_desk: Client) -> None:
    row = rows.request()

    response = send(at_desk, row, action="note", text="First line\nsecond")

    assert (response.status_code, response["Location"]) == (302, address(row))
    assert "First line\nsecond" in Fields(at_desk.get(address(row))).text
    assert staff_text.read(row.texts.get(), keys.private_keys()) == "First line\nsecond"


@pytest.mark.parametrize("text", ["q" * (STAFF_TEXT_LIMIT + 1), "words\n" * 400])
def test_note_that_is_too_long_keeps_the_words(at_desk: Client, text: str) -> None:
    row = rows.request()

    response = send(at_desk, row, action="note", text=text)

    page = Fields(response)
    assert response.status_code == 422
    assert page.values["text"] == text
    assert page.title.strip() == f"Error: {row} | Follow-up desk"
    assert "Write at most 2000 characters" in page.text
    _, field = page.with_id("noteform_text")
    described = str(field["aria-describedby"]).split()
    assert all(page.with_id(each) for each in described) and described
    assert field["aria-invalid"] == "true"
    assert not StaffText.objects.exists()


def test_empty_note_is_refused_in_words(at_desk: Client) -> None:
    response = send(at_desk, rows.request(), action="note", text="  ")

    assert response.status_code == 422
    assert "Write the note first." in Fields(response).text


# ---- steps


def test_step_is_taken(morning: datetime, at_desk: Client) -> None:
    row = rows.request()

    response = step(at_desk, row, "claimed", words=MARKER)

    row.refresh_from_db()
    assert response.status_code == 302
    assert (row.state, row.owner) == (State.CLAIMED, "ana")
    page = at_desk.get(address(row))
    assert "Now “Claimed”." in Fields(page).text


def test_slower_one_is_told_and_can_go_on_from_there(
    morning: datetime, at_desk: Client, manager: User
) -> None:
    row = rows.request()
    step(signed_in(manager), row, "claimed")
    lines = LedgerEntry.objects.filter(action="stepped").count()

    response = step(at_desk, row, "claimed", words=MARKER)

    page = Fields(response)
    assert response.status_code == 409
    assert "Somebody was faster: this request has changed" in page.text
    assert "Nothing was changed" in page.text
    assert "max: stepped (new > claimed)" in page.text
    assert page.values["typed"] == MARKER
    assert page.values["seen"] == "1"
    targets = [each["value"] for each in page.named("target")]
    assert "reached" in targets and "claimed" not in targets
    row.refresh_from_db()
    assert row.owner == "max"
    assert LedgerEntry.objects.filter(action="stepped").count() == lines
    assert not StaffText.objects.exists()


def test_correction_by_the_person_counts_as_a_change(morning: datetime, at_desk: Client) -> None:
    """Else a call would be logged, or a wish changed, with the older words before one's eyes."""
    nonce = secrets.token_bytes(16)
    row = rows.request(nonce=nonce)
    at_desk.get(address(row))
    rows.receive(rows.answers(windows=Window.WEEKDAY_EVENING), nonce=nonce)

    response = step(at_desk, row, "spam", reason="test", words=MARKER)

    page = Fields(response)
    assert response.status_code == 409
    assert "by a colleague or by the person who wrote" in page.text
    assert page.values["seen"] == "1"
    assert MARKER in response.content.decode()
    assert not StaffText.objects.exists()


def test_form_that_is_still_there_keeps_what_was_typed(
    morning: datetime, at_desk: Client, manager: User
) -> None:
    row = rows.request()
    line = Fields(at_desk.get(address(row))).values["line"]
    send(signed_in(manager), row, action="benefits", seen="0", benefits="asked")

    response = step(at_desk, row, "spam", reason="test", words=MARKER, line=line)

    page = Fields(response)
    assert response.status_code == 409
    assert "max: benefits" in page.text
    assert "opened" not in page.text.partition("Since you looked at it")[2][:200]
    assert response.content.decode().count(MARKER) == 1
    row.refresh_from_db()
    assert row.state == State.NEW


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"action": "step", "target": "claimed"}, False),
        ({"action": "attempt", "outcome": "no_answer", "channel": "phone", "words": ""}, False),
        ({"action": "step", "target": "spam", "reason": "test", "words": MARKER}, True),
        ({"action": "amend", "channel": "phone", "phone": NUMBER, "any_time": "on"}, True),
        ({"action": "hand_over", "owner": "max", "words": MARKER}, True),
    ],
)
def test_only_who_typed_reads_that_it_is_still_here(
    morning: datetime, at_desk: Client, manager: User, fields: dict[str, str], kept: bool
) -> None:
    row = rows.request()
    send(signed_in(manager), row, action="benefits", seen="0", benefits="asked")

    response = send(at_desk, row, seen="0", **fields)

    text = Fields(response).text
    assert response.status_code == 409
    assert "Somebody was faster" in text and "Nothing was changed." in text
    assert ("What you typed is still here." in text) is kept


@pytest.mark.parametrize("seen", ["", "mallow", "-1", "7", "\u0663"])
def test_who_does_not_say_what_they_saw_changes_nothing(at_desk: Client, seen: str) -> None:
    response = step(at_desk, rows.request(), "claimed", seen=seen)

    assert response.status_code == 409
    assert "Somebody was faster: this request has changed" in Fields(response).text
    assert Request.objects.get().state == State.NEW


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (State.NEW, "admitted", "not possible from here"),
        (State.NEW, "withdrawn", "for a manager"),
        (State.TRYING, "no_contact", "for a manager"),
        (State.TRYING, "needs_decision", "for the worker"),
        (State.CLAIMED, "trying", "by recording an attempt"),
        (State.NEW, "mallow", "not possible from here"),
        (State.NEW, "duplicate", "not taken by hand"),
        (State.SPAM, "purged", "not taken by hand"),
    ],
)
def test_forbidden_step_is_refused_and_not_offered(
    at_desk: Client, source: State, target: str, words: str
) -> None:
    row = anas(source)

    response = step(at_desk, row, target, reason="other", words="w")

    page = Fields(response)
    assert response.status_code == 422
    assert words in page.text
    assert target not in [each["value"] for each in page.named("target")]
    row.refresh_from_db()
    assert row.state == source


@pytest.mark.parametrize("due", ["", "2025-03-11T10:00", "9999-12-31T23:59", "soon"])
@pytest.mark.parametrize("target", ["waiting", "scheduled"])
def test_waiting_without_a_time_to_come_is_refused(
    morning: datetime, at_desk: Client, target: str, due: str
) -> None:
    row = anas(State.REACHED)

    response = step(at_desk, row, target, due=due, reason="thinking", words=MARKER)

    page = Fields(response)
    assert response.status_code == 422
    assert page.with_id(f"step_{target}_due")[1].get("value", "") == due
    assert MARKER in response.content.decode()
    row.refresh_from_db()
    assert row.state == State.REACHED


def test_waiting_with_a_time_to_come_is_taken(morning: datetime, at_desk: Client) -> None:
    row = anas(State.REACHED)

    step(at_desk, row, "waiting", due="2025-03-12T10:00", reason="thinking")

    row.refresh_from_db()
    assert row.next_due == morning.replace(day=12, hour=15, minute=0, second=0, microsecond=0)


def test_where_no_step_leads_on_none_is_offered(at_desk: Client) -> None:
    page = Fields(at_desk.get(address(rows.request_in(State.WITHDRAWN))))

    assert page.named("target") == []
    assert "you cannot lead this request anywhere from here" in page.text


@pytest.mark.parametrize("state", [state for state in State if state is not State.PURGED])
def test_record_opens_in_every_state(at_desk: Client, state: State) -> None:
    response = at_desk.get(address(anas(state)))

    assert response.status_code == 200
    assert state.label in Fields(response).text


def test_unknown_action_only_opens(at_desk: Client) -> None:
    row = rows.request()

    assert send(at_desk, row, action="delete").status_code == 200
    assert LedgerEntry.objects.get().action == "opened"


def test_admins_own_log_stays_empty(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=marked())
    at_desk.get(address(row))
    send(at_desk, row, action="note", text=MARKER)
    send(at_desk, row, action="override", reason=MARKER)
    step(at_desk, row, "claimed", reason=MARKER)

    assert not LogEntry.objects.exists()


def test_logs_hold_nothing_of_the_work(
    morning: datetime, at_desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    row = rows.request(sent=marked())
    with caplog.at_level(logging.INFO):
        for each in ("note", "override", "step"):
            send(at_desk, row, action=each, text=MARKER, reason=MARKER, target=MARKER)

    assert MARKER not in caplog.text


def test_session_ends(at_desk: Client, morning: datetime) -> None:
    assert at_desk.session.get_expiry_age() <= timedelta(hours=8).total_seconds()
