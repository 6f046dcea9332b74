"""The contact form as a browser meets it: every row of the table of refusals, words kept."""

import dataclasses
import http.client
import logging
import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clinic_site.web import form_token, network_limits
from intake.clock import deadlines, promise
from intake.clock.promise import Promise
from intake.models import Lane, OutboxMessage, Request, Submission
from intake.receive import acknowledgment, views
from intake.receive.forms import DAMAGED, NAME
from intake.receive.questions import HOW, WHO
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Answers, Channel, unpack
from intake.store import submission
from tests.clock import local, minutes
from tests.plugin.live_site import running_site
from tests.plugin.visitor import ANSWERS, FORM_TYPE, NONCE, URL, Fields, encoded, post, token
from tests.plugin.waiting import PATIENCE

TYPED = ANSWERS | {
    "name": "Sam  ",
    "if_no_answer": "discreet",
    "if_other_answers": "ask_by_name",
    "weekdays": ["morning", "any"],
    "email": "not kept, but given back",
    "language": "Spanish",
    "interpreter": "on",
    "contact_need": " <b>&amp; “quoted” ",
    "message": "\n  Two\nlines \U0001f3ee\u200d \u2028 end ",
}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    views.limits.clear()


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would have been stored; for tests that need no database."""
    calls: list[dict[str, Any]] = []

    def receive(sent: Answers, **rest: Any) -> submission.Receipt:
        calls.append(rest)
        return submission.Receipt(uuid4(), deadlines.promised(rest["now"], sent.windows))

    monkeypatch.setattr(submission, "receive", receive)
    return calls


def opened(one: Submission) -> Answers:
    """The answers of a stored submission, opened with the desk's key."""
    return unpack(one.unseal(keys.private_keys()))


def assert_typed_text_is_back(page: Fields, typed: dict[str, Any] = TYPED) -> None:
    for name, value in typed.items():
        if name in ("about", "channel", "if_no_answer", "if_other_answers", "interpreter"):
            assert page.checked[name] == [value]
        elif isinstance(value, list):
            assert page.checked[name] == value
        else:
            assert page.values[name] == value, name


# Opening the form


def test_form_opens_without_cookie_store_or_query(client, django_assert_num_queries) -> None:
    response = client.get(URL)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]


def test_form_carries_a_fresh_token(client) -> None:
    first, second = (Fields(client.get(URL)).values["token"] for _ in range(2))

    assert first != second
    assert not form_token.verify(first, timezone.now()).expired


def test_form_has_nothing_that_holds_a_person_back(client) -> None:
    page = Fields(client.get(URL))

    (form,) = [given for tag, given in page.tags if tag == "form"]
    assert "novalidate" in form
    assert form["action"] == URL
    forbidden = {"required", "maxlength", "minlength", "pattern", "placeholder"}
    assert not [given for _, given in page.tags if forbidden & set(given)]
    assert not [tag for tag, _ in page.tags if tag == "script" and _.get("type") is None]


def test_controls_say_what_may_be_filled_in(client) -> None:
    page = Fields(client.get(URL))

    tokens = {name: page.named(name)[0]["autocomplete"] for name in ("name", "phone", "email")}
    assert tokens == {"name": "given-name", "phone": "tel", "email": "email"}
    assert page.named("message")[0]["autocomplete"] == "off"
    assert page.named("contact_need")[0]["autocomplete"] == "off"


def test_every_control_has_a_label_and_its_hint(client) -> None:
    page = Fields(client.get(URL))

    labels = {given["for"] for tag, given in page.tags if tag == "label"}
    controls = [
        given
        for tag, given in page.tags
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden"
    ]
    assert {given["id"] for given in controls} == labels
    for _, attributes in page.tags:
        for identifier in (attributes.get("aria-describedby") or "").split():
            assert page.with_id(identifier)


def test_trap_is_left_alone_by_people_and_their_tools(client) -> None:
    page = Fields(client.get(URL))

    (trap,) = page.named("subject")
    assert (trap["tabindex"], trap["autocomplete"], trap.get("value")) == ("-1", "off", None)
    (box,) = [given for _, given in page.tags if given.get("class") == "trap"]
    assert box["aria-hidden"] == "true"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?for=me", ["self"]),
        ("?for=someone", ["someone"]),
        ("?for=patient", ["patient"]),
        ("?for=self", None),
        ("?for=%00", None),
        ("?name=Sam&message=x&for=", None),
    ],
)
def test_query_preselects_who_it_is_about_and_nothing_else(client, query, expected) -> None:
    page = Fields(client.get(URL + query))

    assert page.checked.get("about") == expected
    assert not any(value for name, value in page.values.items() if name != "token")


