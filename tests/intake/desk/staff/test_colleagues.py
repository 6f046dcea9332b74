"""Colleagues' accounts: by managers only, each change in the ledger, the last manager stays."""

import logging
import re
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intake.desk.entrance import accounts, rights
from intake.desk.entrance.rights import AUDITOR, COORDINATOR, MANAGER
from intake.desk.staff import colleagues
from intake.desk.staff.colleagues import ChangeRefused
from intake.rules.states import State
from tests.intake import rows
from tests.plugin.desk import Answer, Desk, is_at_work, ledger_lines, send_code, send_password
from tests.plugin.staff import code, give_app, member
from tests.plugin.waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

ALL = "/desk/colleagues/"
ADD = "/desk/colleagues/add/"
PASSWORD = re.compile(r"\b(?:[a-z2-9]{5}-){3}[a-z2-9]{5}\b")


def page_of(user: User) -> str:
    return f"{ALL}{user.pk}/"


def send(desk: Desk, user: User, action: str, **more: str) -> Answer:
    return desk.post(page_of(user), {"action": action, **more})


def role_of(user: User) -> str:
    return rights.role_of(User.objects.get(pk=user.pk))


def password_in(page: Answer) -> str:
    (password,) = PASSWORD.findall(page.html)
    return str(password)


def test_list_tells_role_factor_and_requests(manager_at_desk: Desk, coordinator: User) -> None:
    give_app(coordinator)
    rows.step(rows.request(), State.CLAIMED, owner="ana")
    rows.step(rows.request_in(State.CLAIMED), State.SPAM)
    away = member("zoe", AUDITOR)
    User.objects.filter(pk=away.pk).update(is_active=False)
    User.objects.create_user("visitor")

    answer = manager_at_desk.get(ALL)

    seen = [
        (each.user.username, each.role, each.has_factor, each.open_requests, each.user.is_active)
        for each in answer.context["colleagues"]
    ]
    assert seen == [
        ("ana", COORDINATOR, True, 1, True),
        ("max", MANAGER, False, 0, True),
        ("zoe", AUDITOR, False, 0, False),
    ]
    assert "deactivated" in answer.text


def test_recovery_codes_alone_are_no_factor(manager_at_desk: Desk, auditor: User) -> None:
    RecoveryCodes.activate(auditor)

    assert "set up" not in manager_at_desk.get(ALL).text.replace("not set up yet", "")


def test_last_sign_in_is_told(morning: datetime, manager_at_desk: Desk, auditor: User) -> None:
    text = manager_at_desk.get(ALL).text

    assert "Tue, Mar 11, 10:30 am" in text
    assert "never" in text


def test_list_costs_as_many_queries_with_twenty_as_with_two(manager_at_desk: Desk) -> None:
    counts = []
    for number in (1, 18):
        for each in range(number):
            member(f"kim-{number}-{each}", COORDINATOR)
        with CaptureQueriesContext(connection) as queries:
            manager_at_desk.get(ALL)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("everything", "words"), [(True, "opens everything"), (False, "opens nothing")]
)
def test_account_without_a_role_says_what_it_opens(
    manager_at_desk: Desk, everything: bool, words: str
) -> None:
    """`createsuperuser` is still there, for whoever looks after the server."""
    User.objects.create_user("root", is_staff=True, is_superuser=everything)

    assert words in manager_at_desk.get(ALL).text


@pytest.mark.parametrize("active", [True, False])
def test_open_requests_of_a_colleague_are_named(
    manager_at_desk: Desk, coordinator: User, active: bool
) -> None:
    mine, other = rows.request(), rows.request_in(State.CLAIMED)
    rows.step(mine, State.CLAIMED, owner="ana")
    User.objects.filter(pk=coordinator.pk).update(is_active=active)

    text = manager_at_desk.get(page_of(coordinator)).text

    assert str(mine) in text
    assert str(other) not in text
    assert ("Nobody works on these now" in text) is not active


@pytest.mark.parametrize("number", [0, 10**9])
def test_no_such_colleague(manager_at_desk: Desk, number: int) -> None:
    assert manager_at_desk.get(f"{ALL}{number}/").status == 404


def test_account_that_is_no_staff_is_no_colleague(manager_at_desk: Desk) -> None:
    visitor = User.objects.create_user("visitor")

    assert manager_at_desk.get(page_of(visitor)).status == 404
    assert send(manager_at_desk, visitor, "role", role=MANAGER).status == 404
    assert role_of(visitor) == ""


