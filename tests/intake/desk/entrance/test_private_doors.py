"""The private doors of allauth and Django that the desk uses (decision 0010).

Tests of behavior guard most of them. Here are those whose move no other test would notice.
"""

import re
from datetime import datetime, timedelta
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account import urls as account_urls
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import urls as mfa_urls
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions import urls as usersessions_urls
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.urls import URLResolver, reverse

from intake.desk.entrance import urls
from intake.desk.entrance.second_factor import SecondFactor
from intake.desk.entrance.signing_in import SigningIn
from tests import CHECKOUT
from tests.intake import rows
from tests.plugin import desk
from tests.plugin.desk import LOGIN, Answer, Desk, get, send_code
from tests.plugin.staff import code, give_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

PASSWORD = "right-horse-7"
TEMPLATES = CHECKOUT / "templates"
OVERRIDDEN = [
    str(path.relative_to(TEMPLATES))
    for folder in ("account", "mfa", "usersessions")
    for path in sorted((TEMPLATES / folder).rglob("*.html"))
]


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana", password=PASSWORD, is_staff=True)


def send_password(client: Client, password: str = PASSWORD) -> Answer:
    return desk.send_password(client, "ana", password)


def passkey(owner: User) -> Authenticator:
    return Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key"})


def remove(key: Authenticator) -> str:
    """The address that removes it."""
    return reverse("mfa_remove_webauthn", args=[key.pk])


def names_of(patterns: list[Any]) -> set[str]:
    """The names of these URLs and of those that they include."""
    return {
        name
        for each in patterns
        for name in (names_of(each.url_patterns) if isinstance(each, URLResolver) else {each.name})
    }


def test_every_door_names_tests_that_are_there() -> None:
    record = (CHECKOUT / "docs/decisions/0010-private-doors-of-allauth.md").read_text("utf-8")
    doors = [line for line in record.splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`([\w/]+\.py)::(\w+)`", door) for door in doors]

    assert all(named)
    for path, name in (each for tests in named for each in tests):
        file = CHECKOUT / path if "/" in path else Path(__file__).with_name(path)
        assert f"def {name}(" in file.read_text("utf-8"), name


def test_urls_have_the_names_that_allauth_redirects_to() -> None:
    theirs = names_of(
        [*account_urls.urlpatterns, *mfa_urls.urlpatterns, *usersessions_urls.urlpatterns]
    )

    assert names_of(urls.urlpatterns) <= theirs


def test_template_stands_in_the_place_of_one_that_allauth_has() -> None:
    theirs = files("allauth").joinpath("templates")

    assert [name for name in OVERRIDDEN if not theirs.joinpath(name).is_file()] == []


def test_every_page_of_signing_in_shows_our_template(ana: User) -> None:
    first_time, half_way, inside = Client(), Client(), Desk(ana).client
    send_password(first_time)
    shown = {"mfa_activate_totp": get(first_time, reverse("mfa_activate_totp"))}
    give_app(ana)
    RecoveryCodes.activate(ana)
    send_password(half_way)
    shown |= {
        name: get(browser, reverse(name))
        for browser, names in (
            (Client(), ["account_login"]),
            (half_way, ["mfa_authenticate"]),
            (inside, ["mfa_index", "mfa_add_webauthn", "mfa_deactivate_totp"]),
            (inside, ["mfa_view_recovery_codes", "mfa_generate_recovery_codes"]),
            (inside, ["mfa_reauthenticate", "mfa_reauthenticate_webauthn", "usersessions_list"]),
        )
        for name in names
    }
    shown["mfa_remove_webauthn"] = get(inside, remove(passkey(ana)))

    assert {name: page.status for name, page in shown.items()} == dict.fromkeys(shown, 200)
    assert [each for each in shown if 'class="record account"' not in shown[each].html] == []
    assert len(shown) == len(OVERRIDDEN)
    assert shown.keys() == names_of(urls.urlpatterns) - {"account_logout", "mfa_login_webauthn"}


def test_scripts_of_passkeys_are_where_the_page_loads_them() -> None:
    for path in ("mfa/js/webauthn-json.js", "mfa/js/webauthn.js", "account/js/onload.js"):
        assert finders.find(path), path


def test_failures_count_by_username_whatever_host_is_asked(ana: User) -> None:
    """`_get_login_attempts_cache_key`: the host is chosen by whoever sends the request."""
    give_app(ana)
    for host in ("testserver", "localhost", "127.0.0.1", "testserver", "localhost"):
        send_password(Client(HTTP_HOST=host), "wrong")

    answer = send_password(Client(HTTP_HOST="127.0.0.1"))

    assert "Too many wrong tries" in answer.html


def test_refused_sign_in_leaves_nothing_half_done(ana: User) -> None:
    """`stagekit.clear_login`: else the second step would go on where the first was refused."""
    give_app(ana)
    User.objects.filter(pk=ana.pk).update(is_staff=False)
    client = Client()

    send_password(client)

    assert not [name for name, _ in client.session.items() if name.startswith("account_")]
    assert get(client, reverse("mfa_authenticate")).location == LOGIN


def test_allauth_never_asks_for_the_password_again(ana: User) -> None:
    """`is_reauthentication_required`: its page for that has no address here."""
    client = Client()
    send_password(client)

    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=10)):
        assert get(client, reverse("mfa_activate_totp")).status == 200


