"""Signing in: both factors, limits that hold, logins that end (T11). Every address of the desk is
tried without the second factor in test_url_matrix.
"""

import os
import re
import subprocess
import sys
import urllib.request
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from intake.desk.entrance import factor_secrets, sign_in_records, signing_in
from intake.desk.entrance.rights import AUDITOR, COORDINATOR, MANAGER
from intake.desk.frame import site
from intake.models import LedgerEntry
from tests import CHECKOUT
from tests.plugin import desk
from tests.plugin.desk import CODE, LOGIN, QUEUE, Answer, get, is_at_work, post, send_code
from tests.plugin.live_site import running_site
from tests.plugin.staff import SECRET, code, give_app, member, prove, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

SECURITY = "/desk/security/"
APP = "/desk/security/app/"
CODES = "/desk/security/codes/"
PASSWORD = "right-horse-7"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana", password=PASSWORD, is_staff=True)


@pytest.fixture
def with_app(ana: User) -> User:
    give_app(ana)
    return ana


def send_password(client: Client, password: str = PASSWORD, name: str = "ana") -> Answer:
    return desk.send_password(client, name, password)


def sign_in(client: Client, text: str) -> Answer:
    send_password(client)
    return send_code(client, text)


def secret_of(page: Answer) -> str:
    """The key that the page shows beside the square to scan."""
    return page.text.partition("Key: ")[2].split()[0]


@pytest.mark.parametrize(
    "name",
    [
        *("account_signup", "account_reset_password", "account_email"),
        *("account_reauthenticate", "account_change_password"),
        *("mfa_download_recovery_codes", "mfa_signup_webauthn"),
    ],
)
def test_what_is_not_used_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_allauth_is_not_in_the_admin() -> None:
    registered = [model for each in (site.desk, admin.site) for model in each._registry]

    assert {model._meta.app_label for model in registered} == {"intake"}


@pytest.mark.django_db(transaction=True)
def test_first_sign_in_sets_a_factor_up_and_then_opens_the_desk(client: Client, ana: User) -> None:
    assert send_password(client).location == "/desk/"
    assert client.get("/desk/", follow=True).redirect_chain[-1][0] == SECURITY
    page = get(client, APP)
    secret = secret_of(page)
    assert "<svg" in page.html and "data:" not in page.html

    wrong = post(client, APP, {"code": "000000"})
    assert wrong.status == 200 and not is_at_work(client)
    assert secret in wrong.html, "the app that was added stays right"
    done = post(client, APP, {"code": code(secret)})

    assert done.location == CODES
    assert is_at_work(client)
    line = LedgerEntry.objects.get(action="factor_added")
    assert (line.by, line.detail) == ("ana", "totp")


def test_secret_is_nowhere_in_clear(client: Client, ana: User) -> None:
    send_password(client)
    waiting = secret_of(get(client, APP))
    sessions = [str(Session.objects.get(pk=row.pk).get_decoded()) for row in Session.objects.all()]
    assert sessions and not [text for text in sessions if waiting in text]

    post(client, APP, {"code": code(waiting)})

    assert Authenticator.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = " ".join(text for (text,) in cursor.fetchall())
        cursor.execute("SELECT coalesce(string_agg(value, ' '), '') FROM desk_remembered")
        stored += cursor.fetchone()[0]
    assert waiting not in stored
    assert factor_secrets.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == waiting


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_are_shown_once(client: Client, ana: User) -> None:
    send_password(client)
    secret = secret_of(get(client, APP))
    post(client, APP, {"code": code(secret)})
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    first, second = (get(client, CODES).html for _ in range(2))

    assert len(codes) == 10 and all(each in first for each in codes)
    assert not [each for each in codes if each in second]


def test_password_and_code_open_the_desk(client: Client, with_app: User) -> None:
    assert send_password(client).location == CODE
    assert not is_at_work(client)
    send_password(client)

    assert send_code(client, code()).location == "/desk/"

    assert is_at_work(client)


@pytest.mark.parametrize(
    ("role", "first"), [(COORDINATOR, QUEUE), (MANAGER, QUEUE), (AUDITOR, "/desk/ledger/")]
)
def test_first_page_is_that_of_ones_work(client: Client, role: str, first: str) -> None:
    user = member("kim", role)
    user.set_password(PASSWORD)
    user.save()
    give_app(user)
    post(client, LOGIN, {"login": "kim", "password": PASSWORD})

    assert send_code(client, code()).location == first


