"""Every address of the desk, tried by everybody (T10, T11).

The addresses come from the URL resolver. What they answer is in MATRIX, one line each: a new
address without a line fails, and so does a line without an address. To add a page, add

    "search/": Row(FOLLOW_UP),                          opens to these roles, others get 403
    "export/": Row(MANAGERS, 422, by="post"),           sent empty, it answers 422

The key is the route as `urls.py` has it, without "desk/" in front. An argument is filled with a
real object by ARGUMENTS; give a new kind of argument a name of its own and a line there.

Whoever has not shown a second factor in this very login is sent to sign in, by GET and by POST.
`outside` names the exceptions, which only the pages of signing in have. What a page of ours sent
is kept there to be sent again, and not read: KEPT has the addresses (`test_kept_post`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLResolver, get_resolver

from intake.desk.entrance.rights import AUDITOR, COORDINATOR, MANAGER
from intake.models import LedgerEntry
from tests.intake import rows
from tests.plugin.staff import give_app, member, prove, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

LOGIN = "/desk/login/"
TO_SIGN_IN = "to sign in"

# Outside: no second factor in this login. All but the first would be managers.
ANONYMOUS = "anonymous"
FIRST_TIME = "password, no factor yet"
PASSWORD_ONLY = "password, factor not shown"
PROOF_OF_ANOTHER = "password, proof of another"
DEACTIVATED = "deactivated"
OUTSIDE = (ANONYMOUS, FIRST_TIME, PASSWORD_ONLY, PROOF_OF_ANOTHER, DEACTIVATED)

# Inside: the second factor was shown a moment ago.
NO_ROLE = "no role"
INSIDE = (NO_ROLE, COORDINATOR, MANAGER, AUDITOR)

EVERYBODY = frozenset(INSIDE)
FOLLOW_UP = frozenset({COORDINATOR, MANAGER})
MANAGERS = frozenset({MANAGER})
LEDGER = frozenset({MANAGER, AUDITOR})
EVERY_ROLE = FOLLOW_UP | LEDGER
SET_UP = {FIRST_TIME: 200, PROOF_OF_ANOTHER: 200}


class Row(NamedTuple):
    """Whom an address opens to, what it answers them, and how they ask."""

    opens_to: frozenset[str]
    answer: int = 200
    by: str = "get"
    outside: Mapping[str, int] = {}


MATRIX: dict[str, Row] = {
    "": Row(EVERYBODY),
    "^(?P<app_label>intake)/$": Row(EVERYBODY, 302),
    "(?P<url>.*)$": Row(EVERYBODY, 404),
    "gallery/": Row(EVERYBODY),
    "help/": Row(EVERYBODY),
    # requests and ledger
    "queue/": Row(FOLLOW_UP),
    "intake/request/": Row(FOLLOW_UP, 302),  # to the queue
    "intake/request/<path:object_id>/change/": Row(FOLLOW_UP),
    "search/": Row(FOLLOW_UP),
    "requests/by-phone/": Row(FOLLOW_UP),
    "requests/<uuid:record_id>/duplicates/": Row(FOLLOW_UP, by="post"),
    "requests/<uuid:record_id>/link/": Row(MANAGERS, 302, by="post"),
    "requests/<uuid:record_id>/unlink/": Row(MANAGERS, 302, by="post"),
    # figures, files, ledger
    "export/": Row(MANAGERS),
    "export/figures/": Row(EVERY_ROLE, 302, by="post"),  # no quarter is finished
    "ledger/": Row(LEDGER),
    "ledger/verify/": Row(LEDGER, by="post"),
    "ledger/export/": Row(LEDGER, by="post"),
    # colleagues' accounts
    "colleagues/": Row(MANAGERS),
    "colleagues/add/": Row(MANAGERS),
    "colleagues/<int:colleague>/": Row(MANAGERS),
    # one's own sign-in
    "password_change/": Row(EVERYBODY),
    "password_change/done/": Row(EVERYBODY),
    "security/": Row(EVERYBODY, outside=SET_UP),
    "security/app/": Row(EVERYBODY, 302, outside=SET_UP),  # the app is there already
    "security/app/remove/": Row(EVERYBODY),
    "security/passkeys/add/": Row(EVERYBODY, outside=SET_UP),
    "security/passkeys/<int:pk>/remove/": Row(EVERYBODY),
    "security/codes/": Row(EVERYBODY),
    "security/codes/new/": Row(EVERYBODY),
    "security/logins/": Row(EVERYBODY),
    "security/again/": Row(EVERYBODY),
    "security/again/passkey/": Row(EVERYBODY),
    # signing in: who is inside is led on to the desk
    "login/": Row(
        EVERYBODY,
        302,
        outside={
            ANONYMOUS: 200,
            FIRST_TIME: 302,
            PASSWORD_ONLY: 200,
            PROOF_OF_ANOTHER: 302,
            DEACTIVATED: 200,
        },
    ),
    "login/code/": Row(
        EVERYBODY, 302, outside={FIRST_TIME: 302, PASSWORD_ONLY: 302, PROOF_OF_ANOTHER: 302}
    ),
    "login/passkey/": Row(
        EVERYBODY, 302, outside={FIRST_TIME: 302, PASSWORD_ONLY: 302, PROOF_OF_ANOTHER: 302}
    ),
    "logout/": Row(EVERYBODY, 302, by="post", outside=dict.fromkeys(OUTSIDE, 405)),
}

KEPT = {
    *("queue/", "search/", "help/", "requests/by-phone/"),
    "intake/request/<path:object_id>/change/",
    *(f"requests/<uuid:record_id>/{each}/" for each in ("duplicates", "link", "unlink")),
    *("export/", "export/figures/", "ledger/", "ledger/verify/", "ledger/export/"),
    *("colleagues/", "colleagues/add/", "colleagues/<int:colleague>/"),
}

ARGUMENTS: dict[str, Callable[[User], object]] = {
    "<path:object_id>": lambda me: rows.request().pk,
    "<uuid:record_id>": lambda me: rows.request().pk,
    "<int:colleague>": lambda me: member(f"colleague of {me.pk}", AUDITOR).pk,
    "<int:pk>": lambda me: passkey(me).pk,
    "^(?P<app_label>intake)/$": lambda me: "intake/",
    "(?P<url>.*)$": lambda me: "nothing/here",
}


def routes() -> Iterator[str]:
    """Every route of the desk, from the URL resolver itself."""
    for route in _walk(get_resolver().url_patterns, ""):
        if route.startswith("desk/"):
            yield route.removeprefix("desk/")


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route)
        else:
            yield route


def person(who: str) -> tuple[User, Client]:
    """Somebody on the staff, and their browser."""
    role = who if who in (COORDINATOR, MANAGER, AUDITOR) else MANAGER
    user = member(f"kim, {who}", role)
    if who == NO_ROLE:
        user.groups.clear()
    if who not in (FIRST_TIME, PROOF_OF_ANOTHER):
        give_app(user)
        RecoveryCodes.activate(user)
    return user, _browser(user, who)


def _browser(user: User, who: str) -> Client:
    if who in (*INSIDE, DEACTIVATED):
        client = signed_in(user)
        User.objects.filter(pk=user.pk).update(is_active=who != DEACTIVATED)
        return client
    client = Client()
    if who != ANONYMOUS:
        client.force_login(user)
    if who == PROOF_OF_ANOTHER:
        prove(client, User.objects.get_or_create(username="other")[0])
    return client


def passkey(owner: User) -> Authenticator:
    return Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key"})


def address(route: str, me: User) -> str:
    """The route with something real in the place of each argument."""
    for argument, real in ARGUMENTS.items():
        if argument in route:
            route = route.replace(argument, str(real(me)))
    return f"/desk/{route}"


def ask(client: Client, by: str, path: str, **options: Any) -> Any:
    if by == "post":
        return client.post(path, {"action": "note", "text": "typed"}, **options)
    return client.get(path)


def outcome(answer: Any, path: str) -> int | str:
    """The status of the answer, or that it leads to the sign-in page."""
    if answer.status_code == 302 and answer["Location"].startswith(LOGIN):
        return LOGIN if path == LOGIN else TO_SIGN_IN
    return int(answer.status_code)


class Wrong(list[str]):
    """What is not as the table has it, in words. At the end there is nothing."""

    def compare(self, who: str, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.append(f"{who}: {what} is {found}, not {wanted}")


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert set(MATRIX) == set(routes())


def test_every_argument_is_filled_with_something_real() -> None:
    me, _ = person(MANAGER)
    addresses = [address(route, me) for route in MATRIX]

    assert not [each for each in addresses if re.search("[<>^$]", each)]


@pytest.mark.parametrize("route", MATRIX)
def test_role_reaches_what_is_its_own(route: str) -> None:
    """Others get 403 and leave no line in the ledger. Nothing of it is stored on the way."""
    row, wrong = MATRIX[route], Wrong()
    for who in INSIDE:
        me, client = person(who)
        path, before = address(route, me), LedgerEntry.objects.count()
        if who in row.opens_to:
            answer = ask(client, row.by, path)
            # Signing out leads to the sign-in page, for whoever may.
            wanted = TO_SIGN_IN if route == "logout/" else row.answer
            wrong.compare(who, row.by, outcome(answer, path), wanted)
            wrong.compare(who, "no-store", "no-store" in answer["Cache-Control"], True)
        else:
            for by in ("get", "post"):
                wrong.compare(who, by, outcome(ask(client, by, path), path), 403)
            wrong.compare(who, "number of lines", LedgerEntry.objects.count(), before)

    assert wrong == []


@pytest.mark.parametrize("route", MATRIX)
def test_without_the_second_factor_nothing_opens(route: str) -> None:
    """Nor does the desk afterwards. What a page of ours sent is handed back, and not read."""
    row, wrong = MATRIX[route], Wrong()
    for who in OUTSIDE:
        me, client = person(who)
        path = address(route, me)
        kept = ask(client, "post", path, headers={"sec-fetch-site": "same-origin"})
        wrong.compare(who, "kept", kept.status_code == 401, route in KEPT)
        wrong.compare(who, "handed back", b'value="typed"' in kept.content, route in KEPT)

        client = _browser(me, who)
        exception = row.outside.get(who)
        for by in ("get",) if exception else ("get", "post"):
            wrong.compare(who, by, outcome(ask(client, by, path), path), exception or TO_SIGN_IN)
        wrong.compare(who, "the desk", outcome(ask(client, "get", "/desk/"), "/desk/"), TO_SIGN_IN)

    assert wrong == []
    assert not LedgerEntry.objects.exists()


def test_the_exceptions_are_pages_of_signing_in() -> None:
    assert {route for route, row in MATRIX.items() if row.outside} == {
        *("login/", "login/code/", "login/passkey/", "logout/"),
        *("security/", "security/app/", "security/passkeys/add/"),
    }
