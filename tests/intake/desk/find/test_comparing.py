"""What is the same however it was typed, and what is not."""

import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.desk.find.comparing import (
    NUMBER_LENGTH,
    digits,
    email_address,
    name_words,
    nearly_same,
    phone_numbers,
)

NAMES = st.lists(st.sampled_from(["José", "Zoë", "Łukasz", "Mary", "Åsa", "Ng"]), min_size=1)
NUMBERS = st.from_regex(r"[2-9][0-9]{9}", fullmatch=True)
BETWEEN = st.sampled_from(["", " ", "-", ".", "\u2013", " - ", ") "])
ACCENTS = ["\u0300", "\u0301", "\u0308", "\u030a"]


@given(NAMES, st.sampled_from([" ", "  ", "\t", "\u00a0", "-"]), st.booleans())
def test_name_is_the_same_in_capitals_with_blanks_and_taken_apart(
    names: list[str], blank: str, decomposed: bool
) -> None:
    typed = blank + blank.join(names).upper() + blank
    typed = unicodedata.normalize("NFD" if decomposed else "NFC", typed)

    assert name_words(typed) == name_words(" ".join(names))


@given(st.text(string.ascii_letters, min_size=1), st.sampled_from(ACCENTS), st.integers(0, 9))
def test_name_is_the_same_with_an_accent(name: str, accent: str, place: int) -> None:
    typed = name[: place + 1] + accent + name[place + 1 :]

    assert name_words(typed) == name_words(name)


@given(st.text())
@example("İIıſßΣς")
def test_words_of_a_name_stay_what_they_are(text: str) -> None:
    words = name_words(text)

    assert name_words(" ".join(words)) == words


@given(st.text(string.ascii_lowercase + " ", min_size=1))
def test_letters_and_their_order_count(text: str) -> None:
    assert name_words(text) == tuple(text.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Brien", "OBrien"),
        ("O'Brien", "o`brien"),
        ("J.R. Smith", "JR Smith"),
        ("Mary-Jane", "mary jane"),
        ("Strauß", "STRAUSS"),
        ("Sørensen", "Sorensen"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert name_words(one) == name_words(other)


def test_signs_without_letters_are_no_name() -> None:
    assert name_words(" -–’… ") == ()


@given(
    NUMBERS,
    st.lists(BETWEEN, min_size=9, max_size=9),
    st.sampled_from(["", "+1 ", "1-", "+1", "(", "call me: "]),
    st.sampled_from(["", " ", " after 5", ", ext. 12", " x9"]),
)
def test_number_is_the_same_however_it_is_divided(
    number: str, between: list[str], before: str, after: str
) -> None:
    typed = "".join(a + b for a, b in zip(number, [*between, ""], strict=True))

    assert phone_numbers(before + typed + after) == {number}


@given(NUMBERS, NUMBERS)
def test_two_numbers_in_one_field_are_two(one: str, other: str) -> None:
    assert phone_numbers(f"{one} or {other}") == {one, other}


@given(st.text())
def test_a_number_stays_what_it_is(text: str) -> None:
    for number in phone_numbers(text):
        assert phone_numbers(number) == {number}
        assert number.isascii() and number.isdigit() and len(number) <= NUMBER_LENGTH


@given(NUMBERS, NUMBERS)
def test_other_digits_are_another_number(one: str, other: str) -> None:
    assert (phone_numbers(one) == phone_numbers(other)) is (one == other)


@pytest.mark.parametrize("text", ["", "none", "–", "²"])
def test_no_digit_is_no_number(text: str) -> None:
    assert phone_numbers(text) == frozenset()


def test_digits_of_other_scripts_are_the_same() -> None:
    assert digits("٢١٧-५५५") == "217555"
    assert phone_numbers("٢١٧ ٥٥٥ ٠١٠٠") == {"2175550100"}


@given(st.emails(), st.sampled_from(["", " ", "\n", "\u00a0"]))
def test_address_is_the_same_in_capitals_and_with_blanks(address: str, blank: str) -> None:
    assert email_address(blank + address.upper() + blank) == email_address(address)


@given(st.text())
@example("\u2126\u212a")
def test_an_address_stays_what_it_is(text: str) -> None:
    assert email_address(email_address(text)) == email_address(text)


def test_another_address_is_another() -> None:
    assert email_address("sam@mail.example") != email_address("sam@mall.example")
    assert email_address("sam.b@mail.example") != email_address("samb@mail.example")


@given(NUMBERS, st.integers(0, 9), st.integers(0, 9))
def test_two_wrong_digits_are_a_typing_error_and_three_are_not(
    number: str, first: int, second: int
) -> None:
    changed = list(number)
    for place in (first, second):
        changed[place] = str((int(changed[place]) + 1) % 10)

    assert nearly_same(number, number)
    assert nearly_same(number, "".join(changed))
    assert not nearly_same("2175550100", "2175550999")


@given(NUMBERS)
def test_numbers_of_different_lengths_are_not_nearly_the_same(number: str) -> None:
    assert not nearly_same(number, number[1:])
    assert not nearly_same(number[1:], number[1:])
