"""A visitor's browser on the contact form: opens it, fills it in, sends it, reads what comes back.

    answer = visitor.send(visitor.InProcess(client), message="Hello")
    answer = visitor.send(processes.site, message="Hello")

Both open the form first and send the token that they find in it. `post` sends what a test has
made up itself: a token of another age, a foreign header, a field that is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from clinic_site.web import form_token

URL = "/contact/"
FORM_TYPE = "application/x-www-form-urlencoded"
NONCE = bytes(range(16))
ANSWERS: dict[str, Any] = {
    "about": "self",
    "name": "Sam",
    "channel": "phone",
    "phone": "(217) 555-0199",
    "email": "",
    "message": "Hello",
}
Attributes = dict[str, str | None]


class HasContent(Protocol):
    """An answer of Django's client, or one of ours."""

    @property
    def content(self) -> bytes: ...


class Answer(NamedTuple):
    """Status and body of a page."""

    status: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


class Site(Protocol):
    """Something that answers: the application in this process, or a server."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, body: bytes) -> Answer: ...


@dataclass(frozen=True)
class InProcess:
    """The site behind Django's test client."""

    client: Client

    def get(self, path: str) -> Answer:
        response = self.client.get(path)
        return Answer(response.status_code, response.content)

    def post(self, path: str, body: bytes) -> Answer:
        response = self.client.post(path, body, content_type=FORM_TYPE)
        return Answer(response.status_code, response.content)


def send(site: Site, **answers: Any) -> Answer:
    """Open the form, fill it in and send it; 303 says that it was received."""
    token = Fields(site.get(URL)).values["token"]
    return site.post(URL, encoded({"token": token} | ANSWERS | answers))


def post(client: Client, fields: Mapping[str, Any] | None = None, **changes: Any) -> Any:
    """Post answers without opening the form, with a token of two minutes ago unless one is given.

    Changes named like a header (HTTP_…, REMOTE_ADDR) are headers. Returns the client's response.
    """
    headers = {key: changes.pop(key) for key in list(changes) if key.isupper()}
    answers = {"token": token()} | dict(ANSWERS if fields is None else fields) | changes
    return client.post(URL, encoded(answers), content_type=FORM_TYPE, **headers)


def token(age: timedelta = timedelta(minutes=2), nonce: bytes = NONCE) -> str:
    """The token of a form that was opened that long ago."""
    return form_token.issue(timezone.now() - age, nonce)


def encoded(fields: Mapping[str, Any]) -> bytes:
    """Fields as a browser sends them: UTF-8, each line break as CRLF."""
    pairs = [
        (name, value.replace("\n", "\r\n"))
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return urlencode(pairs).encode()


class Fields(HTMLParser):
    """What a browser shows of a page: its form's fields, its title, its links, its text."""

    def __init__(self, response: HasContent) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.checked: dict[str, list[str]] = {}
        self.tags: list[tuple[str, Attributes]] = []
        self.title = self.text = ""
        self._open: list[str] = []
        self._textarea = self._select = ""
        self.feed(response.content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._open.append(tag)
        name = given.get("name") or ""
        if tag == "textarea":
            self._textarea, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given["value"] or ""
        elif tag == "input" and given["type"] in ("radio", "checkbox"):
            if "checked" in given:
                self.checked.setdefault(name, []).append(given.get("value") or "on")
        elif tag == "input":
            self.values[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.values[self._textarea].replace("\r\n", "\n")
            self.values[self._textarea] = text.removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data
        elif self._open and self._open[-1] == "title":
            self.title += data
        elif self._open and self._open[-1] != "style":
            self.text += data

    def with_id(self, identifier: str) -> tuple[str, Attributes]:
        """The one element with that id."""
        (found,) = [(tag, given) for tag, given in self.tags if given.get("id") == identifier]
        return found

    def named(self, name: str) -> list[Attributes]:
        """The attributes of the controls with that name."""
        return [given for _, given in self.tags if given.get("name") == name]