def test_the_person_comes_to_the_page_that_was_asked_for(client: Client, with_app: User) -> None:
    asked = get(client, "/desk/intake/request/").location
    post(client, asked, {"login": "ana", "password": PASSWORD, "next": "/desk/intake/request/"})

    assert send_code(client, code()).location == "/desk/intake/request/"


@pytest.mark.parametrize(("periods", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(
    client: Client, with_app: User, periods: int, opens: bool
) -> None:
    with time_machine.travel(datetime.now().astimezone(), tick=False):
        sign_in(client, code(periods=periods))

        assert is_at_work(client) is opens


def test_a_code_counts_once(with_app: User) -> None:
    first, second = Client(), Client()
    shown = code(periods=1)
    sign_in(first, shown)
    assert is_at_work(first)

    with time_machine.travel(datetime.now().astimezone() + timedelta(seconds=35)):
        answer = sign_in(second, f" {shown[:3]} {shown[3:]}")

    assert "used already" in answer.html
    assert not is_at_work(second)


def test_a_recovery_code_counts_once(with_app: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    one, other = RecoveryCodes.activate(with_app).get_unused_codes()[:2]
    browsers = Client(), Client(), Client()

    for client, text in zip(browsers, (one, one, other), strict=True):
        sign_in(client, text)

    assert [is_at_work(client) for client in browsers] == [True, False, True]
    assert LedgerEntry.objects.filter(action="recovery_code_used", by="ana").count() == 2


@pytest.mark.parametrize("changed", [{"is_staff": False}, {"is_active": False}])
def test_others_learn_no_more_than_with_a_wrong_password(
    client: Client, ana: User, changed: dict[str, bool]
) -> None:
    User.objects.filter(pk=ana.pk).update(**changed)

    answer = send_password(client)

    page = get(client, answer.location) if answer.location else answer
    assert "do not go together" in page.html
    assert "_auth_user_id" not in client.session


def test_who_is_no_staff_any_more_is_out_at_once(with_app: User) -> None:
    client = signed_in(with_app)
    User.objects.filter(pk=with_app.pk).update(is_staff=False)

    assert not is_at_work(client)
    assert get(client, LOGIN).status == 200, "no circle of redirects"


def test_five_wrong_passwords_then_waiting(client: Client, with_app: User) -> None:
    for _ in range(5):
        assert "do not go together" in send_password(client, "wrong").html

    assert "Too many wrong tries" in send_password(client).html
    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=16)):
        assert send_password(client).location == CODE


def test_right_passwords_do_not_count(with_app: User) -> None:
    for _ in range(8):
        assert send_password(Client()).location == CODE


def test_five_wrong_codes_then_waiting(client: Client, with_app: User) -> None:
    send_password(client)
    for _ in range(5):
        send_code(client, "000000")

    assert "Too many wrong tries" in send_code(client, code()).html


def test_one_network_tries_many_names(client: Client, ana: User) -> None:
    for number in range(30):
        send_password(client, "wrong", name=f"name-{number}")

    assert "Too many wrong tries" in send_password(client).html
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert send_password(elsewhere).status == 302


def test_limits_keep_no_address_and_no_name(client: Client, ana: User) -> None:
    send_password(Client(REMOTE_ADDR="203.0.113.9"), "wrong")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key || ' ' || value, ' ') FROM desk_remembered")
        kept = cursor.fetchone()[0]
    assert kept
    assert not re.search(r"203\.0\.113|\bana\b", kept)


def test_network_is_the_one_that_the_trusted_proxy_saw(rf: Any, settings: Any) -> None:
    def name(seen: str) -> str:
        return signing_in.network_name(rf.get("/", HTTP_X_FORWARDED_FOR=seen))

    settings.TRUSTED_PROXIES = 1
    assert name("6.6.6.6, 203.0.113.9") == name("7.7.7.7, 203.0.113.200")
    assert name("203.0.113.9") != name("203.0.114.9")
    settings.TRUSTED_PROXIES = 0
    assert name("203.0.113.9") == name("203.0.114.9")


