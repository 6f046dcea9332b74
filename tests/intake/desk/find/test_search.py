"""The search page: what finds whom, what the page shows of it, and what is kept of the term."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
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
from tests.plugin.desk import Answer, Desk, address, ledger_lines

pytestmark = pytest.mark.django_db
URL = "/desk/search/"
MARKER = "marigold"
NAME = "José O’Brien-Baker"
PHONE = "(217) 555-0142"
EMAIL = "Jo.Baker@mail.example"


def search_for(desk: Desk, term: str, **fields: str) -> Answer:
    return desk.post(URL, {"term": term} | fields)


def person(**changed: Any) -> Answers:
    return rows.answers(**{"name": NAME, "phone": PHONE} | changed)


def by_email(**changed: Any) -> Answers:
    return person(channel="email", phone="", email=EMAIL, **changed)


def found(answer: Answer) -> set[str]:
    """The records that the page leads to."""
    return {link for link in answer.links if link.endswith("/change/")}


def test_person_is_found(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person())
    rows.request(sent=person(name="Robin", phone="217-555-0199"))
    terms = {
        "name": [NAME, "jose obrien", "BAKER", "  bak   JO ", "jos"],
        "phone number": ["217-555-0142", "+1 217 555 0142", "0142", "555 0142"],
    }
    for rule, term in ((rule, each) for rule, several in terms.items() for each in several):
        answer = search_for(at_desk, term)
        assert answer.status == 200
        assert found(answer) == {address(row)}, term
        assert f"Found by{rule}" in "".join(answer.text.split("\n")), term


def test_person_is_found_by_address(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=by_email())
    rows.request(sent=person(name="Robin"))

    for term in (EMAIL, "jo.baker@MAIL.example ", "jo.baker"):
        assert found(search_for(at_desk, term)) == {address(row)}, term


def test_somebody_else_is_not_found(morning: datetime, at_desk: Desk) -> None:
    rows.request(sent=person())
    rows.request(sent=by_email())

    terms = ["Barker", "aker", "jo robin", "217-555-0143", "2175", "mail.example", "baker@mail"]
    for term in terms:
        answer = search_for(at_desk, term)
        assert found(answer) == set(), term
        assert "Nothing found" in answer.text


def test_digits_in_an_address_are_no_number(morning: datetime, at_desk: Desk) -> None:
    rows.request(sent=person())

    assert found(search_for(at_desk, "sam0142@mail.example")) == set()


def test_pseudonym_is_found_without_opening_anything(
    morning: datetime, at_desk: Desk, unsealings: list[UUID]
) -> None:
    row = rows.request()
    rows.request()

    for term in (str(row), str(row).lower(), f" {str(row).upper()} "):
        assert found(search_for(at_desk, term)) == {address(row)}
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_part_of_a_pseudonym_is_found(morning: datetime, at_desk: Desk) -> None:
    row = rows.request()

    assert address(row) in found(search_for(at_desk, str(row).split()[1]))


@given(st.uuids(), st.sampled_from([str, str.upper, str.lower]))
def test_every_pseudonym_is_known_as_one(request_id: UUID, write: Callable[[str], str]) -> None:
    assert is_pseudonym(write(pseudonym(request_id)))


@pytest.mark.parametrize(
    "text", ["", "Quiet Harbor", "Quiet Harbor 7", "Quiet Harbor ²7", "Harbor Quiet 27", "Sam 2 27"]
)
def test_other_words_are_no_pseudonym(text: str) -> None:
    assert not is_pseudonym(text)


def test_closed_ones_are_found_when_asked_for_and_not_too_old(
    morning: datetime, at_desk: Desk
) -> None:
    row, erased, old = (rows.request(sent=person()) for _ in range(3))
    rows.step(row, State.SPAM)
    rows.step(erased, State.WITHDRAWN)
    rows.step(old, State.SPAM, closed_at=morning - timedelta(days=91))

    assert found(search_for(at_desk, "baker")) == set()
    answer = search_for(at_desk, "baker", closed_too="on")
    assert found(answer) == {address(row)}
    assert answer.page.checked["closed_too"] == ["on"]


def test_closed_ones_are_bounded(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_CLOSED", 1)
    first, last = (rows.request(sent=person()) for _ in range(2))
    rows.step(first, State.SPAM, closed_at=morning - timedelta(days=2))
    rows.step(last, State.SPAM, closed_at=morning - timedelta(days=1))

    assert found(search_for(at_desk, "baker", closed_too="on")) == {address(last)}
    assert LedgerEntry.objects.get().detail == "requests: 1"


def test_list_names_nobody(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person(message=MARKER))

    answer = search_for(at_desk, "0142")

    text = answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert str(row) in text
    assert "nobody yet" in text
    assert "Tue, Mar 11, 10:30 am" in text
    assert "Safe nowYes" in "".join(text.split("\n"))
    for secret in ("José", "Baker", "(217)", MARKER):
        assert secret not in text


def test_not_safe_is_said(afternoon: datetime, at_desk: Desk) -> None:
    rows.request(sent=person())

    assert "Safe nowNo" in "".join(search_for(at_desk, "0142").text.split("\n"))


def test_who_must_not_be_contacted_is_never_safe(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person())
    rows.step(row, State.DO_NOT_CONTACT, closed_at=morning)

    text = search_for(at_desk, "0142", closed_too="on").text

    assert "Safe nowNo" in "".join(text.split("\n"))
    assert "Do not contact" in text


def test_whose_old_number_stays_hidden_is_not_safe(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person())
    rows.step(row, State.DO_NOT_CONTACT)
    rows.step(row, State.CLAIMED)

    assert "Safe nowNo" in "".join(search_for(at_desk, "0142").text.split("\n"))


def test_at_most_fifty_are_shown_the_most_urgent_first(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_SHOWN", 2)
    late, first, second = (rows.request(sent=person()) for _ in range(3))
    for row, hour in ((late, 20), (first, 16), (second, 17)):
        Request.objects.filter(pk=row.pk).update(next_due=morning.replace(hour=hour))

    answer = search_for(at_desk, "baker")

    assert found(answer) == {address(first), address(second)}
    assert "3 requests" in answer.text
    assert "These are the first 2, the most urgent first." in answer.text


def test_form_is_empty_at_first_and_searches_nothing(at_desk: Desk, unsealings: list[UUID]) -> None:
    rows.request()

    answer = at_desk.get(URL, term="Sam")

    assert answer.values["term"] == ""
    assert answer.title == "Search | Follow-up desk"
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_too_little_is_refused_and_kept(at_desk: Desk, unsealings: list[UUID]) -> None:
    rows.request()
    for term in ("", " ", "j", "217", "-", "@", "j o", "x" * 255):
        answer = search_for(at_desk, term)
        assert answer.status == 422, term
        assert answer.values["term"] == term
        assert answer.title == "Error: Search | Follow-up desk"
        control, given = answer.page.with_id("searchform_term")
        assert control == "input"
        assert given["aria-invalid"] == "true"
        assert "searchform_term_error" in str(given["aria-describedby"])
    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_one_sign_can_be_a_name(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person(name="李"))

    assert found(search_for(at_desk, "李")) == {address(row)}


def test_term_stays_in_the_field(morning: datetime, at_desk: Desk) -> None:
    term = ' <b>"Jo" '

    assert search_for(at_desk, term).values["term"] == term


def test_nothing_is_searched_without_the_ledger(
    at_desk: Desk, unsealings: list[UUID], broken_ledger: Callable[[], None]
) -> None:
    rows.request(sent=person())
    broken_ledger()

    answer = search_for(at_desk, "baker", closed_too="on")

    assert answer.status == 503
    assert "Nothing was searched" in answer.text
    assert answer.values["term"] == "baker"
    assert answer.page.checked["closed_too"] == ["on"]
    assert unsealings == []


def test_damaged_key_file_is_named(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise KeyFileError("x.private.json: damaged")

    monkeypatch.setattr(keys, "private_keys", damaged)

    answer = search_for(at_desk, "baker")

    assert answer.status == 503
    assert "x.private.json: damaged" in answer.text


def test_missing_key_is_named(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows.request()
    (desk,) = (key.id for key in keys.public_keys() if key.purpose == keys.Purpose.DESK)
    monkeypatch.setattr(keys, "private_keys", dict)

    answer = search_for(at_desk, "baker")

    assert answer.status == 200
    assert "1 could not be read: no key here opens it." in answer.text
    assert f"Missing key {desk}." in answer.text


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
    morning: datetime, at_desk: Desk, every_word: Callable[[], str]
) -> None:
    rows.request(sent=person(name=MARKER))

    answers = search_for(at_desk, MARKER), search_for(at_desk, MARKER * 40)

    assert [bool(found(each)) for each in answers] == [True, False]
    assert MARKER not in every_word()
    for answer in answers:
        assert MARKER not in answer.title + answer.text + str(answer.headers)
        marked = [given for _, given in answer.page.tags if MARKER in str(given)]
        assert marked == answer.page.named("term")


def test_nothing_of_a_term_shows_in_a_repr() -> None:
    assert MARKER not in repr(Term.of(MARKER))


def test_ledger_has_one_line_for_each_search(morning: datetime, at_desk: Desk) -> None:
    rows.request()
    for term in ("baker", "robin"):
        search_for(at_desk, term)

    lines = ledger_lines("action", "by", "record", "detail")
    assert lines == [("searched", "ana", None, "requests: 1")] * 2


def test_as_many_queries_for_a_hundred_as_for_ten(morning: datetime, at_desk: Desk) -> None:
    costs = []
    for more in (10, 90):
        for _ in range(more):
            rows.request(sent=person())
        with CaptureQueriesContext(connection) as queries:
            assert len(found(search_for(at_desk, "baker"))) >= 10
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_unknown_ids_find_nothing() -> None:
    assert list(Request.objects.with_ids([uuid4()])) == []
