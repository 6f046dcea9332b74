"""Who was signed out meanwhile gets back what they typed, in the page and nowhere else (T11)."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from intake.desk.entrance import rights
from intake.desk.frame import kept_post
from intake.desk.frame.refusals import token_refused
from intake.models import LedgerEntry, Request
from intake.seal import keys
from intake.store import staff_text
from tests.intake import rows
from tests.intake.desk.record.test_views import address
from tests.intake.receive.typed_form import FORM_TYPE, Fields
from tests.plugin.staff import SECRET, code, give_app, member, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]
MARKER = "marker-kept-41"
NAUGHTY = f'"><script>alert(1)</script>\n{MARKER} “ü”'
OURS = {"sec-fetch-site": "same-origin"}
LOST = "Nothing is lost"
TOKEN = "csrfmiddlewaretoken"
OF_ANOTHER_LOGIN = "a" * 64


@pytest.fixture
def row() -> Request:
    return rows.request()


@pytest.fixture
def signed_out() -> Client:
    """A browser that was signed in and is not any more."""
    return Client(enforce_csrf_checks=False)


@pytest.fixture
def strict(coordinator: User) -> Client:
    """The browser of somebody who is signed in, and whose CSRF tokens are looked at."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(coordinator).cookies
    client.get("/desk/queue/")
    return client


def post(client: Client, path: str, headers: dict[str, str] = OURS, **fields: Any) -> HttpResponse:
    return client.post(path, {"action": "note", "text": NAUGHTY} | fields, headers=headers)


def kept(response: HttpResponse) -> dict[str, list[str]]:
    """The hidden fields of the page, without the token."""
    found: dict[str, list[str]] = {}
    for tag, given in Fields(response).tags:
        if tag == "input" and given["name"] != TOKEN:
            assert given["type"] == "hidden"
            found.setdefault(str(given["name"]), []).append(given["value"] or "")
    return found


# ---- signed out


def test_post_after_the_login_ended_keeps_every_field(signed_out: Client, row: Request) -> None:
    path = f"{address(row)}?x=1&y=%22"

    response = post(signed_out, path, seen="0", windows=["1", "4"], empty="")

    page = Fields(response)
    assert response.status_code == 401
    assert "no-store" in response["Cache-Control"]
    assert kept(response) == {
        **{"action": ["note"], "text": [NAUGHTY], "seen": ["0"]},
        **{"windows": ["1", "4"], "empty": [""]},
    }
    assert page.values[TOKEN]
    (form,) = [given for tag, given in page.tags if tag == "form"]
    assert (form["method"], form["action"]) == ("post", path)
    assert not LedgerEntry.objects.exists()


def test_tap_on_an_outcome_is_nothing_typed(signed_out: Client, row: Request) -> None:
    page = Fields(post(signed_out, address(row), action="attempt", outcome="no_answer", text=""))

    assert "Nothing was typed. The button that you pressed is kept" in page.text
    assert page.values["outcome"] == "no_answer"


def test_words_are_not_shown_and_nobody_is_named(signed_out: Client, row: Request) -> None:
    response = post(signed_out, address(row), seen="0")

    page = Fields(response)
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert page.title.strip() == "You were signed out. Nothing is lost. | Follow-up desk"
    assert "1 field of the form is kept" in page.text
    assert MARKER not in page.text and str(row) not in response.content.decode()
    assert "script" not in [tag for tag, given in page.tags if "src" not in given]
    (link,) = [given for _, given in page.tags if given.get("target") == "_blank"]
    assert (link["href"], link["rel"]) == (reverse("account_login"), "noopener")


def test_tap_without_words_is_kept_and_says_so(signed_out: Client, row: Request) -> None:
    response = signed_out.post(
        "/desk/queue/?section=unclaimed",
        {"id": str(row.pk), "changes": "0", "action": "claim"},
        headers=OURS,
    )

    assert kept(response) == {"id": [str(row.pk)], "changes": ["0"], "action": ["claim"]}
    assert "Nothing was typed" in Fields(response).text


def test_sent_again_while_still_signed_out_is_the_same_page(row: Request) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    first = post(client, address(row), csrfmiddlewaretoken=client.cookies["csrftoken"].value)

    again = client.post(address(row), Fields(first).values, headers=OURS)

    assert (first.status_code, again.status_code) == (401, 401)
    assert kept(again) == kept(first) == {"action": ["note"], "text": [NAUGHTY]}
    assert len(Fields(again).named(TOKEN)) == 1


def test_login_that_rested_too_long_and_then_posts(coordinator: User, row: Request) -> None:
    client = signed_in(coordinator)
    assert client.get(address(row)).status_code == 200
    rest = timedelta(minutes=django_settings.DESK_IDLE_MINUTES, seconds=1)

    with time_machine.travel(timezone.now() + rest):
        response = post(client, address(row))

    assert response.status_code == 401
    assert "15 minutes without a step" in Fields(response).text
    assert kept(response)["text"] == [NAUGHTY]


