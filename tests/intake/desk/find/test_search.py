"""The search page: what finds whom, what the page shows of it, and what is kept of the term."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.find import search
from intake.desk.find.search import Term
from intake.models import LedgerEntry, Request
from intake.rules.pseudonym import is_pseudonym, pseudonym
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Answers
from intake.seal.keys import KeyFileError
from tests.intake import rows
from tests.intake.receive.typed_form import FORM_TYPE, Fields

pytestmark = pytest.mark.django_db
URL = "/desk/search/"
MARKER = "marigold"
NAME = "José O’Brien-Baker"
PHONE = "(217) 555-0142"
EMAIL = "Jo.Baker@mail.example"


def send(client: Client, term: str, **fields: str) -> HttpResponse:
    return client.post(URL, urlencode({"term": term} | fields), content_type=FORM_TYPE)


def person(**changed: Any) -> Answers:
    return rows.answers(**{"name": NAME, "phone": PHONE} | changed)


def by_email(**changed: Any) -> Answers:
    return person(channel="email", phone="", email=EMAIL, **changed)


def links(response: HttpResponse) -> set[str]:
    given = [each.get("href") or "" for tag, each in Fields(response).tags if tag == "a"]
    return {each for each in given if each.endswith("/change/")}


def address(row: Request) -> str:
    return f"/desk/intake/request/{row.pk}/change/"


# ---- what finds whom


@pytest.mark.parametrize(
    ("term", "rule"),
    [
        (NAME, "name"),
        ("jose obrien", "name"),
        ("BAKER", "name"),
        ("  bak   JO ", "name"),
        ("jos", "name"),
        ("217-555-0142", "phone number"),
        ("+1 217 555 0142", "phone number"),
        ("0142", "phone number"),
        ("555 0142", "phone number"),
    ],
)
def test_person_is_found(morning: datetime, at_desk: Client, term: str, rule: str) -> None:
    row = rows.request(sent=person())
    rows.request(sent=person(name="Robin", phone="217-555-0199"))

    response = send(at_desk, term)

    assert response.status_code == 200
    assert links(response) == {address(row)}
    assert f"Found by{rule}" in "".join(Fields(response).text.split("\n"))


@pytest.mark.parametrize("term", [EMAIL, "jo.baker@MAIL.example ", "jo.baker"])
def test_person_is_found_by_address(morning: datetime, at_desk: Client, term: str) -> None:
    row = rows.request(sent=by_email())
    rows.request(sent=by_email(name="Robin") if term == "nobody" else person(name="Robin"))

    assert links(send(at_desk, term)) == {address(row)}


@pytest.mark.parametrize(
    "term", ["Barker", "aker", "jo robin", "217-555-0143", "2175", "mail.example", "baker@mail"]
)
def test_somebody_else_is_not_found(morning: datetime, at_desk: Client, term: str) -> None:
    rows.request(sent=person())
    rows.request(sent=by_email())

    response = send(at_desk, term)

    assert links(response) == set()
    assert "Nothing found" in Fields(response).text


def test_digits_in_an_address_are_no_number(morning: datetime, at_desk: Client) -> None:
    rows.request(sent=person())

    assert links(send(at_desk, "sam0142@mail.example")) == set()


def test_pseudonym_is_found_without_opening_anything(
    morning: datetime, at_desk: Client, unsealings: list[UUID]
) -> None:
    row = rows.request()
    rows.request()

    for term in (str(row), str(row).lower(), f" {str(row).upper()} "):
        assert links(send(at_desk, term)) == {address(row)}
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_part_of_a_pseudonym_is_found(morning: datetime, at_desk: Client) -> None:
    row = rows.request()

    assert address(row) in links(send(at_desk, str(row).split()[1]))


@given(st.uuids(), st.sampled_from([str, str.upper, str.lower]))
def test_every_pseudonym_is_known_as_one(request_id: UUID, write: Callable[[str], str]) -> None:
    assert is_pseudonym(write(pseudonym(request_id)))


@pytest.mark.parametrize(
    "text", ["", "Quiet Harbor", "Quiet Harbor 7", "Quiet Harbor ²7", "Harbor Quiet 27", "Sam 2 27"]
)
def test_other_words_are_no_pseudonym(text: str) -> None:
    assert not is_pseudonym(text)


def test_closed_ones_are_found_when_asked_for_and_not_too_old(
    morning: datetime, at_desk: Client
) -> None:
    row, erased, old = (rows.request(sent=person()) for _ in range(3))
    rows.step(row, State.SPAM)
    rows.step(erased, State.WITHDRAWN)
    rows.step(old, State.SPAM, closed_at=morning - timedelta(days=91))

    assert links(send(at_desk, "baker")) == set()
    response = send(at_desk, "baker", closed_too="on")
    assert links(response) == {address(row)}
    assert Fields(response).checked["closed_too"] == ["on"]


def test_closed_ones_are_bounded(
    morning: datetime, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_CLOSED", 1)
    first, last = (rows.request(sent=person()) for _ in range(2))
    rows.step(first, State.SPAM, closed_at=morning - timedelta(days=2))
    rows.step(last, State.SPAM, closed_at=morning - timedelta(days=1))

    assert links(send(at_desk, "baker", closed_too="on")) == {address(last)}
    assert LedgerEntry.objects.get().detail == "requests: 1"


# ---- what the page shows


def test_list_names_nobody(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=person(message=MARKER))

    text = Fields(send(at_desk, "0142")).text

    assert str(row) in text
    assert "nobody yet" in text
    assert "Tue, Mar 11, 10:30 am" in text
    assert "Safe nowYes" in "".join(text.split("\n"))
    for secret in ("José", "Baker", "(217)", MARKER):
        assert secret not in text


def test_not_safe_is_said(afternoon: datetime, at_desk: Client) -> None:
    rows.request(sent=person())

    assert "Safe nowNo" in "".join(Fields(send(at_desk, "0142")).text.split("\n"))


def test_who_must_not_be_contacted_is_never_safe(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=person())
    rows.step(row, State.DO_NOT_CONTACT, closed_at=morning)

    text = Fields(send(at_desk, "0142", closed_too="on")).text

    assert "Safe nowNo" in "".join(text.split("\n"))
    assert "Do not contact" in text


def test_whose_old_number_stays_hidden_is_not_safe(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=person())
    rows.step(row, State.DO_NOT_CONTACT)
    rows.step(row, State.CLAIMED)

    assert "Safe nowNo" in "".join(Fields(send(at_desk, "0142")).text.split("\n"))


def test_at_most_fifty_are_shown_the_most_urgent_first(
    morning: datetime, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_SHOWN", 2)
    late, first, second = (rows.request(sent=person()) for _ in range(3))
    for row, hour in ((late, 20), (first, 16), (second, 17)):
        Request.objects.filter(pk=row.pk).update(next_due=morning.replace(hour=hour))

    response = send(at_desk, "baker")

    assert links(response) == {address(first), address(second)}
    text = Fields(response).text
    assert "3 requests" in text
    assert "These are the first 2, the most urgent first." in text


def test_form_is_empty_at_first_and_searches_nothing(
    at_desk: Client, unsealings: list[UUID]
) -> None:
    rows.request()

    page = Fields(at_desk.get(URL, {"term": "Sam"}))

    assert page.values["term"] == ""
    assert page.title.strip() == "Search | Follow-up desk"
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("term", ["", " ", "j", "217", "-", "@", "j o", "x" * 255])
def test_too_little_is_refused_and_kept(at_desk: Client, unsealings: list[UUID], term: str) -> None:
    rows.request()

    response = send(at_desk, term)

    page = Fields(response)
    assert response.status_code == 422
    assert page.values["term"] == term
    assert page.title.strip() == "Error: Search | Follow-up desk"
    control, given = page.with_id("searchform_term")
    assert control == "input"
    assert given["aria-invalid"] == "true"
    assert "searchform_term_error" in str(given["aria-describedby"])
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_one_sign_can_be_a_name(morning: datetime, at_desk: Client) -> None:
    row = rows.request(sent=person(name="李"))

    assert links(send(at_desk, "李")) == {address(row)}


def test_term_stays_in_the_field(morning: datetime, at_desk: Client) -> None:
    term = ' <b>"Jo" '

    assert Fields(send(at_desk, term)).values["term"] == term


# ---- bad days


def test_nothing_is_searched_without_the_ledger(
    at_desk: Client, unsealings: list[UUID], broken_ledger: Callable[[], None]
) -> None:
    rows.request(sent=person())
    broken_ledger()

    response = send(at_desk, "baker", closed_too="on")

    page = Fields(response)
    assert response.status_code == 503
    assert "Nothing was searched" in page.text
    assert page.values["term"] == "baker"
    assert page.checked["closed_too"] == ["on"]
    assert unsealings == []


def test_damaged_key_file_is_named(at_desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise KeyFileError("x.private.json: damaged")

    monkeypatch.setattr(keys, "private_keys", damaged)

    response = send(at_desk, "baker")

    assert response.status_code == 503
    assert "x.private.json: damaged" in Fields(response).text


def test_missing_key_is_named(at_desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows.request()
    (desk,) = (key.id for key in keys.public_keys() if key.purpose == keys.Purpose.DESK)
    monkeypatch.setattr(keys, "private_keys", dict)

    response = send(at_desk, "baker")

    text = Fields(response).text
    assert response.status_code == 200
    assert "1 could not be read: no key here opens it." in text
    assert f"Missing key {desk}." in text


# ---- who may, and what is kept


def test_anonymous_is_sent_to_the_login(client: Client) -> None:
    assert client.get(URL)["Location"] == f"/desk/login/?next={URL}"
    assert send(client, "baker")["Location"] == f"/desk/login/?next={URL}"


def test_auditor_searches_nothing(auditor_at_desk: Client, unsealings: list[UUID]) -> None:
    rows.request()

    assert auditor_at_desk.get(URL).status_code == 403
    assert send(auditor_at_desk, "baker").status_code == 403
    assert unsealings == []


def test_page_is_never_kept(at_desk: Client) -> None:
    assert "no-store" in send(at_desk, "baker")["Cache-Control"]


@pytest.fixture
def every_word(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Call it for all that was logged or kept."""

    def words() -> str:
        kept = [session.get_decoded() for session in Session.objects.all()]
        lines = list(LedgerEntry.objects.values()), list(LogEntry.objects.values())
        return f"{caplog.text} {kept} {lines}"

    with caplog.at_level(logging.DEBUG):
        yield words