def test_new_colleague_signs_in_with_the_password_that_was_shown(
    manager_at_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = manager_at_desk.post(ADD, {"username": "kim", "role": COORDINATOR})

    password = password_in(answer)
    user = authenticate(username="kim", password=password)
    assert (answer.status, answer.headers["Cache-Control"].count("no-store")) == (200, 1)
    assert isinstance(user, User)
    assert (user.is_staff, user.is_superuser, role_of(user)) == (True, False, COORDINATOR)
    assert ledger_lines() == [("account_created", "max", f"account {user.pk}: intake coordinator")]
    assert password not in caplog.text
    assert password not in str([each.get_decoded() for each in Session.objects.all()])
    assert not PASSWORD.search(manager_at_desk.get(ALL).html)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"username": "", "role": AUDITOR}, "Enter a username."),
        ({"username": "Kim Lee", "role": AUDITOR}, "Use letters, digits"),
        ({"username": "k" * 151, "role": AUDITOR}, "at most 150"),
        ({"username": "MAX", "role": AUDITOR}, "This username is taken."),
        ({"username": "worker", "role": AUDITOR}, "This username is taken."),
        ({"username": "Site", "role": AUDITOR}, "This username is taken."),
        ({"username": "kim", "role": ""}, "Choose a role."),
        ({"username": "kim", "role": "superuser"}, "Choose a role."),
    ],
)
def test_what_makes_no_account(manager_at_desk: Desk, typed: dict[str, str], words: str) -> None:
    before = User.objects.count()

    answer = manager_at_desk.post(ADD, typed)

    assert (answer.status, User.objects.count(), ledger_lines()) == (422, before, [])
    assert words in answer.text
    assert answer.title.startswith("Error: ")
    assert answer.values["username"] == typed["username"]


def test_same_name_at_the_same_moment_makes_one_account(
    monkeypatch: pytest.MonkeyPatch, manager: User
) -> None:
    monkeypatch.setattr(accounts, "is_taken", lambda name: False)

    with pytest.raises(accounts.AccountExists):
        accounts.create("max", AUDITOR, by="max")

    assert role_of(manager) == MANAGER


def test_role_changes_at_once(manager_at_desk: Desk, auditor_at_desk: Desk) -> None:
    auditor = User.objects.get(username="aud")
    assert auditor_at_desk.get("/desk/queue/").status == 403

    answer = send(manager_at_desk, auditor, "role", role=COORDINATOR)

    assert answer.location == page_of(auditor)
    assert auditor_at_desk.get("/desk/queue/").status == 200
    assert auditor_at_desk.get("/desk/ledger/").status == 403
    change = f"account {auditor.pk}: auditor > intake coordinator"
    assert ledger_lines() == [("role_changed", "max", change)]


def test_who_had_no_role_gets_one(manager_at_desk: Desk) -> None:
    new = User.objects.create_user("new", is_staff=True)

    send(manager_at_desk, new, "role", role=AUDITOR)

    assert role_of(new) == AUDITOR
    assert ledger_lines()[0][2] == f"account {new.pk}: no role > auditor"


@pytest.mark.parametrize("role", ["", "superuser"])
def test_unknown_role_changes_nothing(manager_at_desk: Desk, auditor: User, role: str) -> None:
    answer = send(manager_at_desk, auditor, "role", role=role)

    assert (answer.status, role_of(auditor), ledger_lines()) == (422, AUDITOR, [])
    assert "Choose a role." in answer.text


def test_deactivated_colleague_is_out_and_old_cookies_stay_out(
    manager_at_desk: Desk, coordinator: User
) -> None:
    give_app(coordinator)
    coordinator.set_password("right-horse-7")
    coordinator.save()
    theirs = Client()
    send_password(theirs, "ana", "right-horse-7")
    send_code(theirs, code())
    assert is_at_work(theirs)

    send(manager_at_desk, coordinator, "deactivate")
    assert not is_at_work(theirs)
    assert authenticate(username="ana", password="right-horse-7") is None

    send(manager_at_desk, coordinator, "activate")
    assert not is_at_work(theirs)
    assert authenticate(username="ana", password="right-horse-7") == coordinator
    assert [line[0] for line in ledger_lines()] == ["account_deactivated", "account_activated"]
    assert {line[1:] for line in ledger_lines()} == {("max", f"account {coordinator.pk}")}


def test_requests_of_a_deactivated_colleague_stay_open(
    manager_at_desk: Desk, coordinator: User
) -> None:
    row = rows.request()
    rows.step(row, State.CLAIMED, owner="ana")

    send(manager_at_desk, coordinator, "deactivate")

    row.refresh_from_db()
    assert (row.state, row.owner) == (State.CLAIMED, "ana")
    assert row.next_due is not None


def test_lost_factor_is_reset_by_a_manager(manager_at_desk: Desk, coordinator: User) -> None:
    give_app(coordinator)
    theirs = Desk(coordinator)

    answer = send(manager_at_desk, coordinator, "reset")

    assert authenticate(username="ana", password=password_in(answer)) == coordinator
    assert not Authenticator.objects.filter(user=coordinator).exists()
    assert theirs.get("/desk/").status == 302
    assert ledger_lines() == [("factor_reset", "max", f"account {coordinator.pk}")]


