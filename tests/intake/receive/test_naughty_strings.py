"""R10 in short: strings that break software come back from the sealed record as they were sent.

Posted as a browser encodes them: UTF-8, every line break as CRLF, no line break in a field of one
line. Longer ones go in pieces that fit the field.
"""

import json
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
from tests import CHECKOUT
from tests.intake.receive.typed_form import ANSWERS, FORM_TYPE, URL, Fields, encoded, send, token

pytestmark = pytest.mark.django_db
LIST = CHECKOUT / "node_modules/big-list-of-naughty-strings/blns.json"
DIGITS = " 2175550199"
HOST = "@example.com"
KIN = (
    "\u202eright to left\u202c \u2067isolated\u2069 \u200f\u200e\u061c",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0334\u0335l\u0322\u0327g\u0338o\u0361" * 8,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f3\ufe0f\u200d\U0001f308",
    "\u2028",
    "a\u2028b\u2029c\x85d",
    "\U0001f3ee" * 1000,
    "\U0010ffff" * 1000,
    "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "\ufffd",
    "\ufeff\ufffe\uffff",
    "e\u0301 \u00e9 \u212b \u00c5 \ufb01",
    "\u3000 \u00a0\u2003 \t ",
    "a\n\n\nb\n",
    "\n",
    "a\rb\r\nc",
    '{"name": "x"}\\u0041\\',
    "%00%0d%0a+%2B&name=x;=#",
    "a" * 1000,
)


def naughty() -> list[str]:
    return [*json.loads(LIST.read_text(encoding="utf-8")), *KIN]


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
    response = send(client, typed, token=token(nonce=nonce))
    assert response.status_code == 303, (response.status_code, typed)
    return sealed_rows.derived_id("request", nonce)


def test_list_is_the_whole_one() -> None:
    assert len(naughty()) > 450 + len(KIN)


def test_every_string_comes_back_as_sent(client: Client) -> None:
    forms = [form for text in naughty() for form in by_phone(text)]
    carried = "".join(form["message"] for form in forms)

    assert different(client, forms) == []
    assert carried == in_a_textarea("".join(naughty()))


def test_every_string_comes_back_from_an_address(client: Client) -> None:
    assert different(client, by_email(naughty())) == []


def test_browsers_line_breaks_are_taken_back(client: Client) -> None:
    """The test sends what browsers send, or it would prove nothing."""
    assert b"message=a%0D%0Ab" in encoded({"message": "a\nb"})
    assert different(client, [ANSWERS | {"message": "a\nb"}]) == []


@pytest.mark.parametrize("field", ["name", "phone", "contact_need", "message"])
@pytest.mark.parametrize(
    "raw", [b"%00", b"a%00b", b"%FF", b"%C3%28", b"%ED%A0%80", b"%ED%BF%BF", b"%F8%88%80%80%80"]
)
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