@pytest.mark.django_db(transaction=True)
def test_twenty_wrong_logins_at_several_processes_are_limited(ana: User) -> None:
    """T11. Each process alone would allow five."""
    with (
        running_site("--workers", "3", CLINIC_SERVES="desk") as one,
        running_site(CLINIC_SERVES="desk") as two,
    ):
        answers = [wrong_password((one, two)[number % 2]) for number in range(20)]

    refusals = [answer for answer in answers if "do not go together" in answer]
    waits = [answer for answer in answers if "Too many wrong tries" in answer]
    assert (len(refusals), len(waits)) == (5, 15)


def wrong_password(address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{address}{LOGIN}").read().decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
    sent = {"csrfmiddlewaretoken": token, "login": "ana", "password": "wrong"}
    return str(opener.open(f"{address}{LOGIN}", urlencode(sent).encode()).read().decode())


def test_replayed_cookie_after_rest_is_refused(with_app: User) -> None:
    """T11."""
    start = datetime.now().astimezone()
    client = signed_in(with_app)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    with time_machine.travel(start + timedelta(minutes=14)):
        assert is_at_work(client)
    with time_machine.travel(start + timedelta(minutes=28)):
        assert is_at_work(client), "work prolongs it"

    with time_machine.travel(start + timedelta(minutes=44)):
        thief = Client()
        thief.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
        assert not is_at_work(thief)
    assert not is_at_work(client), "it stays refused when the clock goes back"


def test_pages_for_readers_do_not_prolong_a_login(with_app: User) -> None:
    start = datetime.now().astimezone()
    client = signed_in(with_app)
    with time_machine.travel(start + timedelta(minutes=10)):
        assert get(client, "/faq/").status == 200
    with time_machine.travel(start + timedelta(minutes=16)):
        assert not is_at_work(client)


def test_page_that_refreshes_itself_does_not_prolong_a_login(with_app: User) -> None:
    start = datetime.now().astimezone()
    client = signed_in(with_app)
    for minutes in (5, 10, 14):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert get(client, "/desk/", {"x-refresh": "1"}).status == 200
    with time_machine.travel(start + timedelta(minutes=16)):
        assert not is_at_work(client)


def test_a_working_day_ends(with_app: User) -> None:
    start = datetime.now().astimezone()
    client = signed_in(with_app)
    for minutes in range(10, 8 * 60, 10):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert is_at_work(client)
    with time_machine.travel(start + timedelta(hours=8, minutes=1)):
        assert not is_at_work(client)


def test_pages_set_no_cookie_for_staff_either(with_app: User) -> None:
    start = datetime.now().astimezone()
    client = signed_in(with_app)
    with time_machine.travel(start + timedelta(minutes=5)):
        for path in ("/", "/faq/", "/contact/", "/no-such-page/", "/healthz"):
            answer = client.get(path)
            assert not answer.cookies, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path
        assert client.get("/desk/").cookies, "the desk does"


def test_session_list_and_sign_out_elsewhere(with_app: User) -> None:
    here, there = (Client(headers={"user-agent": AGENT}) for _ in range(2))
    sign_in(here, code())
    sign_in(there, code(periods=1))
    assert is_at_work(here) and is_at_work(there)
    assert get(here, "/desk/security/logins/").text.count("Firefox on Linux") == 2

    post(here, "/desk/security/logins/")

    assert (is_at_work(here), is_at_work(there)) == (True, False)


def test_list_of_logins_keeps_no_address_and_no_agent(with_app: User) -> None:
    client = Client(headers={"user-agent": AGENT}, REMOTE_ADDR="203.0.113.9")
    sign_in(client, code())

    login = UserSession.objects.get()

    assert login.user_agent == "Firefox on Linux"
    assert login.ip.startswith("fd")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (AGENT, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "A browser"),
        ("Firefox on Linux", "Firefox on Linux"),
    ],
)
def test_browsers_have_names(agent: str, name: str) -> None:
    assert sign_in_records.browser_name(agent) == name


def test_signing_out_takes_a_button(with_app: User) -> None:
    client = signed_in(with_app)

    assert get(client, "/desk/logout/").status == 405
    assert post(client, "/desk/logout/").location == LOGIN
    assert not is_at_work(client)


@pytest.mark.parametrize(
    "address", [CODES, "/desk/security/codes/new/", "/desk/security/app/remove/"]
)
def test_delicate_pages_ask_again(with_app: User, address: str) -> None:
    client = signed_in(with_app)
    prove(client, with_app, minutes_ago=6)

    for answer in (get(client, address), post(client, address)):
        assert answer.location == f"/desk/security/again/?{urlencode({'next': address})}"

    again = post(client, answer.location, {"code": code(), "next": address})
    assert again.location == address
    assert get(client, address).status in (200, 404)