# ---- a token from before the last sign-in


def test_stale_token_keeps_every_field_and_says_who_is_signed_in(
    strict: Client, row: Request
) -> None:
    response = post(strict, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    page = Fields(response)
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert kept(response) == {"action": ["note"], "text": [NAUGHTY]}
    assert "You are signed in again, as ana." in page.text
    assert MARKER not in page.text
    assert not [given for _, given in page.tags if given.get("target") == "_blank"]
    assert not row.texts.exists()


def test_sent_again_with_the_fresh_token_is_done(strict: Client, row: Request) -> None:
    page = post(strict, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    response = strict.post(address(row), Fields(page).values, headers=OURS)

    assert (response.status_code, response["Location"]) == (302, address(row))
    assert staff_text.read(row.texts.get(), keys.private_keys()) == NAUGHTY
    assert LedgerEntry.objects.get().action == "noted"


def test_what_others_did_meanwhile_still_counts(strict: Client, row: Request) -> None:
    stale = {"action": "snooze", "seen": "7", "csrfmiddlewaretoken": OF_ANOTHER_LOGIN}
    page = post(strict, address(row), due="2031-01-01T10:00", reason="other", words="x", **stale)

    response = strict.post(address(row), Fields(page).values, headers=OURS)

    assert response.status_code == 409
    assert "Somebody was faster" in Fields(response).text


def test_stale_token_of_somebody_who_is_signed_out(row: Request) -> None:
    client = Client(enforce_csrf_checks=True)

    response = post(client, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    assert response.status_code == 401
    assert kept(response) == {"action": ["note"], "text": [NAUGHTY]}
    assert client.cookies["csrftoken"].value


def test_post_without_any_token_is_refused_as_ever(strict: Client, row: Request) -> None:
    response = post(strict, address(row))

    assert response.status_code == 403
    assert LOST not in response.content.decode()
    assert "This form can no longer be sent" in Fields(response).text
    assert MARKER not in response.content.decode()


def test_refusal_elsewhere_is_the_readers_page(rf: RequestFactory) -> None:
    """Where one process serves everything, for trying out."""
    response = token_refused(rf.post("/contact/"))

    assert response.status_code == 403
    assert "If you were sending a message" in response.content.decode()


def test_whole_way_with_password_and_code(coordinator: User, row: Request) -> None:
    """The sign-in itself changes the token: what was kept before it meets the page once more."""
    coordinator.set_password("right-horse-7")
    coordinator.save()
    give_app(coordinator, SECRET)
    client = Client(enforce_csrf_checks=True)
    token = Fields(client.get(reverse("account_login"))).values[TOKEN]
    first = post(client, address(row), csrfmiddlewaretoken=token)
    sign_in(client)

    second = client.post(address(row), Fields(first).values, headers=OURS)
    done = client.post(address(row), Fields(second).values, headers=OURS)

    assert [each.status_code for each in (first, second, done)] == [401, 403, 302]
    assert row.texts.get().written_by == "ana"


def sign_in(client: Client) -> None:
    """As in another tab of the same browser."""
    for name, fields in (
        ("account_login", {"login": "ana", "password": "right-horse-7"}),
        ("mfa_authenticate", {"code": code()}),
    ):
        token = Fields(client.get(reverse(name))).values[TOKEN]
        assert client.post(reverse(name), fields | {TOKEN: token}).status_code == 302


# ---- not from us


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "null"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver.example"},
        {"origin": "http://testserver:8000"},
    ],
)
def test_post_that_is_not_plainly_ours_is_answered_as_ever(
    signed_out: Client, strict: Client, row: Request, headers: dict[str, str]
) -> None:
    out = post(signed_out, address(row), headers)
    stale = post(strict, address(row), headers, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    assert out.status_code == 302
    assert out["Location"].startswith(reverse("account_login"))
    assert MARKER not in out["Location"]
    assert stale.status_code == 403
    assert MARKER not in stale.content.decode() and LOST not in stale.content.decode()


def test_browser_that_says_its_origin_only(signed_out: Client, row: Request) -> None:
    response = post(signed_out, address(row), {"origin": "http://testserver"})

    assert response.status_code == 401
    assert kept(response)["text"] == [NAUGHTY]


# ---- what is not kept


@pytest.mark.parametrize(
    "name", ["account_login", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp"]
)
def test_pages_of_signing_in_keep_nothing(strict: Client, name: str) -> None:
    fields = {"login": MARKER, "password": MARKER, "code": MARKER, TOKEN: OF_ANOTHER_LOGIN}

    response = strict.post(reverse(name), fields, headers=OURS)

    assert response.status_code == 403
    assert MARKER not in response.content.decode()
    assert LOST not in response.content.decode()


@pytest.mark.parametrize("name", ["admin:password_change", "admin:logout", "admin:index"])
def test_pages_of_the_account_keep_nothing_either(signed_out: Client, name: str) -> None:
    response = signed_out.post(reverse(name), {"old_password": MARKER, "x": "1"}, headers=OURS)

    assert response.status_code in (302, 405)
    assert MARKER not in response.content.decode()


def test_passwords_and_codes_are_kept_on_no_page(signed_out: Client) -> None:
    fields = {"new_password1": MARKER, "code": MARKER, "username": "kim"}

    response = signed_out.post(reverse("desk_colleague_add"), fields, headers=OURS)

    assert kept(response) == {"username": ["kim"]}
    assert MARKER not in response.content.decode()


def test_nothing_to_keep_leads_to_sign_in(signed_out: Client, row: Request) -> None:
    response = signed_out.post(address(row), {TOKEN: "x"}, headers=OURS)

    assert response.status_code == 302


def test_page_that_is_only_asked_for_leads_to_sign_in(signed_out: Client, row: Request) -> None:
    assert signed_out.get(address(row), headers=OURS).status_code == 302


def test_who_is_signed_in_never_sees_it(strict: Client, row: Request) -> None:
    token = strict.cookies["csrftoken"].value

    assert post(strict, address(row), csrfmiddlewaretoken=token).status_code == 302


# ---- bodies that are not as they should be


def test_odd_bytes_are_kept_as_they_could_be_read(signed_out: Client, row: Request) -> None:
    response = signed_out.post(address(row), b"text=caf%E9%00&%FF=1", FORM_TYPE, headers=OURS)

    assert response.status_code == 401
    assert kept(response)["text"][0].startswith("caf�")


def test_body_over_the_cap_is_answered_as_ever(
    signed_out: Client, strict: Client, row: Request, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1

    out = post(signed_out, address(row))
    stale = post(strict, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)
    no_cookie = post(Client(enforce_csrf_checks=True), address(row))

    assert [each.status_code for each in (out, stale, no_cookie)] == [302, 400, 403]


def test_body_that_is_no_form_leads_to_sign_in(signed_out: Client, row: Request) -> None:
    broken = signed_out.post(address(row), b"text", "multipart/form-data; boundary=", headers=OURS)

    assert broken.status_code == 302


def test_files_are_not_kept(signed_out: Client, row: Request) -> None:
    response = post(signed_out, address(row), file=SimpleUploadedFile("a.txt", b"a"))

    assert response.status_code in (302, 400)
    assert LOST not in response.content.decode()


# ---- nowhere else


@pytest.fixture
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield


@pytest.mark.usefixtures("_everything_is_logged")
def test_what_is_kept_is_in_the_page_and_nowhere_else(
    strict: Client, row: Request, caplog: pytest.LogCaptureFixture
) -> None:
    expired = post(Client(), address(row))
    stale = post(strict, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    for response in (expired, stale):
        assert response.content.decode().count(MARKER) == 1
        assert MARKER not in str(response.headers) + response.cookies.output()
    assert MARKER not in caplog.text
    assert MARKER not in "".join(repr(vars(each)) for each in caplog.records)
    assert MARKER not in str([each.get_decoded() for each in Session.objects.all()])
    assert MARKER not in everything_in_the_database()


def everything_in_the_database() -> str:
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            text.append(repr(cursor.fetchall()))
    return "".join(text)


def test_report_of_a_failure_shows_nothing(
    rf: RequestFactory, row: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest report that Django has: every variable of every call, and the request."""

    def breaks(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("intake.desk.frame.kept_post.TemplateResponse", breaks)
    request = rf.post(address(row), {"text": NAUGHTY}, headers=OURS)
    request.resolver_match = resolve(address(row))

    with pytest.raises(ZeroDivisionError) as failed:
        kept_post.respond(request)

    below = failed.value.__traceback__.tb_next
    report = ExceptionReporter(request, failed.type, failed.value, below).get_traceback_html()
    assert "ZeroDivisionError" in report and "kept_post.py" in report
    assert MARKER not in report


def test_other_person_who_signs_in_sends_it_as_theirs(row: Request) -> None:
    kim = Client(enforce_csrf_checks=True)
    kim.cookies = signed_in(member("kim", rights.COORDINATOR)).cookies
    kim.get("/desk/queue/")
    page = post(kim, address(row), csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    kim.post(address(row), Fields(page).values, headers=OURS)

    assert "as kim" in Fields(page).text
    assert row.texts.get().written_by == "kim"
