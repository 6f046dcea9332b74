"""The signed stamp and nonce of a form."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_site.web import form_token
from clinic_site.web.form_token import BadToken

NOW = datetime(2026, 11, 24, 15, 0, 0, tzinfo=UTC)
NONCE = bytes(range(16))


def test_token_read_gives_nonce_and_stamp() -> None:
    token = form_token.verify(form_token.issue(NOW, NONCE), NOW + timedelta(minutes=5))

    assert (token.nonce, token.issued, token.expired) == (NONCE, NOW, False)


def test_nonce_of_a_new_form_is_fresh_and_128_bits() -> None:
    nonces = {form_token.verify(form_token.issue(NOW), NOW).nonce for _ in range(50)}

    assert len(nonces) == 50
    assert {len(nonce) for nonce in nonces} == {16}


@pytest.mark.parametrize(
    ("age", "expired"),
    [
        (timedelta(hours=24), False),
        (timedelta(hours=24, seconds=1), True),
        (timedelta(days=400), True),
    ],
)
def test_token_expires_after_a_day(age: timedelta, expired: bool) -> None:
    token = form_token.verify(form_token.issue(NOW, NONCE), NOW + age)

    assert token.expired is expired
    assert token.nonce == NONCE


def test_token_of_another_server_may_be_a_little_ahead() -> None:
    assert not form_token.verify(form_token.issue(NOW + form_token.SKEW, NONCE), NOW).expired


def test_token_from_the_future_is_bad() -> None:
    token = form_token.issue(NOW + timedelta(hours=1), NONCE)

    with pytest.raises(BadToken) as bad:
        form_token.verify(token, NOW)

    assert bad.value.nonce == NONCE


@pytest.mark.parametrize("position", [0, 5, 12, 30, -1])
def test_token_with_one_character_changed_is_bad(position: int) -> None:
    token = list(form_token.issue(NOW, NONCE))
    token[position] = "A" if token[position] != "A" else "B"

    with pytest.raises(BadToken):
        form_token.verify("".join(token), NOW)


def test_token_signed_with_another_key_is_bad_but_its_nonce_is_read(settings) -> None:
    token = form_token.issue(NOW, NONCE)
    settings.SECRET_KEY = "the key of a later deployment"

    with pytest.raises(BadToken) as bad:
        form_token.verify(token, NOW)

    assert bad.value.nonce == NONCE


def test_token_of_a_rotated_key_is_good(settings) -> None:
    token = form_token.issue(NOW, NONCE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key of a later deployment"

    assert form_token.verify(token, NOW).nonce == NONCE


@given(st.text())
def test_token_of_any_text_is_bad_and_nothing_else(text: str) -> None:
    with pytest.raises(BadToken) as bad:
        form_token.verify(text, NOW)

    assert bad.value.nonce is None or len(bad.value.nonce) == 16
    assert text == "" or text not in str(bad.value) or text in "bad form token"
