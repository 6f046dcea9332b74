"""A request taken by telephone: the visitor's questions, asked for the caller, sealed alike."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

from clinic_site.web import form_token
from intake import startup
from intake.desk.record import phone_entry
from intake.desk.record.phone_entry import CallForm
from intake.models import Lane, LedgerEntry, OutboxMessage, Request, Submission
from intake.receive.forms import ContactForm
from intake.receive.questions import TRAP
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Answers, Asker, Channel, OtherAnswers, Voicemail, Window
from intake.seal.keys import KeyFileError
from intake.store import submission
from tests.intake import rows
from tests.plugin.desk import BY_PHONE as URL
from tests.plugin.desk import Answer, Desk, address, ledger_lines
from tests.plugin.visitor import NONCE, encoded

pytestmark = pytest.mark.django_db
MARKER = "marigold"
TYPED: dict[str, Any] = {
    "about": "someone",
    "name": f" {MARKER} <b>",
    "channel": "phone",
    "phone": "(217) 555-0142",
    "email": "not kept, but given back",
    "if_no_answer": "discreet",
    "if_other_answers": "ask_by_name",
    "weekdays": ["morning", "any"],
    "language": "Spanish",
    "interpreter": "on",
    "contact_need": f"{MARKER} & more",
    "message": f"\n  Two\nlines {MARKER} ",
    "follow_up": "on",
}


def token(age: timedelta = timedelta(minutes=2), nonce: bytes = NONCE) -> str:
    return form_token.issue(timezone.now() - age, nonce)


def send(desk: Desk, **changes: Any) -> Answer:
    """A form that was opened two minutes ago; None leaves a field out."""
    fields = {"token": token()} | TYPED | changes
    return desk.post(URL, {name: value for name, value in fields.items() if value is not None})


def assert_kept(answer: Answer) -> None:
    """Every field holds what was typed."""
    checked = answer.page.checked
    for name in ("name", "phone", "email", "language", "contact_need", "message"):
        assert answer.values[name] == TYPED[name], name
    for name in ("about", "channel", "if_no_answer", "if_other_answers", "interpreter"):
        assert checked[name] == [TYPED[name]], name
    assert checked["weekdays"] == TYPED["weekdays"]
    assert checked["follow_up"] == ["on"]


def opened(request: Request) -> Answers:
    newest: Submission = request.submissions.newest_first()[0]
    return newest.answers(keys.private_keys())


def test_fields_are_those_of_the_contact_form() -> None:
    theirs = set(ContactForm(settings.CLINIC).fields) - {TRAP}

    assert set(CallForm(settings.CLINIC).fields) - {"follow_up"} == theirs


def test_answers_to_choose_from_are_those_of_the_contact_form() -> None:
    theirs, ours = ContactForm(settings.CLINIC), CallForm(settings.CLINIC)

    for name in set(theirs.fields) - {TRAP}:
        values = [value for value, _ in getattr(ours.fields[name], "choices", ())]
        assert values == [value for value, _ in getattr(theirs.fields[name], "choices", ())], name


def test_contact_form_keeps_its_own_words() -> None:
    CallForm(settings.CLINIC)

    theirs = ContactForm(settings.CLINIC)
    assert next(iter(getattr(theirs.fields["about"], "choices", ()))) == ("self", "Me")
    assert theirs.fields["interpreter"].label == "I want an interpreter"
    assert theirs.fields["name"].widget.attrs["autocomplete"] == "given-name"


def test_page_speaks_of_the_caller(at_desk: Desk) -> None:
    answer = at_desk.get(URL)

    assert answer.status == 200
    assert answer.title == "A request by phone | Follow-up desk"
    for words in ("What should we call the caller?", "The caller wants an interpreter"):
        assert words in answer.text
    for words in (" me ", "I want", "I use", "Yours", "call you", "your phone number"):
        assert words not in answer.text
    assert "Say to the caller: Our call shows on your phone as" in answer.text
    assert answer.page.checked == {"follow_up": ["on"]}
    assert {given.get("autocomplete") for given in answer.page.named("phone")} == {"off"}
    assert answer.offered(TRAP) == []


def test_no_id_comes_twice_and_every_label_has_its_field(at_desk: Desk) -> None:
    for answer in (at_desk.get(URL), send(at_desk, phone="12", channel=None)):
        assert "no-store" in answer.headers["Cache-Control"]
        assert len(answer.ids) == len(set(answer.ids))
        assert len(set(answer.labels)) > 20
        assert set(answer.labels) <= set(answer.ids)


def test_call_is_sealed_and_claimed(morning: datetime, at_desk: Desk) -> None:
    answer = send(at_desk)

    request = Request.objects.get()
    assert answer.status == 302
    assert answer.location == address(request)
    assert (request.lane, request.state, request.owner) == (Lane.PHONE, State.CLAIMED, "ana")
    assert request.claimed_at == morning
    assert request.worked_at == morning
    assert (request.opened_at, request.opened_revision) == (morning, 1)
    assert opened(request) == Answers(
        about=Asker.SOMEONE,
        channel=Channel.PHONE,
        name=TYPED["name"],
        phone=TYPED["phone"],
        if_no_answer=Voicemail.DISCREET,
        if_other_answers=OtherAnswers.ASK_BY_NAME,
        windows=Window.WEEKDAY_MORNING | Window.WEEKDAY_AFTERNOON | Window.WEEKDAY_EVENING,
        language="Spanish",
        interpreter=True,
        contact_need=TYPED["contact_need"],
        message=TYPED["message"],
    )
    assert OutboxMessage.objects.get().request == request
    assert ledger_lines()[:2] == [("entered", "ana", ""), ("stepped", "ana", "new > claimed")]


def test_call_that_somebody_else_follows_up_is_new(morning: datetime, at_desk: Desk) -> None:
    send(at_desk, follow_up=None)

    request = Request.objects.get()
    assert (request.lane, request.state, request.owner) == (Lane.PHONE, State.NEW, "")
    assert ledger_lines("action") == [("entered",)]


def test_promise_is_told_after_saving(morning: datetime, at_desk: Desk) -> None:
    answer = send(at_desk)

    assert answer.messages == [
        "The request is saved. Tell the caller: "
        "a person will try you today between 10:30 and 10:45 am."
    ]
    assert "between 10:30 and 10:45 am" in at_desk.get(answer.location).text


def test_same_form_twice_is_one_request(morning: datetime, at_desk: Desk) -> None:
    first, again = send(at_desk), send(at_desk)

    assert first.location == again.location
    request = Request.objects.get()
    assert request.submissions.count() == 1
    assert LedgerEntry.objects.filter(action="entered").count() == 1
    assert LedgerEntry.objects.filter(action="stepped").count() == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_at_the_same_time_is_one_request(coordinator: User) -> None:
    def enter(_: int) -> None:
        try:
            phone_entry.enter(
                rows.answers(), nonce=NONCE, follow_up=True, user=coordinator, now=timezone.now()
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(enter, range(4)))

    assert Request.objects.get().state == State.CLAIMED
    assert LedgerEntry.objects.filter(action="entered").count() == 1


def test_edited_form_is_a_revision(morning: datetime, at_desk: Desk) -> None:
    send(at_desk)
    send(at_desk, phone="217-555-0143")

    request = Request.objects.get()
    assert opened(request).phone == "217-555-0143"
    assert request.opened_revision == 2
    assert request.owner == "ana"
    assert LedgerEntry.objects.filter(action="entered").count() == 2


def test_what_somebody_else_has_claimed_meanwhile_stays_theirs(
    morning: datetime, at_desk: Desk
) -> None:
    send(at_desk, follow_up=None)
    request = Request.objects.get()
    rows.step(request, State.CLAIMED)

    send(at_desk, phone="217-555-0143")

    request.refresh_from_db()
    assert (request.state, request.owner) == (State.CLAIMED, "sam")


@pytest.mark.parametrize(
    ("changes", "words", "control"),
    [
        ({"about": None}, "Choose who this is about", "id_about_0"),
        ({"channel": None}, "Choose how we should reply", "id_channel_0"),
        ({"phone": "12"}, "Enter a phone number with its area code", "id_phone"),
        ({"channel": "email"}, "Enter an email address", "id_email"),
        ({"message": "x" * 1001}, "too long", "id_message"),
    ],
)
def test_invalid_form_is_handed_back(
    at_desk: Desk, changes: dict[str, Any], words: str, control: str
) -> None:
    given = token()

    answer = send(at_desk, token=given, **changes)

    assert answer.status == 422
    assert answer.title == "Error: A request by phone | Follow-up desk"
    assert words in answer.text
    assert f"#{control}" in answer.links
    answer.page.with_id(control)
    assert answer.values["name"] == TYPED["name"]
    assert answer.values["token"] == given
    assert not Request.objects.exists()


def test_unticked_stays_unticked(at_desk: Desk) -> None:
    assert "follow_up" not in send(at_desk, phone="12", follow_up=None).page.checked


def test_form_from_nowhere_is_handed_back_with_a_token(at_desk: Desk) -> None:
    answer = send(at_desk, token="mallow")

    assert answer.status == 422
    assert "check it, then save" in answer.text
    assert_kept(answer)
    assert send(at_desk, token=answer.values["token"]).status == 302


def test_form_that_was_open_for_long_is_taken(at_desk: Desk) -> None:
    assert send(at_desk, token=token(timedelta(hours=30))).status == 302


def test_damaged_text_is_handed_back(at_desk: Desk) -> None:
    body = encoded({"token": token()} | TYPED) + b"&name=%ff"

    assert at_desk.post(URL, body).status == 422
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("module", "name", "error"),
    [
        (submission, "store", OperationalError("away")),
        (keys, "recipients", KeyFileError("no key")),
        (startup.gate, "admit", startup.NotAdmitted()),
        (phone_entry, "enter", RuntimeError(MARKER)),
    ],
)
def test_what_was_not_stored_is_handed_back(
    at_desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    module: Any,
    name: str,
    error: Exception,
) -> None:
    def fails(*args: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr(module, name, fails)
    given = token()
    with caplog.at_level(logging.DEBUG):
        answer = send(at_desk, token=given)

    assert answer.status == 503
    assert "could not be stored" in answer.text
    assert "Save again" in answer.text
    assert_kept(answer)
    assert answer.values["token"] == given
    assert f"not stored: {type(error).__name__}" in caplog.text
    assert MARKER not in caplog.text


def test_nothing_is_stored_without_the_ledger(
    at_desk: Desk, broken_ledger: Callable[[], None]
) -> None:
    broken_ledger()

    answer = send(at_desk)

    assert answer.status == 503
    assert_kept(answer)
    assert not Request.objects.exists()


def test_post_without_the_desks_own_token_is_refused(coordinator: User) -> None:
    assert send(Desk(coordinator, checks_tokens=True)).status == 403
    assert not Request.objects.exists()


def test_words_are_found_nowhere_but_on_the_page(
    at_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        saved, refused = send(at_desk), send(at_desk, phone="12")

    kept = [session.get_decoded() for session in Session.objects.all()]
    lines = list(LedgerEntry.objects.values()), list(LogEntry.objects.values())
    assert MARKER not in f"{caplog.text} {kept} {lines} {saved.headers} {refused.headers}"
    assert MARKER not in refused.title
    assert kept