def test_term_is_found_nowhere(
    morning: datetime, at_desk: Client, every_word: Callable[[], str]
) -> None:
    rows.request(sent=person(name=MARKER))

    found = send(at_desk, MARKER)
    refused = send(at_desk, MARKER * 40)

    assert links(found)
    assert MARKER not in every_word()
    for response in (found, refused):
        page = Fields(response)
        assert MARKER not in page.title
        assert MARKER not in str(response.headers)
        assert [given for _, given in page.tags if MARKER in str(given)] == page.named("term")
        assert MARKER not in page.text


def test_nothing_of_a_term_shows_in_a_repr() -> None:
    assert MARKER not in repr(Term.of(MARKER))


def test_ledger_has_one_line_for_each_search(morning: datetime, at_desk: Client) -> None:
    rows.request()
    for term in ("baker", "robin"):
        send(at_desk, term)

    lines = LedgerEntry.objects.order_by("number").values_list("action", "by", "record", "detail")
    assert list(lines) == [("searched", "ana", None, "requests: 1")] * 2


def test_as_many_queries_for_a_hundred_as_for_ten(morning: datetime, at_desk: Client) -> None:
    costs = []
    for more in (10, 90):
        for _ in range(more):
            rows.request(sent=person())
        with CaptureQueriesContext(connection) as queries:
            assert len(links(send(at_desk, "baker"))) >= 10
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_unknown_ids_find_nothing() -> None:
    assert list(Request.objects.with_ids([uuid4()])) == []