@time_machine.travel(local(9, 5), tick=False)
def test_check_line_has_promise_retention_and_sample(client) -> None:
    text = " ".join(Fields(client.get(URL)).text.split())

    assert "a person will try you today between 9:05 and 9:20 am" in text
    assert "We delete it at most 90 days after we close your request" in text
    assert "from backups 30 days later" in text
    assert "Nobody reads messages sent here" in text


# Taken in


@pytest.mark.django_db
def test_post_is_stored_and_says_so(client) -> None:
    response = post(client, TYPED)

    assert response.status_code == 303
    request = Request.objects.get()
    assert (request.state, request.lane) == (State.NEW, Lane.OPEN)
    given = opened(Submission.objects.get())
    assert given.message == TYPED["message"]
    assert (given.name, given.contact_need) == (TYPED["name"], TYPED["contact_need"])
    assert (given.channel, given.email) == (Channel.PHONE, "")
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_acknowledgment_names_the_deadline_of_the_desk(client) -> None:
    with time_machine.travel(local(9, 5) + timedelta(seconds=42), tick=False):
        response = post(client, TYPED)
        signed = response.headers["Location"].removeprefix("/contact/sent/?by=")
        promised = acknowledgment.read(signed.replace("%3A", ":"), timezone.now())
        text = Fields(client.get(response.headers["Location"])).text

    assert promised
    assert promised.end == Request.objects.get().next_due
    assert "A person will try you today between 9:05 and 9:20 am." in text


@pytest.mark.django_db
def test_address_after_sending_holds_signed_times_only(client) -> None:
    location = post(client, TYPED).headers["Location"]

    assert re.fullmatch(r"/contact/sent/\?by=\d{10}-\d{10}(:|%3A)[\w-]{43}", location)


