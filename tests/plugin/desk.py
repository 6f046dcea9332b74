"""A member of the staff at the desk: signs in, opens a record, takes a step, reads the answer."""

import csv
from collections.abc import Mapping
from functools import cached_property
from io import StringIO
from typing import Any

from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from clinic_site.web import form_token
from intake.models import LedgerEntry, Request
from intake.rules.states import State
from tests.intake import rows
from tests.plugin.staff import prove, signed_in
from tests.plugin.visitor import FORM_TYPE, NONCE, Fields, encoded

QUEUE = "/desk/queue/"
LOGIN, CODE = "/desk/login/", "/desk/login/code/"
BY_PHONE = "/desk/requests/by-phone/"
UTF_8_MARK = "\ufeff"


class Answer:
    """What the desk answered, as a person reads it."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.location: str = response.headers.get("Location", "")
        self.headers: Mapping[str, str] = response.headers

    @property
    def context(self) -> Any:
        """What the view has handed to its template."""
        return self.response.context

    @cached_property
    def html(self) -> str:
        return str(self.response.content.decode())

    @cached_property
    def page(self) -> Fields:
        """Its elements, and the values of its fields."""
        return Fields(self.response)

    @property
    def title(self) -> str:
        return self.page.title.strip()

    @property
    def text(self) -> str:
        """The text as it stands in the page, with its line breaks."""
        return self.page.text

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(self.page.text.split())

    @property
    def values(self) -> dict[str, str]:
        return self.page.values

    @property
    def links(self) -> list[str]:
        """Where its links lead, in order."""
        return [given.get("href") or "" for tag, given in self.page.tags if tag == "a"]

    @property
    def ids(self) -> list[str]:
        return [str(given["id"]) for _, given in self.page.tags if "id" in given]

    @property
    def labels(self) -> list[str | None]:
        """The ids of the fields that have a label."""
        return [given.get("for") for tag, given in self.page.tags if tag == "label"]

    def offered(self, name: str) -> list[str | None]:
        """The values of the buttons and hidden fields of that name."""
        return [given.get("value") for given in self.page.named(name)]

    @property
    def messages(self) -> list[str]:
        """What the next page will say at its top."""
        return [str(each) for each in get_messages(self.response.wsgi_request)]

    @cached_property
    def file(self) -> str:
        """The download; it streams when it is first looked at."""
        assert (self.status, self.response.streaming) == (200, True)
        return b"".join(self.response.streaming_content).decode()

    @property
    def table(self) -> list[list[str]]:
        """The cells of a CSV file."""
        assert self.file.startswith(UTF_8_MARK)
        return list(csv.reader(StringIO(self.file[1:], newline="")))


class Desk:
    """A browser in which somebody is signed in with both factors. Set the clock first."""

    def __init__(self, user: User, *, checks_tokens: bool = False) -> None:
        self.user = user
        self.client = signed_in(user)
        if checks_tokens:
            cookies = self.client.cookies
            self.client = Client(enforce_csrf_checks=True)
            self.client.cookies = cookies
            self.get(QUEUE)

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Answer:
        return get(self.client, path, headers, **query)

    def post(
        self, path: str, fields: Any = None, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        return post(self.client, path, fields, headers, **more)

    def open(self, row: Request) -> Answer:
        """The record of a request."""
        return self.get(address(row))

    def act(self, row: Request, action: str, **fields: Any) -> Answer:
        """Press a button of the record, having seen the request as `row` is."""
        return self.post(address(row), {"action": action, "seen": row.changes} | fields)

    def step(self, row: Request, target: str, **fields: Any) -> Answer:
        """Take a step, for the owner if somebody else owns the request."""
        return self.act(row, "step", **{"target": target, "why": "covering"} | fields)

    def take_call(self, nonce: bytes = NONCE, **fields: Any) -> Answer:
        """Enter a request for a caller, and follow it up."""
        token = form_token.issue(timezone.now(), nonce)
        given = {"token": token, "about": "self", "channel": "phone", "follow_up": "on"}
        return self.post(BY_PHONE, given | fields)

    def queue(self, section: str = "callable", **query: Any) -> Answer:
        return self.get(QUEUE, section=section, **query)

    def proved(self, *, minutes_ago: float = 0) -> "Desk":
        """With a second factor that was shown so long ago."""
        prove(self.client, self.user, minutes_ago=minutes_ago)
        return self


def get(
    client: Client, path: str, headers: Mapping[str, str] | None = None, **query: Any
) -> Answer:
    """Ask for a page, as somebody who may be signed out."""
    return Answer(client.get(path, query or None, headers=dict(headers or {})))


def post(
    client: Client,
    path: str,
    fields: Any = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Answer:
    """Post like a browser: UTF-8, each line break as CRLF. Bytes are sent as they are."""
    if not isinstance(fields, bytes):
        given = {name: _typed(value) for name, value in ((fields or {}) | more).items()}
        fields = encoded(given)
    return Answer(client.post(path, fields, FORM_TYPE, headers=dict(headers or {})))


def send_password(client: Client, username: str, password: str, **more: str) -> Answer:
    """The first step of signing in."""
    return post(client, LOGIN, {"login": username, "password": password} | more)


def send_code(client: Client, text: str) -> Answer:
    """The second step, with a code of the app or a recovery code."""
    return post(client, CODE, {"code": text})


def is_at_work(client: Client) -> bool:
    """Does the desk let this browser in?"""
    return get(client, "/desk/").status == 200


def address(row: Request) -> str:
    """Where the record of a request is."""
    return f"/desk/intake/request/{row.pk}/change/"


def request_of(username: str, state: State = State.CLAIMED) -> Request:
    """A request in that state, with that owner where the state has one."""
    row = rows.request_in(state)
    if row.owner:
        rows.sql("UPDATE intake_request SET owner = %s WHERE id = %s", username, row.id)
        row.refresh_from_db()
    return row


def ledger_lines(*columns: str) -> list[tuple[Any, ...]]:
    """Action, username and detail of each line of the ledger, or other columns, in order."""
    wanted = columns or ("action", "by", "detail")
    return list(LedgerEntry.objects.order_by("number").values_list(*wanted))


def _typed(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, list) else str(value)
