"""What can be posted from the opened record: done, refused in words, asked for a reason first."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from intake.clock import deadlines
from intake.desk.steps import handing_over
from intake.models import Attempt, LedgerEntry, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Asker, Channel, OtherAnswers, Voicemail, Window
from intake.store import staff_text
from tests.intake import rows
from tests.plugin.desk import Answer, Desk, address, ledger_lines, request_of

pytestmark = pytest.mark.django_db
MARKER = "marker-action-9"
NUMBER = "217-555-0100"


def due_in(answer: Answer) -> str:
    return answer.page.with_id("attemptform_due")[1].get("value") or ""


def test_number_is_one_tap_and_the_outcome_the_other(morning: datetime, at_desk: Desk) -> None:
    row = request_of("ana")
    page = at_desk.open(row)
    assert "tel:+12175550100" in page.links
    filled = {name: page.values[name] for name in ("seen", "line")}
    filled |= {"channel": "phone", "due": due_in(page)}

    answer = at_desk.act(row, "attempt", outcome="no_answer", **filled)

    row.refresh_from_db()
    assert (answer.status, answer.location) == (302, address(row))
    assert (row.state, row.attempts) == (State.TRYING, 1)
    local = timezone.localtime(deadlines.retry_by(morning, row.windows))
    assert timezone.localtime(row.next_due) == local.replace(second=0, microsecond=0)
    assert "Attempts" in at_desk.open(row).text


def test_no_link_dials_outside_the_safe_times(afternoon: datetime, at_desk: Desk) -> None:
    links = at_desk.open(request_of("ana")).links

    assert not [each for each in links if each.startswith(("tel:", "sms:"))]


def test_message_has_its_button_only_where_it_was_asked_for(
    morning: datetime, at_desk: Desk
) -> None:
    for voicemail in Voicemail:
        row = rows.request(sent=rows.answers(if_no_answer=voicemail))
        rows.step(row, State.CLAIMED, owner="ana")

        offered = "voicemail" in at_desk.open(row).offered("outcome")
        assert offered is (voicemail is not Voicemail.NOTHING), voicemail


def test_enter_key_records_nothing(morning: datetime, at_desk: Desk) -> None:
    """The first button of the form, which a browser presses for Enter, is switched off."""
    tags = at_desk.open(request_of("ana")).page.tags
    buttons = [given for tag, given in tags if tag == "button"]
    first = next(each for each in buttons if each.get("name") == "outcome")

    assert "disabled" in buttons[buttons.index(first) - 1]


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
    morning: datetime, at_desk: Desk, fields: dict[str, str], words: str
) -> None:
    row = request_of("ana")
    before = Request.objects.values("state", "next_due", "changes", "attempts").get()

    answer = at_desk.act(row, "attempt", **fields)

    assert answer.status == 422
    assert words in answer.text
    assert due_in(answer) == fields.get("due", "")
    assert Request.objects.values("state", "next_due", "changes", "attempts").get() == before
    assert not Attempt.objects.exists()


def test_outside_the_safe_times_words_are_asked_for_and_kept(
    afternoon: datetime, at_desk: Desk
) -> None:
    row = request_of("ana")
    fields = {"outcome": "no_answer", "channel": "phone"}
    refused = at_desk.act(row, "attempt", **fields)
    assert refused.status == 422
    assert "Write why you tried now" in refused.text

    assert at_desk.act(row, "attempt", words=MARKER, **fields).status == 302
    assert Attempt.objects.get().inside is False


def test_another_way_is_taken_for_a_reason(morning: datetime, at_desk: Desk) -> None:
    row = request_of("ana")
    fields = {"channel": "text", "outcome": "sent"}
    assert at_desk.act(row, "other_way", **fields).status == 422

    assert at_desk.act(row, "other_way", words=MARKER, **fields).status == 302
    assert Attempt.objects.get().channel == "text"


def test_refusal_hides_the_number_at_once(morning: datetime, at_desk: Desk) -> None:
    row = request_of("ana")

    at_desk.act(row, "attempt", outcome="refused", channel="phone")

    html = at_desk.open(row).html
    assert "Do not contact" in html
    assert NUMBER not in html


def changed(**more: Any) -> dict[str, str]:
    fields = {"name": MARKER, "channel": "phone", "if_other_answers": "hang_up"}
    return fields | {"if_no_answer": "nothing", "weekdays": "evening", "message": "moved"} | more


@pytest.mark.parametrize("talked", [True, False])
def test_what_changed_comes_first_and_decides(
    morning: datetime, at_desk: Desk, talked: bool
) -> None:
    row = request_of("ana")

    answer = at_desk.act(row, "amend", **changed(**({"talked": "phone"} if talked else {})))

    assert answer.status == 302
    row.refresh_from_db()
    assert row.windows == Window.WEEKDAY_EVENING
    assert row.state == (State.REACHED if talked else State.CLAIMED)
    assert Attempt.objects.count() == talked
    page = at_desk.open(row)
    assert "Not safe to contact now" in page.html
    assert NUMBER not in page.html
    assert page.text.index("Learned on") < page.text.index("What they sent")
    assert page.text.index(MARKER) < page.text.index("Learned on")


def test_change_that_leaves_times_open_is_refused(morning: datetime, at_desk: Desk) -> None:
    answer = at_desk.act(request_of("ana"), "amend", **changed(weekdays=""))

    assert answer.status == 422
    assert MARKER in answer.html
    assert not StaffText.objects.exists()


def test_hidden_number_is_in_no_field(afternoon: datetime, at_desk: Desk) -> None:
    row = request_of("ana")

    for answer in (at_desk.open(row), *(at_desk.act(row, each) for each in ("amend", "attempt"))):
        assert NUMBER not in answer.html


@pytest.mark.parametrize("about", [Asker.SOMEONE, Asker.PATIENT])
def test_writer_is_the_only_one_to_contact(morning: datetime, at_desk: Desk, about: Asker) -> None:
    mine, theirs = rows.request(), rows.request(sent=rows.answers(about=about))

    assert "Contact only the person who wrote" not in at_desk.open(mine).text
    text = at_desk.open(theirs).text
    assert "Contact only the person who wrote" in text
    assert "Never contact the" in text


def test_script_is_on_the_page(morning: datetime, at_desk: Desk) -> None:
    sent = rows.answers(name="Robin\u202e", if_other_answers=OtherAnswers.ASK_BY_NAME)

    text = at_desk.open(rows.request(sent=sent)).text

    assert "May I speak with Robin[U+202E]?" in text
    assert "Leave no message." in text
    assert "Confirm nothing to anybody else" in text


def test_text_is_begun_from_the_page(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=rows.answers(channel=Channel.TEXT))

    assert "sms:+12175550100" in at_desk.open(row).links


def test_colleagues_request_is_opened_for_a_reason(
    morning: datetime, at_desk: Desk, unsealings: list[UUID]
) -> None:
    row = request_of("sam")

    asked = at_desk.open(row)

    assert asked.status == 200
    assert "sam has this request" in asked.text
    assert NUMBER not in asked.html and "Hello" not in asked.html
    assert unsealings == []
    assert not LedgerEntry.objects.exists()

    answer = at_desk.post(address(row), why="in_touch")
    assert (answer.status, answer.location) == (302, address(row))
    assert NUMBER in at_desk.open(row).html
    assert ledger_lines("action", "by", "reason") == [("opened", "ana", "in_touch")]


def test_reason_is_one_of_those_offered(at_desk: Desk, unsealings: list[UUID]) -> None:
    row = request_of("sam")
    asked = {"asked": at_desk.open(row).values["asked"]}

    for fields in ({"why": ""}, {"why": "mallow"}, {"why": "manager_review"}, asked):
        answer = at_desk.post(address(row), fields)
        assert answer.status == 422, fields
        assert "Choose why you open it." in answer.text
        assert answer.title.startswith("Error: ")
    assert unsealings == []


def test_manager_may_review(morning: datetime, manager_at_desk: Desk) -> None:
    row = request_of("sam")
    manager_at_desk.post(address(row), why="manager_review")

    assert NUMBER in manager_at_desk.open(row).html


def test_reason_ends_after_a_while(morning: datetime, at_desk: Desk) -> None:
    row = request_of("sam")
    at_desk.post(address(row), why="covering")
    for minutes, shown in ((10, True), (10 + 12, True), (22 + 10, False)):
        with time_machine.travel(morning + timedelta(minutes=minutes), tick=False):
            assert (NUMBER in at_desk.proved().open(row).html) is shown


def test_what_was_posted_without_the_reason_is_carried_along(
    morning: datetime, at_desk: Desk, unsealings: list[UUID]
) -> None:
    row = request_of("sam")
    fields = {"text": MARKER, "words": MARKER, "reason": MARKER, "target": "spam"}

    for action in ("note", "attempt", "step", "override", "amend"):
        asked = at_desk.act(row, action, **fields)
        assert asked.status == 200
        assert (asked.values["action"], asked.values["seen"]) == (action, "0")
        assert asked.values["text"] == asked.values["words"] == MARKER
    assert unsealings == []
    assert not StaffText.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_carried_post_is_done_with_the_reason(morning: datetime, at_desk: Desk) -> None:
    row = request_of("sam")

    answer = at_desk.act(row, "note", text=MARKER, why="covering")

    assert answer.status == 302
    assert staff_text.read(row.texts.get(), keys.private_keys()) == MARKER


def test_new_owner_sees_the_note_first(
    morning: datetime, coordinator: User, manager_at_desk: Desk
) -> None:
    row = request_of("ana", State.REACHED)
    handing_over.hand_over(
        row.pk, owner="max", words=MARKER, seen=row.changes, user=coordinator, now=morning
    )

    text = manager_at_desk.open(row).text

    assert text.index("Handed over to you by ana") < text.index("Safe to contact now")
    assert text.index(MARKER) < text.index("Safe to contact now")


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
    at_desk: Desk,
    manager: User,
    action: str,
    fields: dict[str, str],
    line: str,
) -> None:
    row = request_of("ana", State.REACHED)

    assert at_desk.act(row, action).status == 422
    assert at_desk.act(row, action, **fields).status == 302
    assert ledger_lines("action", "by").count((line, "ana")) == 1


def test_hand_off_is_confirmed_from_the_page(morning: datetime, at_desk: Desk) -> None:
    row = request_of("ana", State.REACHED)
    fields = {"where": MARKER, "details_agreed": "no"}
    assert at_desk.step(row, "referred_out", **fields).status == 302
    row.refresh_from_db()
    assert "not confirmed yet" in at_desk.open(row).text

    assert at_desk.act(row, "hand_off").status == 302

    text = at_desk.open(row).text
    assert "confirmed Mar 11" in text
    assert "are not passed on" in text


def test_legal_hold_asks_for_the_second_factor_again(
    morning: datetime, manager_at_desk: Desk
) -> None:
    row = rows.request()
    manager_at_desk.proved(minutes_ago=6)
    fields = {"until": "2026-03-11", "words": MARKER}

    refused = manager_at_desk.act(row, "hold", **fields)

    assert refused.status == 422
    assert "Show your second factor again" in refused.text
    assert MARKER in refused.html
    back = urlencode({"next": address(row)})
    assert [link for link in refused.links if link.endswith(back)]
    row.refresh_from_db()
    assert row.held_at is None

    manager_at_desk.proved()
    assert manager_at_desk.act(row, "hold", **fields).status == 302
    row.refresh_from_db()
    assert "Nothing is erased before it is released" in manager_at_desk.open(row).text
    withdrawn = manager_at_desk.step(row, "withdrawn")
    assert withdrawn.status == 422
    assert "A legal hold is on this request" in withdrawn.text
    assert manager_at_desk.act(row, "release", words="over").status == 302


def test_hold_is_not_offered_to_a_coordinator(morning: datetime, at_desk: Desk) -> None:
    row = rows.request()

    assert "hold" not in at_desk.open(row).offered("action")
    assert at_desk.act(row, "hold", until="2026-03-11", words=MARKER).status == 422
    row.refresh_from_db()
    assert row.held_at is None