def test_asking_changes_nothing(manager_at_desk: Desk, auditor: User) -> None:
    for action in ("role", "deactivate", "reset"):
        assert manager_at_desk.get(page_of(auditor), action=action, role=MANAGER).status == 200

    assert (role_of(auditor), ledger_lines()) == (AUDITOR, [])
    assert manager_at_desk.post(ALL, {"action": "deactivate"}).status == 405


CHANGES: dict[str, Callable[[User, User], Any]] = {
    "role": lambda whose, by: colleagues.change_role(whose.pk, MANAGER, by=by),
    "deactivate": lambda whose, by: colleagues.deactivate(whose.pk, by=by),
    "activate": lambda whose, by: colleagues.activate(whose.pk, by=by),
    "reset": lambda whose, by: colleagues.reset_factor(whose.pk, by=by),
    "add": lambda whose, by: accounts.create("kim", AUDITOR, by=by.username),
}


def state_of_accounts() -> list[Any]:
    columns = ("username", "password", "is_active", "groups__name")
    return [*User.objects.order_by("pk").values_list(*columns), Authenticator.objects.count()]


@pytest.mark.parametrize("change", CHANGES)
def test_without_its_ledger_line_nothing_changes(
    change: str, manager: User, auditor: User, broken_ledger: Callable[[], None]
) -> None:
    give_app(auditor)
    if change == "activate":
        User.objects.filter(pk=auditor.pk).update(is_active=False)
    before = state_of_accounts()
    broken_ledger()

    with pytest.raises(DatabaseError):
        CHANGES[change](auditor, manager)

    assert state_of_accounts() == before


@pytest.mark.parametrize("action", ["role", "deactivate", "activate", "reset"])
def test_every_change_asks_for_the_second_factor_again(
    manager: User, auditor: User, action: str
) -> None:
    give_app(manager)
    desk = Desk(manager).proved(minutes_ago=6)
    before = state_of_accounts()

    for answer in (
        desk.get(page_of(auditor)),
        send(desk, auditor, action, role=MANAGER),
        desk.post(ADD, {"username": "kim", "role": MANAGER}),
    ):
        assert answer.location.startswith("/desk/security/again/?next=%2Fdesk%2Fcolleagues%2F")
    assert (state_of_accounts(), ledger_lines()) == (before, [])
    assert desk.get(ALL).status == 200, "looking is free"


@pytest.mark.parametrize("action", ["role", "deactivate", "reset"])
def test_own_account_is_changed_by_another_manager(
    manager_at_desk: Desk, manager: User, action: str
) -> None:
    before = state_of_accounts()

    answer = send(manager_at_desk, manager, action, role=COORDINATOR)

    assert answer.status == 422
    assert "another manager changes it" in answer.text
    assert answer.offered("action") == [], "nothing is offered either"
    assert (state_of_accounts(), ledger_lines()) == (before, [])


@pytest.mark.parametrize("lost", ["role", "active", "staff"])
@pytest.mark.parametrize("change", ["role", "deactivate", "activate", "reset"])
def test_who_is_no_manager_any_more_changes_nothing(
    change: str, lost: str, manager: User, auditor: User
) -> None:
    """Although the page was opened while they were."""
    if lost == "role":
        rights.give(User.objects.get(pk=manager.pk), COORDINATOR)
    else:
        User.objects.filter(pk=manager.pk).update(**{f"is_{lost}": False})
    before = state_of_accounts()

    with pytest.raises(ChangeRefused, match="not a manager"):
        CHANGES[change](auditor, manager)

    assert (state_of_accounts(), ledger_lines()) == (before, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["deactivate", "demote"])
def test_two_managers_cannot_remove_each_other(change: str) -> None:
    """The second waits for the first, and then is no manager any more."""
    one, two = member("one", MANAGER), member("two", MANAGER)
    refused: list[str] = []

    def remove(whose: User, by: User) -> None:
        if change == "deactivate":
            colleagues.deactivate(whose.pk, by=by)
        else:
            colleagues.change_role(whose.pk, AUDITOR, by=by)

    def second() -> None:
        try:
            remove(one, two)
        except ChangeRefused as error:
            refused.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        remove(two, one)
        thread = threading.Thread(target=second)
        thread.start()
        until(lambda: is_blocked() or not thread.is_alive())
    thread.join()

    assert refused == ["You are not a manager any more. Nothing was changed."]
    assert User.objects.get(pk=one.pk).has_perm(rights.LOOK_AFTER_COLLEAGUES)
    assert not User.objects.get(pk=two.pk).has_perm(rights.LOOK_AFTER_COLLEAGUES)


def is_blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
