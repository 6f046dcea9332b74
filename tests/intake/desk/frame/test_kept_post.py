"""Who was signed out meanwhile gets back what they typed, in the page and nowhere else (T11)."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from intake.desk.entrance import rights
from intake.desk.frame import kept_post
from intake.desk.frame.refusals import token_refused
from intake.models import Request
from intake.seal import keys
from intake.store import staff_text
from tests.intake import rows
from tests.plugin import desk
from tests.plugin.desk import Answer, Desk, address
from tests.plugin.staff import SECRET, code, give_app, member

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
def strict(coordinator: User) -> Desk:
    """The browser of somebody who is signed in, and whose CSRF tokens are looked at."""
    return Desk(coordinator, checks_tokens=True)


def send(
    browser: Client | Desk, row: Request, headers: dict[str, str] = OURS, **fields: Any
) -> Answer:
    """Post a note, or what else the fields say."""
    given = {"action": "note", "text": NAUGHTY} | fields
    return desk.post(_client(browser), address(row), given, headers)


def send_again(browser: Client | Desk, row: Request, page: Answer) -> Answer:
    """Press the button of the page that has kept the form."""
    values = {name: value.replace("\r\n", "\n") for name, value in page.values.items()}
    return desk.post(_client(browser), address(row), values, OURS)


def kept(answer: Answer) -> dict[str, list[str]]:
    """The hidden fields of the page, without the token."""
    found: dict[str, list[str]] = {}
    for tag, given in answer.page.tags:
        if tag == "input" and given["name"] != TOKEN:
            assert given["type"] == "hidden"
            value = (given["value"] or "").replace("\r\n", "\n")
            found.setdefault(str(given["name"]), []).append(value)
    return found


def _client(browser: Client | Desk) -> Client:
    return browser.client if isinstance(browser, Desk) else browser


def test_post_after_the_login_ended_keeps_every_field(signed_out: Client, row: Request) -> None:
    path = f"{address(row)}?x=1&y=%22"
    fields = {"action": "note", "text": NAUGHTY, "seen": 0, "windows": [1, 4], "empty": ""}

    answer = desk.post(signed_out, path, fields, OURS)

    assert answer.status == 401
    assert kept(answer) == {
        **{"action": ["note"], "text": [NAUGHTY], "seen": ["0"]},
        **{"windows": ["1", "4"], "empty": [""]},
    }
    assert answer.values[TOKEN]
    (form,) = [given for tag, given in answer.page.tags if tag == "form"]
    assert (form["method"], form["action"]) == ("post", path)


def test_tap_without_words_is_kept_and_says_so(signed_out: Client, row: Request) -> None:
    answer = send(signed_out, row, action="attempt", outcome="no_answer", text="")

    assert "Nothing was typed. The button that you pressed is kept" in answer.text
    assert answer.values["outcome"] == "no_answer"


def test_words_are_not_shown_and_nobody_is_named(signed_out: Client, row: Request) -> None:
    answer = send(signed_out, row, seen="0")

    tags = answer.page.tags
    assert [tag for tag, _ in tags].count("h1") == 1
    assert answer.title == "You were signed out. Nothing is lost. | Follow-up desk"
    assert "1 field of the form is kept" in answer.text
    assert MARKER not in answer.text and str(row) not in answer.html
    assert "script" not in [tag for tag, given in tags if "src" not in given]
    (link,) = [given for _, given in tags if given.get("target") == "_blank"]
    assert (link["href"], link["rel"]) == (reverse("account_login"), "noopener")


def test_sent_again_while_still_signed_out_is_the_same_page(row: Request) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    first = send(client, row, csrfmiddlewaretoken=client.cookies["csrftoken"].value)

    again = send_again(client, row, first)

    assert (first.status, again.status) == (401, 401)
    assert kept(again) == kept(first) == {"action": ["note"], "text": [NAUGHTY]}
    assert len(again.page.named(TOKEN)) == 1


def test_login_that_rested_too_long_and_then_posts(at_desk: Desk, row: Request) -> None:
    assert at_desk.open(row).status == 200
    rest = timedelta(minutes=django_settings.DESK_IDLE_MINUTES, seconds=1)

    with time_machine.travel(timezone.now() + rest):
        answer = send(at_desk, row)

    assert answer.status == 401
    assert "15 minutes without a step" in answer.text
    assert kept(answer)["text"] == [NAUGHTY]


def test_stale_token_keeps_every_field_and_says_who_is_signed_in(
    strict: Desk, row: Request
) -> None:
    answer = send(strict, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    assert answer.status == 403
    assert "no-store" in answer.headers["Cache-Control"]
    assert kept(answer) == {"action": ["note"], "text": [NAUGHTY]}
    assert "You are signed in again, as ana." in answer.text
    assert MARKER not in answer.text
    assert not [given for _, given in answer.page.tags if given.get("target") == "_blank"]
    assert not row.texts.exists()


def test_sent_again_with_the_fresh_token_is_done(strict: Desk, row: Request) -> None:
    page = send(strict, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    answer = send_again(strict, row, page)

    assert (answer.status, answer.location) == (302, address(row))
    assert staff_text.read(row.texts.get(), keys.private_keys()) == NAUGHTY
    assert desk.ledger_lines("action") == [("noted",)]


def test_what_others_did_meanwhile_still_counts(strict: Desk, row: Request) -> None:
    stale: dict[str, Any] = {"action": "snooze", "seen": "7", TOKEN: OF_ANOTHER_LOGIN}
    page = send(strict, row, due="2031-01-01T10:00", reason="other", words="x", **stale)

    answer = send_again(strict, row, page)

    assert answer.status == 409
    assert "Somebody was faster" in answer.text


def test_stale_token_of_somebody_who_is_signed_out(row: Request) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = send(client, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    assert answer.status == 401
    assert kept(answer) == {"action": ["note"], "text": [NAUGHTY]}
    assert client.cookies["csrftoken"].value


def test_post_without_any_token_is_refused_as_ever(strict: Desk, row: Request) -> None:
    answer = send(strict, row)

    assert answer.status == 403
    assert "This form can no longer be sent" in answer.text
    assert LOST not in answer.html and MARKER not in answer.html


def test_refusal_elsewhere_is_the_readers_page(rf: RequestFactory) -> None:
    """Where one process serves everything, for trying out."""
    answer = Answer(token_refused(rf.post("/contact/")))

    assert answer.status == 403
    assert "If you were sending a message" in answer.html


def test_whole_way_with_password_and_code(coordinator: User, row: Request) -> None:
    """The sign-in itself changes the token: what was kept before it meets the page once more."""
    coordinator.set_password("right-horse-7")
    coordinator.save()
    give_app(coordinator, SECRET)
    client = Client(enforce_csrf_checks=True)
    token = desk.get(client, reverse("account_login")).values[TOKEN]
    first = send(client, row, csrfmiddlewaretoken=token)
    sign_in(client)

    second = send_again(client, row, first)
    done = send_again(client, row, second)

    assert [each.status for each in (first, second, done)] == [401, 403, 302]
    assert row.texts.get().written_by == "ana"


def sign_in(client: Client) -> None:
    """As in another tab of the same browser."""
    for name, fields in (
        ("account_login", {"login": "ana", "password": "right-horse-7"}),
        ("mfa_authenticate", {"code": code()}),
    ):
        token = desk.get(client, reverse(name)).values[TOKEN]
        assert desk.post(client, reverse(name), fields | {TOKEN: token}).status == 302


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
    signed_out: Client, strict: Desk, row: Request, headers: dict[str, str]
) -> None:
    out = send(signed_out, row, headers)
    stale = send(strict, row, headers, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    assert out.status == 302
    assert out.location.startswith(reverse("account_login"))
    assert MARKER not in out.location
    assert stale.status == 403
    assert MARKER not in stale.html and LOST not in stale.html


def test_browser_that_says_its_origin_only(signed_out: Client, row: Request) -> None:
    answer = send(signed_out, row, {"origin": "http://testserver"})

    assert answer.status == 401
    assert kept(answer)["text"] == [NAUGHTY]


def test_pages_of_signing_in_keep_nothing(strict: Desk) -> None:
    fields = {"login": MARKER, "password": MARKER, "code": MARKER, TOKEN: OF_ANOTHER_LOGIN}
    for name in ("account_login", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp"):
        answer = strict.post(reverse(name), fields, OURS)

        assert answer.status == 403, name
        assert MARKER not in answer.html and LOST not in answer.html


def test_pages_of_the_account_keep_nothing_either(signed_out: Client) -> None:
    fields = {"old_password": MARKER, "x": "1"}
    for name in ("admin:password_change", "admin:logout", "admin:index"):
        answer = desk.post(signed_out, reverse(name), fields, OURS)

        assert answer.status in (302, 405), name
        assert MARKER not in answer.html


def test_passwords_and_codes_are_kept_on_no_page(signed_out: Client) -> None:
    fields = {"new_password1": MARKER, "code": MARKER, "username": "kim"}

    answer = desk.post(signed_out, reverse("desk_colleague_add"), fields, OURS)

    assert kept(answer) == {"username": ["kim"]}
    assert MARKER not in answer.html


def test_nothing_to_keep_leads_to_sign_in(signed_out: Client, row: Request) -> None:
    assert desk.post(signed_out, address(row), {TOKEN: "x"}, OURS).status == 302
    assert desk.get(signed_out, address(row), OURS).status == 302


def test_who_is_signed_in_never_sees_it(strict: Desk, row: Request) -> None:
    token = strict.client.cookies["csrftoken"].value

    assert send(strict, row, csrfmiddlewaretoken=token).status == 302


def test_odd_bytes_are_kept_as_they_could_be_read(signed_out: Client, row: Request) -> None:
    answer = desk.post(signed_out, address(row), b"text=caf%E9%00&%FF=1", OURS)

    assert answer.status == 401
    assert kept(answer)["text"][0].startswith("caf\ufffd")


def test_body_over_the_cap_is_answered_as_ever(
    signed_out: Client, strict: Desk, row: Request, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1

    out = send(signed_out, row)
    stale = send(strict, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)
    no_cookie = send(Client(enforce_csrf_checks=True), row)

    assert [each.status for each in (out, stale, no_cookie)] == [302, 400, 403]


def test_body_that_is_no_form_leads_to_sign_in(signed_out: Client, row: Request) -> None:
    answer = signed_out.post(address(row), b"text", "multipart/form-data; boundary=", headers=OURS)

    assert answer.status_code == 302


def test_files_are_not_kept(signed_out: Client, row: Request) -> None:
    fields = {"action": "note", "text": NAUGHTY, "file": SimpleUploadedFile("a.txt", b"a")}

    answer = Answer(signed_out.post(address(row), fields, headers=OURS))

    assert answer.status in (302, 400)
    assert LOST not in answer.html


def test_what_is_kept_is_in_the_page_and_nowhere_else(
    strict: Desk, row: Request, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        expired = send(Client(), row)
        stale = send(strict, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    for answer in (expired, stale):
        assert answer.html.count(MARKER) == 1
        assert MARKER not in str(answer.headers) + answer.response.cookies.output()
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

    here = failed.value.__traceback__
    assert here is not None
    reporter = ExceptionReporter(request, failed.type, failed.value, here.tb_next)
    report = reporter.get_traceback_html()
    assert "ZeroDivisionError" in report and "kept_post.py" in report
    assert MARKER not in report


def test_other_person_who_signs_in_sends_it_as_theirs(row: Request) -> None:
    kim = Desk(member("kim", rights.COORDINATOR), checks_tokens=True)
    page = send(kim, row, csrfmiddlewaretoken=OF_ANOTHER_LOGIN)

    send_again(kim, row, page)

    assert "as kim" in page.text
    assert row.texts.get().written_by == "kim"
