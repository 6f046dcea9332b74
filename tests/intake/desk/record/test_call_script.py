"""What to say, over every combination of a person's choices."""

import re
from itertools import product
from typing import Any

import pytest

from intake.desk.record.call_script import Script, script
from intake.desk.steps import outcomes
from intake.seal.answers import Answers, Asker, Channel, OtherAnswers, Voicemail

NAME = "Robin"
FIELD = re.compile(
    r"clinic|treat|program|patient|recover|addict|drug|alcohol|counsel|health|intake|therap",
    re.IGNORECASE,
)
CHOICES = [
    Answers(
        about=about,
        channel=channel,
        name=name,
        phone="217-555-0100",
        email="robin@mail.example",
        if_no_answer=voicemail,
        if_other_answers=other,
        interpreter=interpreter,
        tty=tty,
        language=language,
        message="SECRET",
    )
    for about, channel, name, voicemail, other, interpreter, tty, language in product(
        Asker, Channel, ("", NAME), Voicemail, OtherAnswers, (False, True), (False, True), ("", "X")
    )
]


def every(**wanted: Any) -> list[Answers]:
    found = [
        each
        for each in CHOICES
        if all(getattr(each, name) == value for name, value in wanted.items())
    ]
    assert found
    return found


def words(made: Script) -> str:
    return " ".join([made.opening, made.somebody_else, made.nobody, made.exact, *made.before])


@pytest.fixture
def say(clinic: Any) -> Any:
    return lambda answers: script(answers, clinic)


def test_product_is_whole() -> None:
    assert len(CHOICES) == 3 * 3 * 2 * 3 * 3 * 2 * 2 * 2


def test_nothing_is_ever_confirmed_and_no_message_is_repeated(say: Any) -> None:
    for answers in CHOICES:
        made = say(answers)
        assert made.always.startswith("Confirm nothing to anybody else")
        assert "SECRET" not in words(made) + made.whom
        assert "217-555-0100" not in words(made)


def test_only_the_writer_is_contacted(say: Any) -> None:
    for answers in every(about=Asker.SOMEONE):
        assert say(answers).whom.startswith("Contact only the person who wrote.")
        assert "Never contact the other person" in say(answers).whom
    for answers in every(about=Asker.PATIENT):
        assert "Never contact their patient" in say(answers).whom


def test_no_message_is_left_unless_it_was_asked_for(say: Any) -> None:
    for answers in every(channel=Channel.PHONE, if_no_answer=Voicemail.NOTHING):
        assert say(answers).exact == ""
        assert say(answers).nobody.startswith("Leave no message")
        assert "voicemail" not in outcomes.possible(answers, Channel.PHONE)


@pytest.mark.parametrize("voicemail", [Voicemail.DISCREET, Voicemail.NORMAL])
def test_message_that_was_asked_for_has_its_words(
    voicemail: Voicemail, say: Any, clinic: Any
) -> None:
    for answers in every(channel=Channel.PHONE, if_no_answer=voicemail):
        made = say(answers)
        assert made.nobody == "Leave this message, word for word, and nothing else:"
        assert (clinic.name in made.exact) is (voicemail is Voicemail.NORMAL)
        assert (NAME in made.exact) is bool(answers.name)
        assert "voicemail" in outcomes.possible(answers, Channel.PHONE)


def test_discreet_and_written_words_name_neither_clinic_nor_field(say: Any, clinic: Any) -> None:
    discreet = every(channel=Channel.PHONE, if_no_answer=Voicemail.DISCREET)
    for answers in [*discreet, *every(channel=Channel.TEXT), *every(channel=Channel.EMAIL)]:
        exact = say(answers).exact
        assert exact
        assert clinic.name not in exact
        assert clinic.legal_name not in exact
        assert not FIELD.search(exact)


def test_normal_message_does_not_name_the_field(say: Any, clinic: Any) -> None:
    for answers in every(if_no_answer=Voicemail.NORMAL, channel=Channel.PHONE):
        assert not FIELD.search(say(answers).exact.replace(clinic.name, ""))


def test_hang_up_says_nothing(say: Any) -> None:
    for answers in every(channel=Channel.PHONE, if_other_answers=OtherAnswers.HANG_UP):
        assert say(answers).somebody_else == "Say nothing and hang up."


def test_asking_by_name_needs_a_name_and_tells_nothing_else(say: Any, clinic: Any) -> None:
    for answers in every(channel=Channel.PHONE, if_other_answers=OtherAnswers.ASK_BY_NAME):
        said = say(answers).somebody_else
        assert clinic.name not in said
        assert ("hang up" in said) is not bool(answers.name)
        assert (f"May I speak with {NAME}?" in said) is bool(answers.name)


def test_clinic_is_named_to_others_only_where_allowed(say: Any, clinic: Any) -> None:
    for answers in every(channel=Channel.PHONE):
        allowed = answers.if_other_answers is OtherAnswers.SAY_CLINIC
        assert (clinic.name in say(answers).somebody_else) is allowed


def test_clinic_is_named_only_when_it_is_them(say: Any, clinic: Any) -> None:
    for answers in every(channel=Channel.PHONE):
        before, _, after = say(answers).opening.partition("Only when you know it is them")
        assert clinic.name not in before
        assert clinic.name in after
        assert "still safe" in after


def test_interpreter_and_relay_come_first(say: Any) -> None:
    for answers in CHOICES:
        before = " ".join(say(answers).before)
        assert ("interpreter" in before) is answers.interpreter
        assert ("relay" in before) is (answers.tty and answers.channel is Channel.PHONE)


def test_email_comes_from_the_neutral_address(say: Any, clinic: Any) -> None:
    for answers in every(channel=Channel.EMAIL):
        before = " ".join(say(answers).before)
        assert clinic.replies.mail_from in before
        assert clinic.replies.mail_subject in before


def test_writing_has_nothing_to_say_on_the_phone(say: Any) -> None:
    for answers in [*every(channel=Channel.TEXT), *every(channel=Channel.EMAIL)]:
        made = say(answers)
        assert (made.opening, made.nobody) == ("", "")


def test_outcomes_have_their_words() -> None:
    for answers in CHOICES:
        for channel in Channel:
            possible = outcomes.possible(answers, channel)
            assert {"talked", "refused"} <= set(possible)
            assert all(outcomes.label(channel, each) for each in possible)


def test_script_shows_nothing_in_its_repr(say: Any) -> None:
    assert NAME not in repr(say(every(name=NAME)[0]))