@pytest.mark.django_db
def test_same_post_again_is_one_request_and_acknowledged_again(client) -> None:
    fields = TYPED | {"token": token(timedelta(hours=23))}

    answers = [post(client, fields).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert (Request.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_edited_post_is_a_second_submission_of_the_same_request(client) -> None:
    post(client, TYPED)
    post(client, TYPED, message="I forgot something")

    assert (Request.objects.count(), Submission.objects.count()) == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "suspicion",
    [
        {"subject": "cheap pills"},
        {"token": lambda: token(timedelta(seconds=1))},
    ],
)
def test_suspicious_post_is_stored_in_quarantine(client, suspicion) -> None:
    changes = {name: value() if callable(value) else value for name, value in suspicion.items()}

    response = post(client, TYPED, **changes)

    assert response.status_code == 303
    assert Request.objects.get().state == State.QUARANTINED
    assert opened(Submission.objects.get()).message == TYPED["message"]


def test_post_over_the_limit_of_its_network_waits_in_quarantine(client, stored) -> None:
    answers = [post(client).status_code for _ in range(network_limits.PER_NETWORK + 1)]
    other = post(client, REMOTE_ADDR="203.0.113.9").status_code

    assert {*answers, other} == {303}
    lanes = [one["quarantined"] for one in stored]
    assert lanes == [False] * network_limits.PER_NETWORK + [True, False]


def test_flood_sends_everything_to_quarantine(client, stored) -> None:
    for number in range(network_limits.FLOOD + 1):
        assert post(client, REMOTE_ADDR=f"198.51.{number}.1").status_code == 303

    assert [one["quarantined"] for one in stored].count(True) == 1
    assert stored[-1]["quarantined"]


def test_limit_counts_the_visitor_behind_a_trusted_proxy(client, stored, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(network_limits.PER_NETWORK + 5):
        post(client, HTTP_X_FORWARDED_FOR=f"6.6.6.6, 198.51.{number}.1")

    assert not any(one["quarantined"] for one in stored)


def test_post_without_origin_headers_is_taken(client, stored) -> None:
    assert post(client).status_code == 303


def test_post_with_the_smallest_answers_of_an_old_browser(client, stored) -> None:
    body = encoded({"token": token(), "about": "self", "channel": "text", "phone": "2175550199"})

    response = client.post(URL, body, content_type=f"{FORM_TYPE}; charset=iso-8859-1")

    assert response.status_code == 303


# Handed back


def refused(client: Client, status: int, fields: Any = TYPED, **changes: Any) -> Fields:
    response = post(client, fields, **changes)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    page = Fields(response)
    assert page.title.strip().startswith("Error: ")
    assert "There is a problem" in page.text
    hrefs = {given.get("href") for tag, given in page.tags if tag == "a"}
    assert {"tel:988", "tel:+12175550168"} <= hrefs
    return page


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_post_from_another_site_is_handed_back(client, stored, headers) -> None:
    fields = TYPED | {"token": token()}

    page = refused(client, 403, fields, **headers)

    assert_typed_text_is_back(page)
    assert page.values["token"] == fields["token"]
    assert not stored


def test_post_of_an_expired_form_is_handed_back_with_the_same_nonce(client, stored) -> None:
    page = refused(client, 422, token=token(timedelta(hours=25)))

    assert "This page was open for a long time." in page.text
    assert_typed_text_is_back(page)
    again = form_token.verify(page.values["token"], timezone.now())
    assert (again.nonce, again.expired) == (NONCE, False)
    assert not stored


def test_expired_form_sent_again_at_once_is_not_too_fast(client, stored) -> None:
    page = refused(client, 422, token=token(timedelta(hours=25)))

    assert post(client, TYPED, token=page.values["token"]).status_code == 303
    assert stored == [{"nonce": NONCE, "quarantined": False, "now": stored[0]["now"]}]


@pytest.mark.parametrize(
    ("bad", "nonce_kept"),
    [
        (lambda: token()[:-1], True),
        (lambda: token().partition(":")[0], True),
        (lambda: "", False),
        (lambda: "nonsense", False),
        (lambda: "1.A" * 500, False),
        (lambda: "\U0001f3ee", False),
        (lambda: [token(), "another"], False),
    ],
)
def test_post_with_a_bad_token_is_handed_back(client, stored, bad, nonce_kept) -> None:
    page = refused(client, 422, token=bad())

    assert_typed_text_is_back(page)
    again = form_token.verify(page.values["token"], timezone.now())
    assert (again.nonce == NONCE) is nonce_kept
    assert not stored


def test_post_of_an_earlier_deploy_keeps_its_nonce(client, stored, settings) -> None:
    old = token()
    settings.SECRET_KEY = "the key of a later deployment"

    page = refused(client, 422, token=old)

    assert form_token.verify(page.values["token"], timezone.now()).nonce == NONCE


@pytest.mark.django_db
def test_post_of_a_form_with_other_questions_is_taken_in(client) -> None:
    """A page that was open during a deployment: a question is gone, another one is new."""
    fields = {"token": token(timedelta(hours=23)), "favorite_color": "blue", **ANSWERS}
    for new in ("email", "message"):
        del fields[new]

    assert post(client, fields).status_code == 303
    given = opened(Submission.objects.get())
    assert (given.name, given.message) == (ANSWERS["name"], "")


@pytest.mark.parametrize("offered", [("email",), ("text",)])
def test_channel_that_a_deployment_took_away_is_asked_again(client, stored, settings, offered):
    replies = dataclasses.replace(settings.CLINIC.replies, channels=offered)
    settings.CLINIC = dataclasses.replace(settings.CLINIC, replies=replies)

    page = refused(client, 422, message="kept")

    assert HOW in page.text
    assert page.values["message"] == "kept"
    assert not stored


def test_invalid_post_is_handed_back_with_linked_errors(client, stored) -> None:
    fields = TYPED | {"name": " ", "phone": "555", "message": "x" * 1001, "token": token()}
    del fields["about"]

    page = refused(client, 422, fields)

    assert_typed_text_is_back(page, {name: fields[name] for name in fields if name != "token"})
    assert page.values["token"] == fields["token"]
    links = [given.get("href") or "" for tag, given in page.tags if tag == "a"]
    errors = [link for link in links if link.startswith("#id_")]
    assert errors == ["#id_about_0", "#id_name", "#id_phone", "#id_message"]
    for link in errors:
        assert page.with_id(link.removeprefix("#"))[0] in ("input", "textarea")
    for message in (WHO, NAME):
        assert page.text.count(message) == 2


def test_invalid_field_says_so_to_a_screen_reader(client) -> None:
    page = refused(client, 422, phone="555")

    (phone,) = page.named("phone")
    assert phone["aria-invalid"] == "true"
    assert phone["aria-describedby"] == "id_phone_helptext id_phone_error"
    assert page.with_id("id_phone_error")[0] == "p"


def test_error_summary_comes_before_the_heading_and_takes_the_focus(client) -> None:
    page = refused(client, 422, {"token": token()})

    order = [
        given.get("class") or tag
        for tag, given in page.tags
        if tag == "h1" or given.get("class") == "error-summary" or tag == "form"
    ]
    assert order == ["error-summary", "h1", "form"]
    (summary,) = [given for _, given in page.tags if given.get("class") == "error-summary"]
    assert summary["role"] == "group"
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary
    assert HOW in page.text


def test_fast_correction_of_an_error_is_not_too_fast(client, stored) -> None:
    page = refused(client, 422, TYPED | {"token": token(), "phone": "555"})

    post(client, TYPED, token=page.values["token"])

    assert not stored[0]["quarantined"]


@pytest.mark.parametrize(
    "error", [OperationalError("secret words"), keys.KeyFileError("x"), RuntimeError("secret")]
)
def test_post_that_cannot_be_stored_is_handed_back(client, monkeypatch, caplog, error) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(submission, "receive", fail)
    fields = TYPED | {"token": token()}

    page = refused(client, 503, fields)

    assert_typed_text_is_back(page)
    assert page.values["token"] == fields["token"]
    assert [given for tag, given in page.tags if tag == "button"] == [page.with_id("send")[1]]
    assert "Send again" in page.text
    assert "secret" not in caplog.text
    assert caplog.messages == [f"contact refused: not-stored ({type(error).__name__})"]


def test_body_over_the_cap_is_not_read(client, stored) -> None:
    response = client.generic("POST", URL, b"", content_type=FORM_TYPE, CONTENT_LENGTH="65537")
    page = Fields(response)

    assert response.status_code == 413
    assert "We could not keep the text" in page.text
    assert page.title.startswith("Error: ")
    assert not any(value for name, value in page.values.items() if name != "token")


def test_body_at_the_cap_is_read(client) -> None:
    fields = TYPED | {"token": token(), "message": ""}
    fields["message"] = "x" * (65536 - len(encoded(fields)))

    page = refused(client, 422, fields)

    assert page.values["message"] == fields["message"]


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
def test_body_of_another_type_is_refused_kindly(client, content_type: str) -> None:
    response = client.generic("POST", URL, b'{"message": "x"}', content_type=content_type)

    assert response.status_code == 415
    assert "We could not read what your browser sent." in Fields(response).text


@pytest.mark.parametrize("body", [b"", b"&&&"])
def test_empty_body_is_refused_kindly(client, body: bytes) -> None:
    response = client.generic("POST", URL, body, CONTENT_TYPE=FORM_TYPE)

    assert response.status_code == 400
    assert "There is a problem" in Fields(response).text


def test_cut_body_is_not_stored_and_handed_back(client, stored) -> None:
    body = encoded(TYPED | {"token": token()})

    cut = {"wsgi.input": BytesIO(body[:-9])}
    response = client.generic("POST", URL, body, content_type=FORM_TYPE, **cut)

    assert response.status_code == 400
    assert Fields(response).values["contact_need"] == TYPED["contact_need"]
    assert not stored


def test_thousand_fields_are_refused_and_the_text_is_kept(client, stored) -> None:
    page = refused(client, 400, TYPED | {f"f{number}": "x" for number in range(1000)})

    assert_typed_text_is_back(page)
    assert not stored


def test_repeated_field_is_handed_back_with_all_of_it(client, stored) -> None:
    page = refused(client, 422, message=["first", "second"])

    assert page.values["message"] == "first second"
    assert DAMAGED in page.text
    assert not stored


def test_field_repeated_alike_is_taken_once(client, stored) -> None:
    assert post(client, message=["same", "same"]).status_code == 303


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"a%00b", "ab"),
        (b"a%FFb", "a\ufffdb"),
        (b"a%ED%A0%80b", "a\ufffd\ufffd\ufffdb"),
        (b"a\xffb", "a\ufffdb"),
    ],
)
def test_characters_that_no_page_can_hold_are_pointed_out(client, stored, raw, shown) -> None:
    fields = {name: value for name, value in TYPED.items() if name != "message"}
    body = encoded(fields | {"token": token()}) + b"&message=" + raw

    response = client.post(URL, body, content_type=FORM_TYPE)
    page = Fields(response)

    assert response.status_code == 422
    assert page.values["message"] == shown
    assert page.text.count(DAMAGED) == 2
    assert_typed_text_is_back(page, fields)
    assert not stored
    assert post(client, TYPED, message=shown).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_other_method_gets_the_form(client, method: str) -> None:
    response = client.generic(method, URL)

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"
    assert Fields(response).named("message")


