from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.seal import answers
from intake.seal.answers import (
    Answers,
    AnswersError,
    Asker,
    Channel,
    OtherAnswers,
    Voicemail,
    Window,
)

ANY_TEXT = st.characters(exclude_categories=["Cs"])
WORST_CHARACTERS = ("\U0001f600", "\x01", '"', "\\", "\x00", "\n")
TYPED = {name: limit for name, limit in answers.LIMITS.items() if name != "page_language"}


def texts(limit: int) -> st.SearchStrategy[str]:
    return st.text(ANY_TEXT, max_size=limit)


ANSWERS = st.builds(
    Answers,
    about=st.sampled_from(Asker),
    channel=st.sampled_from(Channel),
    if_no_answer=st.sampled_from(Voicemail),
    if_other_answers=st.sampled_from(OtherAnswers),
    windows=st.integers(0, 63).map(Window),
    interpreter=st.booleans(),
    tty=st.booleans(),
    page_language=st.sampled_from(["en", "es", "zh-Hant-TW"]),
    **{name: texts(limit) for name, limit in TYPED.items()},
)


@given(ANSWERS)
def test_unpack_returns_what_was_packed(sent: Answers) -> None:
    packed = answers.pack(sent)

    assert answers.unpack(packed) == sent
    assert len(packed) == answers.PACKED_SIZE


@given(ANSWERS)
def test_unpack_returns_the_types_of_the_form(sent: Answers) -> None:
    opened = answers.unpack(answers.pack(sent))

    assert (type(opened.about), type(opened.channel)) == (Asker, Channel)
    assert (type(opened.if_no_answer), type(opened.windows)) == (Voicemail, Window)
    assert type(opened.if_other_answers) is OtherAnswers


@pytest.mark.parametrize("character", WORST_CHARACTERS)
def test_pack_of_the_longest_form_has_the_fixed_size(character: str) -> None:
    longest: dict[str, Any] = {name: character * limit for name, limit in TYPED.items()}
    longest["page_language"] = "-".join(["abcdefgh"] * 4)[: answers.LIMITS["page_language"]]
    sent = Answers(about=Asker.PATIENT, channel=Channel.PHONE, windows=Window(63), **longest)

    packed = answers.pack(sent)

    assert len(packed) == answers.PACKED_SIZE
    assert answers.unpack(packed) == sent


@pytest.mark.parametrize("name", answers.LIMITS)
def test_pack_over_a_limit_names_the_field_only(name: str) -> None:
    sent = Answers(**_least() | {name: "q" * (answers.LIMITS[name] + 1)})

    with pytest.raises(AnswersError, match=f"^{name}: longer than") as error:
        answers.pack(sent)

    assert "qq" not in str(error.value)


@pytest.mark.parametrize("typed", ["", "en\n", "e", "en us", "\x00"])
def test_page_language_is_a_tag_and_nothing_typed(typed: str) -> None:
    with pytest.raises(AnswersError, match=r"^page_language: not a language tag$"):
        answers.pack(Answers(**_least() | {"page_language": typed}))


def test_pack_of_a_lone_surrogate_says_nothing_of_the_text() -> None:
    with pytest.raises(AnswersError) as error:
        answers.pack(Answers(**_least() | {"message": "marker\ud800"}))

    assert "marker" not in repr(error.value)
    assert error.value.__cause__ is None and error.value.__suppress_context__


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"{}".ljust(100),
        b"[]".ljust(answers.PACKED_SIZE),
        b"{}".ljust(answers.PACKED_SIZE),
        b"\xff".ljust(answers.PACKED_SIZE),
        b'{"about":"nobody","channel":"phone"}'.ljust(answers.PACKED_SIZE),
        b'{"about":"self","channel":"phone","more":1}'.ljust(answers.PACKED_SIZE),
    ],
)
def test_unpack_of_other_bytes_is_refused(packed: bytes) -> None:
    with pytest.raises(AnswersError):
        answers.unpack(packed)


@given(texts(answers.STAFF_TEXT_LIMIT))
def test_staff_text_has_the_size_of_answers(text: str) -> None:
    packed = answers.pack_text(text)

    assert answers.unpack_text(packed) == text
    assert len(packed) == answers.PACKED_SIZE


def test_longest_staff_text_fits() -> None:
    assert len(answers.pack_text("\U0001f600" * answers.STAFF_TEXT_LIMIT)) == answers.PACKED_SIZE


def test_staff_text_over_its_limit_is_refused() -> None:
    with pytest.raises(AnswersError, match="^text: longer than"):
        answers.pack_text("q" * (answers.STAFF_TEXT_LIMIT + 1))


def test_unpack_text_of_answers_is_refused() -> None:
    with pytest.raises(AnswersError):
        answers.unpack_text(answers.pack(Answers(**_least())))


def test_repr_shows_no_answer() -> None:
    assert repr(Answers(**_least() | {"name": "marker"})) == "<Answers>"


def _least() -> dict[str, Any]:
    return {"about": Asker.SELF, "channel": Channel.PHONE}
