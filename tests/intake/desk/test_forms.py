"""The small forms: what counts as words, what is refused and how, and that no id comes twice."""

import re
from typing import Any

import pytest

from intake.answers import STAFF_TEXT_LIMIT, pack_text
from intake.desk.forms import DeskForm, NoteForm, OverrideForm, StepForm
from intake.states import State, steps_from

FORMS: list[type[DeskForm]] = [NoteForm, StepForm, OverrideForm]
BLANK = ["", " ", "\r\n", " \t\u00a0\u2003"]


@pytest.mark.parametrize("text", BLANK)
@pytest.mark.parametrize(("form", "name"), [(NoteForm, "text"), (OverrideForm, "reason")])
def test_blanks_are_no_words(form: type[DeskForm], name: str, text: str) -> None:
    filled = form({name: text})

    assert not filled.is_valid()
    assert filled.errors[name][0].startswith("Write ")


@pytest.mark.parametrize("text", BLANK)
def test_blank_reason_of_a_step_is_none(text: str) -> None:
    form = StepForm({"target": "claimed", "reason": text})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == ""


@pytest.mark.parametrize("text", [" kept as typed ", "two\nlines", "<b>&amp;</b>", "\u202eabc"])
def test_words_are_kept_as_typed(text: str) -> None:
    form = NoteForm({"text": text.replace("\n", "\r\n")})

    assert form.is_valid()
    assert form.cleaned_data["text"] == text


def test_words_may_have_as_many_characters_as_can_be_sealed() -> None:
    """A line break counts once, though browsers send two characters."""
    text = "\r\n".join("x" * 9 for _ in range(STAFF_TEXT_LIMIT // 10)) + "."

    assert NoteForm({"text": text}).is_valid()
    pack_text("\U0001f600" * STAFF_TEXT_LIMIT)


@pytest.mark.parametrize(("form", "name"), [(NoteForm, "text"), (OverrideForm, "reason")])
def test_too_many_words_are_counted_and_kept(form: type[DeskForm], name: str) -> None:
    long = "q" * (STAFF_TEXT_LIMIT + 1)
    filled = form({name: long})

    assert filled.errors[name] == ["Write at most 2000 characters; this has 2001."]
    assert long in str(filled[name])


def test_null_character_is_refused() -> None:
    assert "text" in NoteForm({"text": "a\0b"}).errors


@pytest.mark.parametrize("data", [{}, {"target": ""}, {"target": "mallow"}])
def test_step_without_target_is_refused_in_words(data: dict[str, str]) -> None:
    assert StepForm(data).errors == {"target": ["Choose where it goes from here."]}


@pytest.mark.parametrize("text", ["soon", "2026-13-01T10:00", "2026-01-01"])
def test_due_takes_a_date_and_a_time(text: str) -> None:
    form = StepForm({"target": "waiting", "due": text})

    assert form.is_valid() is (text == "2026-01-01")
    assert form.errors.get("due", ["Enter a date and a time."]) == ["Enter a date and a time."]


def test_due_is_read_on_the_clock_of_the_clinic(clinic: Any) -> None:
    form = StepForm({"target": "waiting", "due": "2026-07-01T10:30"})

    assert form.is_valid()
    due = form.cleaned_data["due"]
    assert due.astimezone(clinic.time_zone).isoformat() == "2026-07-01T10:30:00-05:00"


def test_step_offers_what_it_is_given_and_takes_the_others_to_refuse_them() -> None:
    form = StepForm({"target": "admitted", "seen": "new"})
    form.offer(steps_from(State.NEW))

    values = set(re.findall(r'value="(\w+)"', str(form["target"])))
    assert values == {str(each.target) for each in steps_from(State.NEW)}
    assert form.is_valid()


@pytest.mark.parametrize("form", FORMS)
def test_browser_checks_nothing(form: type[DeskForm]) -> None:
    html = str(form())

    assert "required" not in html
    assert "maxlength" not in html


def test_no_id_comes_twice_on_one_page() -> None:
    ids = re.findall(r' id="([^"]+)"', "".join(str(form()) for form in FORMS))

    assert len(ids) == len(set(ids)) > 3


@pytest.mark.parametrize("form", FORMS)
def test_free_text_is_not_remembered_by_the_browser(form: type[DeskForm]) -> None:
    areas = re.findall("<textarea[^>]*>", str(form()))

    assert areas
    assert all('autocomplete="off"' in area for area in areas)
