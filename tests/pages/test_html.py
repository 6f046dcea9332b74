"""Valid HTML: every registered page, and every state that a reader or staff can come to."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from intake.clock.promise import Promise
from intake.desk.entrance import rights
from intake.desk.frame import outage
from intake.receive import acknowledgment
from intake.seal.answers import Asker, Window
from intake.store import submission
from pages import error_pages
from tests.intake import rows
from tests.pages.planner.test_views import OWN_TIMES
from tests.pages.planner.test_views import post as plan
from tests.plugin.staff import member, signed_in
from tests.plugin.visitor import post

State = tuple[str, str]
Validator = Callable[[Iterable[State]], list[str]]

# Findings that stay, each with its reason.
REASONED = {
    # Safari takes the role away from a list without bullets, and VoiceOver its number of items.
    "The “list” role is unnecessary for element",
}
DESK = "/desk/intake/request/"
QUEUE = "/desk/queue/"
COLLEAGUES = "/desk/colleagues/"


def test_pages_are_valid(
    client: Client, html: Mapping[str, str], vnu: Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page, every error page, and the states of the forms, in one run of the validator."""
    errors = [(name, error_pages.render(name)) for name in error_pages.ERROR_PAGES]
    states = [*_states_of_the_planner(client), *_states_of_the_form(client, monkeypatch)]
    found = vnu([*html.items(), *errors, *states])

    assert_valid(found)
    assert [reason for reason in REASONED if not any(reason in line for line in found)] == []


def _states_of_the_form(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[State]:
    monkeypatch.setattr(submission, "receive", _database_away)
    return [
        ("errors", text_of(post(client, about="", channel="phone", phone="12"), 422)),
        ("not stored", text_of(post(client), 503)),
        ("from elsewhere", text_of(post(client, HTTP_SEC_FETCH_SITE="cross-site"), 403)),
        ("unreadable", text_of(client.post("/contact/", b"", "text/plain"), 415)),
        ("sent", text_of(client.get("/contact/sent/", {"by": _signed_promise()}), 200)),
    ]


def _states_of_the_planner(client: Client) -> list[State]:
    taken = {"days": ["monday", "tuesday", "wednesday", "thursday"]}
    return [
        ("clash", text_of(plan(client), 200)),
        ("fit", text_of(plan(client, {"work": "nights"}), 200)),
        ("own times", text_of(plan(client, OWN_TIMES), 200)),
        ("half of own times", text_of(plan(client, {"work_from": "19:00"}), 200)),
        ("nothing fits", text_of(plan(client, taken), 200)),
        ("refused", text_of(client.post("/plan-your-week/", b"x", "text/plain"), 415)),
    ]


@pytest.mark.django_db(transaction=True)
def test_states_of_the_desk_are_valid(client: Client, vnu: Validator) -> None:
    """The states of the desk, in one run of the validator."""
    login = ("login", text_of(client.get("/desk/login/"), 200))
    manager, auditor = member("sam", rights.MANAGER), member("aud", rights.AUDITOR)

    assert_valid(vnu([login, *_states_of_the_desk(manager, auditor), *_accounts(manager, auditor)]))


def _states_of_the_desk(manager: User, auditor: User) -> list[State]:
    client = signed_in(manager)
    states = [
        ("empty queue", text_of(client.get(QUEUE), 200)),
        ("empty figures", text_of(client.get("/desk/"), 200)),
        ("help", text_of(client.get("/desk/help/"), 200)),
    ]
    first, second = rows.request(), rows.request(sent=_weekend())
    for row in (first, second):
        address = f"{DESK}{row.pk}/change/"
        states += [
            ("record", text_of(client.get(address), 200)),
            ("refused note", text_of(client.post(address, {"action": "note"}), 422)),
            ("refused step", text_of(client.post(address, {"action": "step", "seen": "0"}), 422)),
            ("overtaken step", text_of(client.post(address, {"action": "step"}), 409)),
        ]
    states += [
        ("queue", text_of(client.get(QUEUE, {"section": "unclaimed"}), 200)),
        ("outage", outage.respond(_post(), away=True).content.decode()),
        ("signed out", text_of(_post_signed_out(), 401)),
        ("figures", text_of(client.get("/desk/"), 200)),
        ("figures of a wrong choice", text_of(client.get("/desk/?since=2031-01-01"), 200)),
        ("ledger", text_of(client.get("/desk/ledger/"), 200)),
        ("checked ledger", text_of(client.post("/desk/ledger/verify/"), 200)),
        ("export", text_of(client.get("/desk/export/"), 200)),
        ("refused export", text_of(client.post("/desk/export/"), 422)),
        ("figures of an auditor", text_of(signed_in(auditor).get("/desk/"), 200)),
    ]

    return states


def _accounts(manager: User, auditor: User) -> list[State]:
    client = signed_in(manager)
    one, new = f"{COLLEAGUES}{auditor.pk}/", {"username": "lee", "role": rights.AUDITOR}
    return [
        ("colleagues", text_of(client.get(COLLEAGUES), 200)),
        ("colleague", text_of(client.get(one), 200)),
        ("refused role", text_of(client.post(one, {"action": "role"}), 422)),
        ("refused account", text_of(client.post(f"{COLLEAGUES}add/"), 422)),
        ("new password", text_of(client.post(f"{COLLEAGUES}add/", new), 200)),
        ("other role", text_of(signed_in(auditor).get(COLLEAGUES), 403)),
    ]


def assert_valid(findings: list[str]) -> None:
    left = [line for line in findings if not any(reason in line for reason in REASONED)]
    assert not left, "\n".join(left)


def text_of(response: Any, status: int) -> str:
    assert response.status_code == status
    return str(response.content, "utf-8")


def _database_away(*args: Any, **kwargs: Any) -> None:
    raise OperationalError


def _post() -> Any:
    return RequestFactory().post(QUEUE, {"action": "note", "text": "Hello"})


def _post_signed_out() -> Any:
    headers = {"sec-fetch-site": "same-origin"}
    return Client().post(QUEUE, {"action": "note", "text": "Hello"}, headers=headers)


def _signed_promise() -> str:
    now = timezone.now()
    return acknowledgment.sign(Promise(now, now + timedelta(minutes=15), flagged=False))


def _weekend() -> Any:
    return rows.answers(about=Asker.SOMEONE, windows=Window.WEEKEND_MORNING)
