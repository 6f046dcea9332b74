"""R10 in short: strings that break software come back from the sealed record as they were sent.

Posted as a browser encodes them: UTF-8, every line break as CRLF, no line break in a field of one
line. Longer ones go in pieces that fit the field.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from intake.models import Submission
from intake.receive import views
from intake.receive.forms import DAMAGED
from intake.seal import keys
from intake.seal.answers import LIMITS, unpack
from intake.store import sealed_rows, submission
from tests import naughty
from tests.plugin.visitor import ANSWERS, FORM_TYPE, URL, Fields, encoded, post, token

pytestmark = pytest.mark.django_db
DIGITS = " 2175550199"
HOST = "@example.com"


def in_a_textarea(text: str) -> str:
    """What a person has typed there, with each line break as one character (HTML 4.10.11)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def on_one_line(text: str) -> str:
    """What is left of it in a field of one line (HTML 4.10.5.1.2)."""
    return re.sub(r"[\r\n]", "", text)


def pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def by_phone(text: str) -> Iterator[dict[str, Any]]:
    """The forms that take all of it through name, number, contact need and message."""
    line, free = on_one_line(text), in_a_textarea(text)
    columns = {
        "name": pieces(line, LIMITS["name"]),
        "phone": pieces(line, LIMITS["phone"] - len(DIGITS)),
        "contact_need": pieces(line, LIMITS["contact_need"]),
        "message": pieces(free, LIMITS["message"]),
    }
    for row in range(max(map(len, columns.values()))):
        typed = {name: cut[row] if row < len(cut) else "" for name, cut in columns.items()}
        yield ANSWERS | typed | {"phone": typed["phone"] + DIGITS}


def by_email(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """All of them in addresses, as many as fit; an address holds neither spaces nor an at sign."""
    joined = re.sub(r"[@\s]", "", "|".join(texts))
    for local in pieces(joined, LIMITS["email"] - len(HOST)):
        yield ANSWERS | {"channel": "email", "phone": "", "email": local + HOST}


def different(client: Client, forms: Iterable[dict[str, Any]]) -> list[Any]:
    """(field, sent, opened) of everything that did not come back as sent."""
    sent = {posted(client, typed): typed for typed in forms}
    held = keys.private_keys()
    rows = Submission.objects.prefetch_related("wraps")
    opened = {row.request_id: unpack(row.unseal(held)) for row in rows}
    assert opened.keys() == sent.keys()
    return [
        (name, typed.get(name, ""), getattr(opened[one], name))
        for one, typed in sent.items()
        for name in ("name", "phone", "email", "contact_need", "message")
        if typed.get(name, "") != getattr(opened[one], name)
    ]


def posted(client: Client, typed: dict[str, Any]) -> UUID:
    """The id of the request that was made of it."""
    views.limits.clear()
    nonce = secrets.token_bytes(submission.NONCE_SIZE)
    response = post(client, typed, token=token(nonce=nonce))
    assert response.status_code == 303, (response.status_code, typed)
    return sealed_rows.derived_id("request", nonce)


def test_list_is_the_whole_one() -> None:
    assert len(naughty.LIST) > 450


def test_every_string_comes_back_as_sent(client: Client) -> None:
    forms = [form for text in naughty.STRINGS for form in by_phone(text)]
    carried = "".join(form["message"] for form in forms)

    assert different(client, forms) == []
    assert carried == in_a_textarea("".join(naughty.STRINGS))


def test_every_string_comes_back_from_an_address(client: Client) -> None:
    assert different(client, by_email(naughty.STRINGS)) == []


def test_browsers_line_breaks_are_taken_back(client: Client) -> None:
    """The test sends what browsers send, or it would prove nothing."""
    assert b"message=a%0D%0Ab" in encoded({"message": "a\nb"})
    assert different(client, [ANSWERS | {"message": "a\nb"}]) == []


@pytest.mark.parametrize("field", ["name", "phone", "contact_need", "message"])
@pytest.mark.parametrize("raw", naughty.NO_TEXT)
def test_what_no_text_can_hold_gets_a_kind_answer(client: Client, field: str, raw: bytes) -> None:
    typed = {name: value for name, value in ANSWERS.items() if name != field}
    digits = b"217555019912" if field == "phone" else b""
    body = encoded(typed | {"token": token()}) + f"&{field}=".encode() + digits + raw

    response = client.post(URL, body, content_type=FORM_TYPE)

    page = Fields(response)
    assert response.status_code == 422
    assert DAMAGED in page.text
    assert {name: page.values[name] for name in typed if name in page.values} == {
        name: value for name, value in typed.items() if name in page.values
    }
    assert not Submission.objects.exists()
