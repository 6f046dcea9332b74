"""One person's post as a browser sends it, and what came back."""

import http.client
import random
import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic_site.web import form_token
from tests.plugin.visitor import FORM_TYPE, URL, encoded

SECONDS_TO_WAIT = 40
OPEN_FOR = timedelta(minutes=1)
ALPHABET = "abcdefghij KLMNO éüß 漢字 😀 ' \" < > & \\ %00 \t"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass(repr=False)
class Post:
    """What a person typed into one opened form. `nonce` is that of the form."""

    nonce: bytes
    token: str
    typed: dict[str, Any]

    @property
    def key(self) -> str:
        """By which the stored text is found again."""
        return str(self.typed["message"]).partition("|")[0]

    @property
    def expected(self) -> dict[str, Any]:
        """What the opened record must say, written down without the code under test."""
        parts = {"morning": 1, "afternoon": 2, "evening": 4}
        return {
            **self.typed,
            "weekdays": None,
            "windows": sum(parts[name] for name in self.typed["weekdays"]),
        }

    def body(self) -> bytes:
        """As a browser encodes it: UTF-8, line breaks as CRLF."""
        return encoded({"token": self.token, "subject": "", **self.typed})


@dataclass
class Reply:
    """An answer of the site; status 0 when the connection was lost."""

    status: int
    started: float
    ended: float
    page: str = field(default="", repr=False)

    @property
    def seconds(self) -> float:
        return self.ended - self.started


def write(number: int, *, nonce: bytes | None = None, age: timedelta = OPEN_FOR) -> Post:
    """A filled form with a token of its own, opened some time ago."""
    nonce = nonce or secrets.token_bytes(16)
    token = form_token.issue(timezone.now() - age, nonce)
    return Post(nonce, token, _typed(number))


def write_on_page(number: int, page: str) -> Post:
    """A filled form on a page that the site gave out; its stamp is set back by a minute."""
    found = TOKEN.search(page)
    if not found:
        raise AssertionError("the form page carries no token")
    nonce = form_token.verify(found[1], timezone.now()).nonce
    return write(number, nonce=nonce)


def send(port: int, post: Post) -> Reply:
    """POST it and wait for the answer."""
    return exchange(port, "POST", post.body())


def take_form(port: int) -> Reply:
    """GET the form's page."""
    return exchange(port, "GET")


def exchange(port: int, method: str, body: bytes | None = None, kind: str = FORM_TYPE) -> Reply:
    """One request on a connection of its own, as the front server passes it on."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_WAIT)
    with closing(connection):
        try:
            connection.request(method, URL, body, _headers(kind))
            answer = connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return Reply(0, started, time.monotonic())
    return Reply(answer.status, started, time.monotonic(), page)


def kept(reply: Reply, post: Post) -> list[str]:
    """What the page that hands a post back lacks: text, token, the phone number, 988."""
    page = unescape(reply.page).replace("\r\n", "\n")
    wanted = {
        "message": str(post.typed["message"]),
        "name": str(post.typed["name"]),
        "nonce": post.token.split(".")[1].partition(":")[0],
        "phone number": settings.CLINIC.phone.number,
        "988": "988",
    }
    return [name for name, text in wanted.items() if text not in page]


def token_of(reply: Reply) -> str:
    """The token that the page would send again."""
    found = TOKEN.search(reply.page)
    return found[1] if found else ""


def _headers(kind: str) -> dict[str, str]:
    return {
        "Host": settings.CLINIC.host,
        "Content-Type": kind,
        "Connection": "close",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.7",
    }


def _typed(number: int) -> dict[str, Any]:
    words = "".join(random.choices(ALPHABET, k=random.randrange(700)))
    return {
        "about": random.choice(["self", "someone", "patient"]),
        "name": f"N{number} {''.join(random.choices(ALPHABET, k=40))}.",
        "channel": "phone",
        "phone": f"+1 (217) 555-{number % 10000:04}",
        "email": "",
        "if_no_answer": random.choice(["nothing", "discreet", "normal"]),
        "if_other_answers": random.choice(["hang_up", "ask_by_name", "say_clinic"]),
        "weekdays": random.choice([[], ["morning"], ["afternoon", "evening"]]),
        "language": "",
        "contact_need": "".join(random.choices(ALPHABET, k=random.randrange(150))),
        "message": f"{number:07}|\n{words}\n.",
    }
