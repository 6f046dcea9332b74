"""A browser's side of the contact form: what it sends, and what stands in its fields."""

from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
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


def token(age: timedelta = timedelta(minutes=2), nonce: bytes = NONCE) -> str:
    """The token of a form that was opened that long ago."""
    return form_token.issue(timezone.now() - age, nonce)


def encoded(fields: dict[str, Any]) -> bytes:
    """Fields as a browser sends them: UTF-8, each line break as CRLF."""
    pairs = [
        (name, value.replace("\n", "\r\n"))
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return urlencode(pairs).encode()


def send(client: Client, fields: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Post the answers; changes named like a header (HTTP_…, REMOTE_ADDR) are headers."""
    headers = {key: changes.pop(key) for key in list(changes) if key.isupper()}
    answers = {"token": token()} | (ANSWERS if fields is None else fields) | changes
    return client.post(URL, encoded(answers), content_type=FORM_TYPE, **headers)


class Fields(HTMLParser):
    """What a browser shows of a page: its form's fields, its title, its links, its text."""

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.checked: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
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

    def with_id(self, identifier: str) -> tuple[str, dict[str, str | None]]:
        """The one element with that id."""
        (found,) = [(tag, given) for tag, given in self.tags if given.get("id") == identifier]
        return found

    def named(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the controls with that name."""
        return [given for _, given in self.tags if given.get("name") == name]


def minutes(count: float) -> timedelta:
    """For readable tests."""
    return timedelta(minutes=count)


def local(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A time of the last November week of 2026 on the clinic's clock; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())
