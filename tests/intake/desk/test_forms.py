"""The desk's forms: what counts as text, what is refused and how, and that no id comes twice."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.desk.forms import DeskForm, HoldForm, NoteForm, OverrideForm, ReleaseForm
from intake.desk.steps import reasons
from intake.desk.steps.attempt_forms import AttemptForm, OtherWayForm
from intake.desk.steps.step_forms import HandOverForm, SnoozeForm, StepForm
from intake.rules.states import TRANSITIONS, Need, State, step
from intake.seal.answers import STAFF_TEXT_LIMIT, pack_text
from tests.intake import rows

pytestmark = pytest.mark.django_db
WAIT = step(State.REACHED, State.WAITING)
CLAIM = step(State.NEW, State.CLAIMED)
FORMS: list[Any] = [
    NoteForm,
    OverrideForm,
    HoldForm,
    ReleaseForm,
    SnoozeForm,
    HandOverForm,
    AttemptForm,
    OtherWayForm,
    lambda: StepForm(WAIT),
    lambda: StepForm(step(State.REACHED, State.REFERRED_OUT)),
]
ASKS = {
    "owner": Need.OWNER,
    "reason": Need.REASON,
    "still_safe": Need.STILL_SAFE,
    "where": Need.PLACE,
    "details_agreed": Need.CONSENT,
    "due": Need.DATE,
}
BLANK = ["", " ", "\r\n", " \t\u00a0\u2003"]


@pytest.mark.parametrize(("form", "name"), [(NoteForm, "text"), (OverrideForm, "reason")])
def test_whitespace_is_no_text(form: type[DeskForm], name: str) -> None:
    for text in BLANK:
        filled = form({name: text})

        assert not filled.is_valid()
        assert str(filled.errors[name][0]).startswith("Write ")


def test_blank_reason_of_a_step_is_none() -> None:
    for text in BLANK:
        form = StepForm(CLAIM, {"words": text})

        assert form.is_valid()
        assert form.given().words == ""


@pytest.mark.parametrize("text", [" kept as typed ", "two\nlines", "<b>&amp;</b>", "\u202eabc"])
def test_text_is_kept_as_typed(text: str) -> None:
    form = NoteForm({"text": text.replace("\n", "\r\n")})

    assert form.is_valid()
    assert form.cleaned_data["text"] == text


def test_text_may_have_as_many_characters_as_can_be_sealed() -> None:
    """A line break counts once, though browsers send two characters."""
    text = "\r\n".join("x" * 9 for _ in range(STAFF_TEXT_LIMIT // 10)) + "."

    assert NoteForm({"text": text}).is_valid()
    pack_text("\U0001f600" * STAFF_TEXT_LIMIT)


@pytest.mark.parametrize(("form", "name"), [(NoteForm, "text"), (OverrideForm, "reason")])
def test_text_that_is_too_long_is_counted_and_kept(form: type[DeskForm], name: str) -> None:
    long = "q" * (STAFF_TEXT_LIMIT + 1)
    filled = form({name: long})

    assert filled.errors[name] == ["Write at most 2000 characters; this has 2001."]
    assert long in str(filled[name])


def test_null_character_is_refused() -> None:
    assert "text" in NoteForm({"text": "a\0b"}).errors


def test_reasons_are_those_of_the_step() -> None:
    form = StepForm(step(State.NEW, State.SPAM))

    values = re.findall(r'<option value="(\w+)"', str(form["reason"]))
    assert values == ["advertising", "test", "no_sense", "other"]


def test_every_reason_has_words_and_a_step() -> None:
    used = {each for taken in TRANSITIONS for each in reasons.asked_for(taken)}

    assert used | set(reasons.SNOOZE) == set(reasons.Reason) == set(reasons.LABELS)


@pytest.mark.parametrize("text", ["soon", "2026-13-01T10:00", "2026-01-01"])
def test_due_takes_a_date_and_a_time(text: str) -> None:
    form = StepForm(WAIT, {"reason": "thinking", "due": text})

    assert form.is_valid() is (text == "2026-01-01")
    assert form.errors.get("due", ["Enter a date and a time."]) == ["Enter a date and a time."]


def test_due_is_read_on_the_clock_of_the_clinic() -> None:
    form = StepForm(WAIT, {"reason": "thinking", "due": "2026-07-01T10:30"})

    assert form.is_valid()
    assert form.given().due == datetime(2026, 7, 1, 15, 30, tzinfo=UTC)


def test_attempt_offers_what_the_choices_allow_and_chooses_nothing() -> None:
    form = AttemptForm(wishes=rows.answers())

    assert [value for value, _ in form.buttons] == [
        *("no_answer", "other_person", "talked", "wrong_number", "refused"),
    ]
    assert "checked" not in str(form["outcome"])
    assert AttemptForm().buttons == []


def test_another_way_leaves_no_message() -> None:
    assert "voicemail" not in str(OtherWayForm(wishes=rows.answers())["outcome"])


def test_browser_checks_nothing_and_remembers_no_free_text() -> None:
    for form in FORMS:
        html = str(form())
        areas = re.findall("<textarea[^>]*>", html)
        assert "required" not in html
        assert "maxlength" not in html
        assert areas and all('autocomplete="off"' in area for area in areas)


def test_no_id_comes_twice_on_one_page() -> None:
    ids = re.findall(r' id="([^"]+)"', "".join(str(form()) for form in FORMS))

    assert len(ids) == len(set(ids)) > 3
