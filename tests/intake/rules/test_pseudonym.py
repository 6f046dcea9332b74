import re
from uuid import UUID, uuid4

from intake.rules.pseudonym import FIRST_WORDS, SECOND_WORDS, pseudonym


def test_pseudonym_is_two_words_and_two_digits() -> None:
    for _ in range(500):
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+ \d\d", pseudonym(uuid4()))


def test_pseudonym_of_an_id_never_changes() -> None:
    assert pseudonym(UUID(int=1)) == "Curious Desk 45"


def test_word_lists_hold_128_different_words_each() -> None:
    assert (len(set(FIRST_WORDS)), len(set(SECOND_WORDS))) == (128, 128)
    assert not set(FIRST_WORDS) & set(SECOND_WORDS)


def test_pseudonyms_of_a_years_requests_rarely_meet() -> None:
    names = {pseudonym(UUID(int=number)) for number in range(2000)}

    assert len(names) > 1990