def test_wrong_code_does_not_prove_again(with_app: User) -> None:
    client = signed_in(with_app)
    prove(client, with_app, minutes_ago=6)

    post(client, "/desk/security/again/", {"code": "000000", "next": CODES})

    assert get(client, CODES).status == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_elsewhere(with_app: User, target: str) -> None:
    client = Client()
    post(client, LOGIN, {"login": "ana", "password": PASSWORD, "next": target})

    assert "evil" not in send_code(client, code()).location


def test_the_last_factor_stays(with_app: User) -> None:
    client = signed_in(with_app)

    post(client, "/desk/security/app/remove/")

    assert Authenticator.objects.filter(user=with_app, type="totp").exists()


def test_removing_a_factor_ends_logins_elsewhere(with_app: User) -> None:
    here, there = Client(), Client()
    sign_in(here, code())
    sign_in(there, code(periods=1))
    Authenticator.objects.create(user=with_app, type="webauthn", data={"name": "Key"})

    assert post(here, "/desk/security/app/remove/").status == 302

    assert not Authenticator.objects.filter(type="totp").exists()
    assert (is_at_work(here), is_at_work(there)) == (True, False)
    assert LedgerEntry.objects.get(action="factor_removed").detail == "totp"


def test_secrets_open_with_an_old_key_and_not_without(settings: Any) -> None:
    settings.MFA_KEYS = ["old" * 12]
    kept = factor_secrets.encrypt(SECRET)
    settings.MFA_KEYS = ["new" * 12, "old" * 12]
    assert factor_secrets.decrypt(kept) == SECRET
    assert factor_secrets.encrypt(SECRET).partition(":")[0] != kept.partition(":")[0]
    settings.MFA_KEYS = ["new" * 12]
    with pytest.raises(factor_secrets.UnknownKey):
        factor_secrets.decrypt(kept)


def test_changed_secret_is_noticed() -> None:
    kept = factor_secrets.encrypt(SECRET)
    flipped = kept[:-3] + ("AA=" if kept[-3:] != "AA=" else "BB=")

    with pytest.raises(factor_secrets.UnknownKey):
        factor_secrets.decrypt(flipped)


def test_first_manager_is_made_once(capsys: pytest.CaptureFixture[str], client: Client) -> None:
    call_command("create_manager", "max")
    name, _, password = capsys.readouterr().out.partition(" (")[0].partition(" / ")
    manager = User.objects.get(username="max")

    assert (name, manager.groups.get().name) == ("max", "clinic manager")
    assert (manager.is_staff, manager.is_superuser) == (True, False)
    assert send_password(client, password, name="max").status == 302
    assert not is_at_work(client)
    line = LedgerEntry.objects.get(action="account_created")
    assert (line.by, line.detail) == ("command", f"account {manager.pk}: clinic manager")
    with pytest.raises(CommandError, match="exists already"):
        call_command("create_manager", "max")


def test_lost_factor_is_reset(capsys: pytest.CaptureFixture[str], with_app: User) -> None:
    client = Client()
    sign_in(client, code())
    assert is_at_work(client)

    call_command("reset_factor", "ana")

    password = capsys.readouterr().out.partition(" (")[0].partition(" / ")[2]
    assert not is_at_work(client)
    assert not Authenticator.objects.exists()
    assert send_password(Client()).status == 200, "the old password is gone"
    assert send_password(client, password).location == "/desk/"
    assert client.get("/desk/", follow=True).redirect_chain[-1][0] == SECURITY
    assert LedgerEntry.objects.get(action="factor_reset").detail == f"account {with_app.pk}"


def test_reset_of_nobody_says_so() -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_factor", "nobody")


LOADED = """
import sys, django
django.setup()
import clinic_site.urls
from django.urls import resolve, Resolver404
try:
    resolve("/desk/login/")
except Resolver404:
    print("no desk")
print(sorted({"allauth", "fido2", "qrcode", "intake.desk"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("serves", "printed"),
    [("site", "no desk\n[]\n"), ("desk", "['allauth', 'fido2', 'intake.desk']\n")],
)
def test_site_loads_nothing_of_signing_in(serves: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=CHECKOUT,
        env=os.environ | {"CLINIC_SERVES": serves},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == printed
