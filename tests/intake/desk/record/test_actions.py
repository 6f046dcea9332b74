"""What can be posted from the opened record: done, refused in words, asked for a reason first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from intake.clock import deadlines
from intake.desk.steps import handing_over
from intake.models import Attempt, LedgerEntry, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Asker, Channel, OtherAnswers, Voicemail, Window
from intake.store import staff_text
from tests.intake import rows
from tests.intake.desk.record.test_views import address, anas, send
from tests.plugin.staff import prove, signed_in
from tests.plugin.visitor import Fields

pytestmark = pytest.mark.django_db
MARKER = "marker-action-9"
NUMBER = "217-555-0100"


def act(client: Client, row: Request, action: str, **fields: str) -> HttpResponse:
    return send(client, row, **{"action": action, "seen": str(row.changes)} | fields)


def buttons(response: HttpResponse) -> list[str | None]:
    return [each["value"] for each in Fields(response).named("outcome") if each.get("value")]


def due_in(response: HttpResponse) -> str:
    return Fields(response).with_id("attemptform_due")[1].get("value") or ""


# ---- an attempt in two taps


def test_number_is_one_tap_and_the_outcome_the_other(morning: datetime, at_desk: Client) -> None:
    row = anas(State.CLAIMED)
    page = Fields(at_desk.get(address(row)))
    links = [given["href"] for tag, given in page.tags if tag == "a"]
    assert "tel:+12175550100" in links
    filled = {name: page.values[name] for name in ("seen", "line")}
    filled |= {"channel": "phone", "due": str(page.with_id("attemptform_due")[1]["value"])}

    response = send(at_desk, row, action="attempt", outcome="no_answer", **filled)

    row.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, address(row))
    assert (row.state, row.attempts) == (State.TRYING, 1)
    local = timezone.localtime(deadlines.retry_by(morning, row.windows))
    assert timezone.localtime(row.next_due) == local.replace(second=0, microsecond=0)
    assert "Attempts" in Fields(at_desk.get(address(row))).text


def test_no_link_dials_outside_the_safe_times(afternoon: datetime, at_desk: Client) -> None:
    page = Fields(at_desk.get(address(anas(State.CLAIMED))))

    links = [given.get("href") or "" for tag, given in page.tags if tag == "a"]
    assert not [each for each in links if each.startswith(("tel:", "sms:"))]


@pytest.mark.parametrize("voicemail", Voicemail)
def test_message_has_its_button_only_where_it_was_asked_for(
    morning: datetime, at_desk: Client, voicemail: Voicemail
) -> None:
    row = rows.request(sent=rows.answers(if_no_answer=voicemail))
    rows.step(row, State.CLAIMED, owner="ana")

    assert ("voicemail" in buttons(at_desk.get(address(row)))) is (
        voicemail is not Voicemail.NOTHING
    )


def test_enter_key_records_nothing(morning: datetime, at_desk: Client) -> None:
    """The first button of the form, which a browser presses for Enter, is switched off."""
    page = Fields(at_desk.get(address(anas(State.CLAIMED))))
    pressed = [given for tag, given in page.tags if tag == "button"]
    first = next(each for each in pressed if each.get("name") == "outcome")

    assert "disabled" in pressed[pressed.index(first) - 1]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "voicemail", "channel": "phone"}, "choices do not allow that"),
        ({"channel": "phone"}, "Choose what came of it"),
        ({"outcome": "no_answer", "channel": "phone", "due": "2025-03-11T09:00"}, "still to come"),
        ({"outcome": "no_answer", "channel": "phone", "due": "2025-03-12T18:00"}, "outside the"),
        ({"outcome": "sent", "channel": "text"}, "did not choose that way"),
    ],
)
def test_attempt_that_is_refused_changes_nothing(
    morning: datetime, at_desk: Client, fields: dict[str, str], words: str
) -> None:
    row = anas(State.CLAIMED)
    before = Request.objects.values("state", "next_due", "changes", "attempts").get()

    response = act(at_desk, row, "attempt", **fields)

    assert response.status_code == 422
    assert words in Fields(response).text
    assert due_in(response) == fields.get("due", "")
    assert Request.objects.values("state", "next_due", "changes", "attempts").get() == before
    assert not Attempt.objects.exists()


def test_outside_the_safe_times_words_are_asked_for_and_kept(
    afternoon: datetime, at_desk: Client
) -> None:
    row = anas(State.CLAIMED)
    fields = {"outcome": "no_answer", "channel": "phone"}
    refused = act(at_desk, row, "attempt", **fields)
    assert refused.status_code == 422
    assert "Write why you tried now" in Fields(refused).text

    assert act(at_desk, row, "attempt", words=MARKER, **fields).status_code == 302
    assert Attempt.objects.get().inside is False


def test_another_way_is_taken_for_a_reason(morning: datetime, at_desk: Client) -> None:
    row = anas(State.CLAIMED)
    fields = {"channel": "text", "outcome": "sent"}
    assert act(at_desk, row, "other_way", **fields).status_code == 422

    assert act(at_desk, row, "other_way", words=MARKER, **fields).status_code == 302
    assert Attempt.objects.get().channel == "text"


def test_refusal_hides_the_number_at_once(morning: datetime, at_desk: Client) -> None:
    row = anas(State.CLAIMED)

    act(at_desk, row, "attempt", outcome="refused", channel="phone")

    html = at_desk.get(address(row)).content.decode()
    assert "Do not contact" in html
    assert NUMBER not in html


# ---- what changed


def changed(**more: Any) -> dict[str, str]:
    fields = {"name": MARKER, "channel": "phone", "if_other_answers": "hang_up"}
    return fields | {"if_no_answer": "nothing", "weekdays": "evening", "message": "moved"} | more


@pytest.mark.parametrize("talked", [True, False])
def test_what_changed_comes_first_and_decides(
    morning: datetime, at_desk: Client, talked: bool
) -> None:
    row = anas(State.CLAIMED)

    response = act(at_desk, row, "amend", **changed(**({"talked": "phone"} if talked else {})))

    assert response.status_code == 302
    row.refresh_from_db()
    assert row.windows == Window.WEEKDAY_EVENING
    assert row.state == (State.REACHED if talked else State.CLAIMED)
    assert Attempt.objects.count() == talked
    html = at_desk.get(address(row)).content.decode()
    assert "Not safe to contact now" in html
    assert NUMBER not in html
    text = Fields(at_desk.get(address(row))).text
    assert text.index("Learned on") < text.index("What they sent")
    assert text.index(MARKER) < text.index("Learned on")


def test_change_that_leaves_times_open_is_refused(morning: datetime, at_desk: Client) -> None:
    row = anas(State.CLAIMED)

    response = act(at_desk, row, "amend", **changed(weekdays=""))

    assert response.status_code == 422
    assert MARKER in response.content.decode()
    assert not StaffText.objects.exists()


@pytest.mark.parametrize("action", ["amend", "attempt"])
def test_hidden_number_is_in_no_field(afternoon: datetime, at_desk: Client, action: str) -> None:
    row = anas(State.CLAIMED)

    for response in (at_desk.get(address(row)), act(at_desk, row, action)):
        assert NUMBER not in response.content.decode()


# ---- whom and what to say


@pytest.mark.parametrize("about", [Asker.SOMEONE, Asker.PATIENT])
def test_writer_is_the_only_one_to_contact(
    morning: datetime, at_desk: Client, about: Asker
) -> None:
    page = Fields(at_desk.get(address(rows.request(sent=rows.answers(about=about)))))

    assert "Contact only the person who wrote" in page.text
    assert "Never contact the" in page.text


def test_script_is_on_the_page(morning: datetime, at_desk: Client) -> None:
    sent = rows.answers(name="Robin\u202e", if_other_answers=OtherAnswers.ASK_BY_NAME)
    text = Fields(at_desk.get(address(rows.request(sent=sent)))).text

    assert "May I speak with Robin[U+202E]?" in text
    assert "Leave no message." in text
    assert "Confirm nothing to anybody else" in text


def test_text_is_begun_from_the_page(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=rows.answers(channel=Channel.TEXT))
    page = Fields(at_desk.get(address(row)))

    assert "sms:+12175550100" in [given.get("href") for tag, given in page.tags if tag == "a"]


# ---- what a colleague owns


def sams(state: State = State.CLAIMED) -> Request:
    return rows.request_in(state)


def test_colleagues_request_is_opened_for_a_reason(
    morning: datetime, at_desk: Client, unsealings: list[UUID]
) -> None:
    row = sams()

    asked = at_desk.get(address(row))

    assert asked.status_code == 200
    assert "sam has this request" in Fields(asked).text
    assert NUMBER not in asked.content.decode() and "Hello" not in asked.content.decode()
    assert unsealings == []
    assert not LedgerEntry.objects.exists()

    response = send(at_desk, row, why="in_touch")
    assert (response.status_code, response["Location"]) == (302, address(row))
    assert NUMBER in at_desk.get(address(row)).content.decode()
    line = LedgerEntry.objects.get()
    assert (line.action, line.by, line.reason) == ("opened", "ana", "in_touch")


@pytest.mark.parametrize("why", ["", "mallow", "manager_review"])
def test_reason_is_one_of_those_offered(at_desk: Client, unsealings: list[UUID], why: str) -> None:
    response = send(at_desk, sams(), why=why)

    assert response.status_code == 422
    assert "Choose why you open it." in Fields(response).text
    assert unsealings == []


def test_no_reason_chosen_is_said(at_desk: Client) -> None:
    row = sams()
    page = Fields(at_desk.get(address(row)))

    response = send(at_desk, row, asked=page.values["asked"])

    assert response.status_code == 422
    assert "Choose why you open it." in Fields(response).text
    assert Fields(response).title.startswith("Error: ")


def test_manager_may_review(morning: datetime, manager_at_desk: Client) -> None:
    row = sams()
    send(manager_at_desk, row, why="manager_review")

    assert NUMBER in manager_at_desk.get(address(row)).content.decode()


def test_reason_ends_after_a_while(morning: datetime, coordinator: User) -> None:
    row, client = sams(), signed_in(coordinator)
    send(client, row, why="covering")
    for minutes, shown in ((10, True), (10 + 12, True), (22 + 10, False)):
        with time_machine.travel(morning + timedelta(minutes=minutes), tick=False):
            prove(client, coordinator)
            assert (NUMBER in client.get(address(row)).content.decode()) is shown


@pytest.mark.parametrize("action", ["note", "attempt", "step", "override", "amend"])
def test_what_was_posted_without_the_reason_is_carried_along(
    morning: datetime, at_desk: Client, unsealings: list[UUID], action: str
) -> None:
    row = sams()
    fields = {"text": MARKER, "words": MARKER, "reason": MARKER, "target": "spam"}

    asked = act(at_desk, row, action, **fields)

    page = Fields(asked)
    assert asked.status_code == 200
    assert (page.values["action"], page.values["seen"]) == (action, "0")
    assert page.values["text"] == page.values["words"] == MARKER
    assert unsealings == []
    assert not StaffText.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_carried_post_is_done_with_the_reason(morning: datetime, at_desk: Client) -> None:
    row = sams()

    response = act(at_desk, row, "note", text=MARKER, why="covering")

    assert response.status_code == 302
    assert staff_text.read(row.texts.get(), keys.private_keys()) == MARKER


def test_new_owner_sees_the_note_first(morning: datetime, coordinator: User, manager: User) -> None:
    row = anas(State.REACHED)
    acting = {"seen": row.changes, "user": coordinator, "now": morning}
    handing_over.hand_over(row.pk, owner="max", words=MARKER, **acting)

    text = Fields(signed_in(manager).get(address(row))).text

    assert text.index("Handed over to you by ana") < text.index("Safe to contact now")
    assert text.index(MARKER) < text.index("Safe to contact now")


# ---- beside the states


@pytest.mark.parametrize(
    ("action", "fields", "line"),
    [
        ("snooze", {"due": "2025-03-12T10:00", "reason": "interpreter"}, "snoozed"),
        ("benefits", {"benefits": "covered"}, "benefits"),
        ("hand_over", {"owner": "max", "words": MARKER}, "handed_over"),
    ],
)
def test_done_from_the_page(
    morning: datetime,
    at_desk: Client,
    manager: User,
    action: str,
    fields: dict[str, str],
    line: str,
) -> None:
    row = anas(State.REACHED)

    assert act(at_desk, row, action).status_code == 422
    assert act(at_desk, row, action, **fields).status_code == 302
    assert LedgerEntry.objects.filter(action=line, by="ana").count() == 1


def test_hand_off_is_confirmed_from_the_page(morning: datetime, at_desk: Client) -> None:
    row = anas(State.REACHED)
    fields = {"target": "referred_out", "where": MARKER, "details_agreed": "no"}
    assert act(at_desk, row, "step", **fields).status_code == 302
    row.refresh_from_db()
    assert "not confirmed yet" in Fields(at_desk.get(address(row))).text

    assert act(at_desk, row, "hand_off").status_code == 302

    text = Fields(at_desk.get(address(row))).text
    assert "confirmed Mar 11" in text
    assert "are not passed on" in text


def test_legal_hold_asks_for_the_second_factor_again(morning: datetime, manager: User) -> None:
    row, client = rows.request(), signed_in(manager)
    prove(client, manager, minutes_ago=6)
    fields = {"until": "2026-03-11", "words": MARKER}

    refused = act(client, row, "hold", **fields)

    page = Fields(refused)
    assert refused.status_code == 422
    assert "Show your second factor again" in page.text
    assert MARKER in refused.content.decode()
    links = [given.get("href") or "" for tag, given in page.tags if tag == "a"]
    assert [each for each in links if each.endswith(urlencode({"next": address(row)}))]
    row.refresh_from_db()
    assert row.held_at is None

    prove(client, manager)
    assert act(client, row, "hold", **fields).status_code == 302
    row.refresh_from_db()
    assert "Nothing is erased before it is released" in Fields(client.get(address(row))).text
    withdrawn = act(client, row, "step", target="withdrawn")
    assert withdrawn.status_code == 422
    assert "A legal hold is on this request" in Fields(withdrawn).text
    assert act(client, row, "release", words="over").status_code == 302


def test_hold_is_not_offered_to_a_coordinator(morning: datetime, at_desk: Client) -> None:
    row = rows.request()
    page = Fields(at_desk.get(address(row)))

    assert "hold" not in [each["value"] for each in page.named("action")]
    refused = act(at_desk, row, "hold", until="2026-03-11", words=MARKER)
    assert refused.status_code == 422
    row.refresh_from_db()
    assert row.held_at is None


# ---- never at the cost of the ledger


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("attempt", {"outcome": "no_answer", "channel": "phone", "words": MARKER}),
        ("amend", {"message": MARKER, "any_time": "on", "channel": "phone"}),
        ("hand_over", {"owner": "max", "words": MARKER}),
        ("snooze", {"due": "2025-03-12T10:00", "reason": "other", "words": MARKER}),
    ],
)
def test_without_the_ledger_words_come_back(
    morning: datetime,
    at_desk: Client,
    manager: User,
    broken_ledger: Callable[[], None],
    unsealings: list[UUID],
    action: str,
    fields: dict[str, str],
) -> None:
    row = anas(State.CLAIMED)
    broken_ledger()

    response = act(at_desk, row, action, **fields)

    assert response.status_code == 503
    assert Fields(response).values["typed"] == MARKER
    assert unsealings == []
    assert not StaffText.objects.exists()


@pytest.mark.parametrize("target", ["", "no_such_state", "purged"])
def test_step_to_no_state_is_refused(morning: datetime, at_desk: Client, target: str) -> None:
    row = anas(State.CLAIMED)

    refused = act(at_desk, row, "step", target=target)

    assert refused.status_code == 422
    assert "That step is not possible from here." in Fields(refused).text