@given(
    typed=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=200)
)
@example("\n\n leading and trailing \n")
@example("</textarea><script>alert(1)</script>&lt;&amp;&#x41;'\"")
@example("\x01\x1f\x7f\x85\ufeff\ufffe\u202e\u2028\u2029\U0010ffff")
@example("=cmd|' /C calc'!A0 ${7*7} {{ 7*7 }} {% now %} %00 + %2B")
@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_typed_comes_back_byte_for_byte(client, typed: str) -> None:
    line = typed.replace("\n", " ")
    fields = {"token": token(), "message": typed, "name": line, "contact_need": line}

    page = Fields(post(client, fields))

    assert page.values["message"] == typed
    assert (page.values["name"], page.values["contact_need"]) == (line, line)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("foreign", {"HTTP_ORIGIN": "https://evil.example"}),
        ("expired", {"token": lambda: token(timedelta(days=2))}),
        ("unknown-form", {"token": lambda: "marker"}),
        ("invalid", {"phone": "marker"}),
    ],
)
def test_refusal_logs_its_kind_and_nothing_else(client, caplog, kind, changes) -> None:
    changes = {name: value() if callable(value) else value for name, value in changes.items()}

    with caplog.at_level(logging.DEBUG):
        post(client, TYPED, **changes)

    assert [(one.name, one.getMessage()) for one in caplog.records] == [
        ("intake.receive.views", f"contact refused: {kind}")
    ]