def test_step_up_offers_the_other_factor(ana: User) -> None:
    """`get_reauthentication_methods`: code and passkey, and no password."""
    give_app(ana)
    at_desk = Desk(ana)
    code_page, passkey_page = "mfa_reauthenticate", "mfa_reauthenticate_webauthn"

    by_code = at_desk.get(reverse(code_page)).html
    by_passkey = at_desk.get(reverse(passkey_page)).html

    assert f'<a href="{reverse(passkey_page)}">Use a passkey</a>' in by_code
    assert f'<a href="{reverse(code_page)}">Use a code</a>' in by_passkey
    assert 'type="password"' not in by_code + by_passkey


def test_session_records_are_read_as_allauth_writes_them(ana: User) -> None:
    """`method` and `at` of a record: what tests write by hand is what a sign-in writes."""
    give_app(ana)
    by_hand, by_allauth = Desk(ana).client, Client()
    send_password(by_allauth)

    send_code(by_allauth, code())

    ours, theirs = (
        browser.session["account_authentication_methods"][-1] for browser in (by_hand, by_allauth)
    )
    assert ours.items() <= (theirs | {"at": ours["at"]}).items()
    assert abs(theirs["at"] - ours["at"]) < 60


def test_sign_in_itself_says_nothing(ana: User) -> None:
    """allauth announces each success by a template of its own, which is not on the path here."""
    assert send_password(Client()).messages == []


def test_last_passkey_stays(ana: User) -> None:
    """`RemoveWebAuthnView.form_valid` would remove it: allauth asks its adapter for apps only."""
    key = passkey(ana)

    answer = Desk(ana).post(remove(key))

    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert "This is your only second factor" in " ".join(answer.messages)


def test_passkey_goes_when_there_is_another_factor(ana: User) -> None:
    give_app(ana)
    key = passkey(ana)

    Desk(ana).post(remove(key))

    assert not Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(SigningIn, DefaultAccountAdapter), (SecondFactor, DefaultMFAAdapter)],
)
def test_messages_replace_some_that_allauth_has(ours: Any, theirs: Any) -> None:
    """`error_messages`: a key that allauth renames would bring its own words back."""
    assert ours.error_messages.keys() == theirs.error_messages.keys()


def test_cache_table_has_the_columns_that_django_would_give_it() -> None:
    """`desk_remembered` is made by a migration, because no process of ours may make tables."""
    sql = StringIO()
    call_command("createcachetable", "another_name", dry_run=True, stdout=sql)
    wanted = re.findall(r'^ +"(\w+)" (\w+)', sql.getvalue(), re.MULTILINE)

    ours = rows.sql(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = 'desk_remembered' ORDER BY ordinal_position"
    )

    names = {"character varying": "varchar", "timestamp with time zone": "timestamp"}
    assert [(name, names.get(kind, kind)) for name, kind in ours] == wanted