# Message sent


@time_machine.travel(local(9, 5), tick=False)
def test_sent_page_opened_from_history_tells_the_general_rule(client) -> None:
    response = client.get(reverse("contact-sent"))

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    text = Fields(response).text
    assert "within 15 minutes" in text
    assert "will try you" not in text


@pytest.mark.parametrize(
    "by", ["", "nonsense", "1-2:x", "\0", "\u2028", "9" * 5000, "a:b:c", quote("é")]
)
def test_sent_page_with_a_foreign_link_tells_the_general_rule(client, by: str) -> None:
    text = Fields(client.get(reverse("contact-sent"), {"by": by})).text

    assert "within 15 minutes" in text


def test_sent_page_after_the_deadline_says_call_us(client) -> None:
    now = timezone.now()
    late = acknowledgment.sign(Promise(now - minutes(60), now - minutes(45), flagged=False))
    old = acknowledgment.sign(Promise(now - minutes(1500), now - minutes(1441), flagged=False))

    assert "Has nobody tried you yet?" in Fields(client.get("/contact/sent/", {"by": late})).text
    assert "Has nobody tried you" not in Fields(client.get("/contact/sent/", {"by": old})).text


def test_token_of_the_form_is_no_acknowledgment(client) -> None:
    assert acknowledgment.read(token(), timezone.now()) is None


def test_promise_without_a_safe_time_is_not_put_into_the_link(client, stored, monkeypatch) -> None:
    now = timezone.now()
    flagged = Promise(now, now + minutes(15), flagged=True)
    monkeypatch.setattr(promise, "first_attempt", lambda *_, **__: flagged)

    assert post(client).headers["Location"] == "/contact/sent/"


def test_sent_page_takes_no_post(client) -> None:
    assert client.post(reverse("contact-sent")).status_code == 405


# The real server


def exchange(site: str, body: bytes, **headers: str) -> tuple[int, bytes, Any]:
    address = urlsplit(site)
    connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE)
    connection.request("POST", URL, body, {"Content-Type": FORM_TYPE} | headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content, answer.headers


@pytest.mark.django_db(transaction=True)
def test_retry_from_the_outage_page_is_stored(live_site: str) -> None:
    fields = TYPED | {"token": token()}
    with running_site(DATABASE_URL="postgres://nobody@127.0.0.1:1/none") as away:
        status, content, _ = exchange(away, encoded(fields))
    assert status == 503
    assert fields["token"].encode() in content
    assert Request.objects.count() == 0

    status, _, headers = exchange(live_site, encoded(fields))

    assert (status, headers["Location"][:18]) == (303, "/contact/sent/?by=")
    assert Request.objects.count() == 1
    assert opened(Submission.objects.get()).message == TYPED["message"]


@pytest.mark.parametrize("size", [65_537, 300_000, 3_000_000])
def test_huge_body_still_gets_its_page(live_site: str, size: int) -> None:
    status, content, _ = exchange(live_site, b"message=" + b"x" * (size - 8))

    assert status == 413
    assert b"We could not keep the text" in content
