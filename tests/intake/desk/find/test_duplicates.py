"""Which requests may be the same person's, what staff see of it, and how a manager links them."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.find import duplicates, linking
from intake.desk.find.duplicates import RULES, matching, suggest
from intake.desk.find.scan import Comparable
from intake.desk.steps.changing import Overtaken, StepRefused
from intake.models import LedgerEntry, Request
from intake.rules.states import OPEN, State
from intake.seal import keys
from intake.seal.answers import Answers, Asker, Window
from intake.seal.keys import KeyFileError
from tests.intake import rows
from tests.plugin.desk import Answer, Desk, address

pytestmark = pytest.mark.django_db
MARKER = "marigold"
NUMBER, ADDRESS, NAME, NEARLY = RULES


def person(**changed: Any) -> Answers:
    return rows.answers(**{"name": f"José {MARKER}", "phone": "(217) 555-0142"} | changed)


def press(desk: Desk, row: Request, button: str, **fields: Any) -> Answer:
    return desk.post(f"/desk/requests/{row.pk}/{button}/", fields)


def link(desk: Desk, row: Request, joins: Request, **fields: Any) -> Answer:
    return press(desk, row, "link", **{"other": joins.pk, "seen": row.changes} | fields)


def said(answer: Answer) -> str:
    return " ".join(answer.messages)


def suggested(answer: Answer) -> list[str]:
    """Where the headings of the suggestions lead."""
    return [
        given["href"] or ""
        for tag, given in answer.page.tags
        if tag == "a" and given.get("class") == "found__name"
    ]


def comparable(
    *names: str, numbers: tuple[str, ...] = (), addresses: tuple[str, ...] = ()
) -> Comparable:
    words = frozenset(tuple(name.split()) for name in names)
    return Comparable(UUID(int=1), words, frozenset(numbers), frozenset(addresses))


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        (comparable(numbers=("2175550142",)), comparable(numbers=("2175550142",)), (NUMBER,)),
        (
            comparable(addresses=("a@b.example",)),
            comparable(addresses=("a@b.example",)),
            (ADDRESS,),
        ),
        (comparable("jo baker"), comparable("jo baker"), (NAME,)),
        (comparable("jo"), comparable("jo"), ()),
        (comparable("jo baker"), comparable("baker jo"), ()),
        (
            comparable("jo", numbers=("2175550142",)),
            comparable("jo", numbers=("2175550124",)),
            (NEARLY,),
        ),
        (
            comparable("jo", numbers=("2175550142",)),
            comparable("sam", numbers=("2175550124",)),
            (),
        ),
        (
            comparable("jo", numbers=("2175550142",)),
            comparable("jo", numbers=("2175550215",)),
            (),
        ),
        (comparable(), comparable(), ()),
    ],
)
def test_rules(one: Comparable, other: Comparable, rules: tuple[str, ...]) -> None:
    assert matching(one, other) == matching(other, one) == rules


WORDS = st.sampled_from(["jo", "jo baker", "sam", "sam bo lee"])
ANYBODY = st.builds(
    Comparable,
    st.just(UUID(int=1)),
    st.frozensets(WORDS.map(lambda name: tuple(name.split()))),
    st.frozensets(st.sampled_from(["2175550142", "2175550124", "2175559999", "0142"])),
    st.frozensets(st.sampled_from(["a@b.example", "c@d.example"])),
)


@given(ANYBODY, ANYBODY)
def test_who_is_compared_with_whom_makes_no_difference(one: Comparable, other: Comparable) -> None:
    assert matching(one, other) == matching(other, one)


@given(ANYBODY)
def test_every_number_address_and_whole_name_finds_itself(one: Comparable) -> None:
    rules = matching(one, one)

    assert (NUMBER in rules) is bool(one.numbers)
    assert (ADDRESS in rules) is bool(one.addresses)
    assert (NAME in rules) is any(len(name) > 1 for name in one.names)


def test_open_requests_of_the_same_person_are_suggested() -> None:
    row, same = rows.request(sent=person()), rows.request(sent=person(name="Sam"))
    rows.request(sent=person(name="Sam", phone="217-555-0199"))

    found = suggest(row, by="ana")

    assert [(each.row, each.by) for each in found.shown] == [(same, (NUMBER,))]
    assert found.total == 1


@pytest.mark.parametrize("asker", [Asker.SOMEONE, Asker.PATIENT])
def test_nobody_is_compared_across_askers(unsealings: list[UUID], asker: Asker) -> None:
    mine, theirs = rows.request(sent=person()), rows.request(sent=person(about=asker))

    assert suggest(mine, by="ana").total == 0
    assert suggest(theirs, by="ana").total == 0
    opened = [mine.submissions.get().pk, theirs.submissions.get().pk]
    assert unsealings == opened


def test_closed_ones_and_linked_ones_are_not_suggested() -> None:
    row = rows.request(sent=person())
    for state in (State.SPAM, State.DUPLICATE, State.WITHDRAWN):
        rows.step(rows.request(sent=person()), state)

    assert suggest(row, by="ana").total == 0


def test_line_says_for_which_request_and_for_nobody_by_name(unsealings: list[UUID]) -> None:
    row = rows.request(sent=person())
    rows.request(sent=person())

    suggest(row, by="ana")

    lines = LedgerEntry.objects.order_by("number").values_list("action", "by", "record", "detail")
    assert list(lines) == [("sought_duplicates", "ana", row.pk, "requests: 2")]
    assert len(unsealings) == 2


def test_request_that_cannot_be_read_finds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows.request(sent=person())
    rows.request(sent=person())
    monkeypatch.setattr(keys, "private_keys", dict)

    found = suggest(row, by="ana")

    assert (found.total, found.scan.locked) == (0, 2)


def test_as_many_queries_for_a_hundred_as_for_ten(manager_at_desk: Desk) -> None:
    costs = []
    row = rows.request(sent=person())
    for more in (10, 90):
        for _ in range(more):
            rows.request(sent=person())
        with CaptureQueriesContext(connection) as queries:
            assert len(suggested(press(manager_at_desk, row, "duplicates"))) >= 10
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_page_shows_which_rule_matched_and_no_value(morning: datetime, at_desk: Desk) -> None:
    row, same = rows.request(sent=person()), rows.request(sent=person())

    answer = press(at_desk, row, "duplicates")

    assert answer.status == 200
    assert answer.title == f"Duplicates of {row} | Follow-up desk"
    assert "1 request may be the same person’s" in answer.text
    assert f"{NUMBER}; {NAME}" in answer.text
    assert suggested(answer) == [address(same)]
    for secret in (MARKER, "José", "0142"):
        assert secret not in answer.text
    assert "tell a manager" in answer.text
    assert "link it" not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_page_says_that_there_is_none(morning: datetime, at_desk: Desk) -> None:
    text = press(at_desk, rows.request(sent=person()), "duplicates").text

    assert "No duplicate found" in text
    assert "another kind of asker are never compared" in text


def test_page_shows_at_most_a_few(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "MOST_SHOWN", 2)
    row, *_ = (rows.request(sent=person()) for _ in range(4))

    answer = press(at_desk, row, "duplicates")

    assert len(suggested(answer)) == 2
    assert "These are the first 2" in answer.text


def test_nothing_is_looked_for_without_the_ledger(
    at_desk: Desk, unsealings: list[UUID], broken_ledger: Callable[[], None]
) -> None:
    row = rows.request(sent=person())
    broken_ledger()

    assert press(at_desk, row, "duplicates").status == 503
    assert unsealings == []


def test_nothing_is_looked_for_by_a_link(at_desk: Desk) -> None:
    row = rows.request()
    for button in ("duplicates", "link", "unlink"):
        assert at_desk.get(f"/desk/requests/{row.pk}/{button}/").status in (403, 405)
    assert not LedgerEntry.objects.exists()


def test_no_such_request(manager_at_desk: Desk) -> None:
    for button, fields in (("duplicates", {}), ("link", {"other": uuid4()}), ("unlink", {})):
        path = f"/desk/requests/{uuid4()}/{button}/"
        assert manager_at_desk.post(path, {"seen": 0} | fields).status == 404


def test_claim_looks_once_and_says_how_many(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person())
    rows.request(sent=person())

    words = said(at_desk.step(row, State.CLAIMED))

    assert "1 other request may be the same person’s. Look for duplicates below." in words
    assert MARKER not in words
    assert LedgerEntry.objects.filter(action="sought_duplicates", record=row.pk).count() == 1


def test_claim_of_a_request_without_duplicates_says_nothing(
    morning: datetime, at_desk: Desk
) -> None:
    answer = at_desk.step(rows.request(sent=person()), State.CLAIMED)

    assert "same person" not in said(answer)
    assert LedgerEntry.objects.filter(action="sought_duplicates").count() == 1


def test_other_steps_look_for_nothing(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(sent=person())

    at_desk.step(row, State.SPAM, reason="no_sense")

    assert not LedgerEntry.objects.filter(action="sought_duplicates").exists()


def test_claim_holds_when_duplicates_cannot_be_looked_for(
    morning: datetime,
    at_desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*args: Any, **options: Any) -> None:
        raise KeyFileError("x.private.json: damaged")

    row = rows.request(sent=person())
    monkeypatch.setattr(duplicates, "suggest", fails)
    with caplog.at_level(logging.ERROR):
        answer = at_desk.step(row, State.CLAIMED)

    row.refresh_from_db()
    assert row.state == State.CLAIMED
    assert "could not be looked for just now" in said(answer)
    assert "duplicates were not looked for: KeyFileError" in caplog.text


def test_call_that_is_claimed_at_once_is_compared(morning: datetime, at_desk: Desk) -> None:
    rows.request(sent=person(about=Asker.SOMEONE, name="Sam"))

    answer = at_desk.take_call(about="someone", phone="(217) 555-0142")

    assert "1 other request may be the same person’s" in said(answer)


def test_manager_links_and_the_record_says_to_which(
    morning: datetime, manager_at_desk: Desk
) -> None:
    row, other = rows.request(sent=person()), rows.request(sent=person())
    page = press(manager_at_desk, row, "duplicates")
    assert f"{row} belongs to {other}: link it" in page.text

    answer = link(manager_at_desk, row, other, seen=page.values["seen"])

    assert answer.location == address(row)
    assert said(answer) == f"Linked: it belongs to {other}."
    row.refresh_from_db()
    assert (row.state, row.duplicate_of, row.changes) == (State.DUPLICATE, other, 1)
    assert (row.closed_at, row.closed_by, row.next_due) == (morning, "max", None)
    line = LedgerEntry.objects.get(action="linked")
    assert (line.record, line.by) == (row.pk, "max")
    assert line.detail == f"new > duplicate; {other.pk}"
    text = manager_at_desk.open(row).text
    assert f"Belongs to {other}" in text
    assert "Work on that one." in text
    assert "Another person’s after all: unlink it" in text
    assert "Look for duplicates" not in text
    assert f"The same person also sent: {row}" in manager_at_desk.open(other).words


def test_manager_unlinks_and_it_is_new_again(morning: datetime, manager_at_desk: Desk) -> None:
    row, other = rows.request(sent=person()), rows.request(sent=person())
    due = row.next_due
    link(manager_at_desk, row, other)

    answer = press(manager_at_desk, row, "unlink", seen=1)

    assert said(answer).endswith("No longer linked: it is new again.")
    row.refresh_from_db()
    assert (row.state, row.duplicate_of, row.owner) == (State.NEW, None, "")
    assert (row.next_due, row.next_action, row.closed_at) == (due, "first_attempt", None)
    line = LedgerEntry.objects.get(action="unlinked")
    assert line.detail == f"duplicate > new; {other.pk}"


def test_coordinator_sees_the_link_and_no_button(morning: datetime, at_desk: Desk) -> None:
    row, other = rows.request(sent=person()), rows.request(sent=person())
    rows.step(row, State.DUPLICATE, duplicate_of_id=other.pk)

    text = at_desk.open(row).text

    assert f"Belongs to {other}" in text
    assert "tell a manager, who can unlink it." in text
    assert "after all" not in text


@pytest.mark.parametrize("inside", [True, False])
def test_linked_request_says_neither_safe_nor_not_and_dials_nothing(
    morning: datetime, at_desk: Desk, inside: bool
) -> None:
    windows = Window(0) if inside else Window.WEEKEND_MORNING
    row, other = (rows.request(sent=rows.answers(windows=windows)) for _ in range(2))
    assert "o contact now" in at_desk.open(row).text
    rows.step(row, State.DUPLICATE, duplicate_of_id=other.pk)

    answer = at_desk.open(row)

    assert f"Belongs to {other}" in answer.text
    assert address(other) in answer.links
    for words in ("o contact now", "next safe time", "I need the number now", "Nobody answers."):
        assert words not in answer.text
    assert not [link for link in answer.links if link.startswith("tel:")]
    assert "override" not in answer.offered("action")
    assert "o contact now" in at_desk.open(other).text


def test_linked_request_still_says_do_not_contact(morning: datetime, at_desk: Desk) -> None:
    row, other = rows.request(), rows.request()
    rows.step(row, State.DO_NOT_CONTACT)
    rows.step(row, State.CLAIMED)
    rows.step(row, State.DUPLICATE, duplicate_of_id=other.pk, owner="ana")

    text = at_desk.open(row).text

    assert f"Belongs to {other}" in text
    assert "This person asked not to be contacted." in text


def test_coordinator_links_nothing(coordinator: User) -> None:
    row, other = rows.request(sent=person()), rows.request(sent=person())

    with pytest.raises(StepRefused, match="for a manager"):
        linking.link(row.pk, other.pk, seen=0, user=coordinator, now=rows.NOW)
    with pytest.raises(StepRefused, match="for a manager"):
        linking.unlink(row.pk, seen=0, user=coordinator, now=rows.NOW)


def test_every_open_request_can_be_linked(manager: User) -> None:
    for state in OPEN:
        row, other = rows.request_in(state), rows.request()

        linked = linking.link(row.pk, other.pk, seen=row.changes, user=manager, now=rows.NOW)

        linked.refresh_from_db()
        assert (linked.state, linked.duplicate_of) == (State.DUPLICATE, other), state


def refused(desk: Desk, row: Request, joins: Request, **fields: Any) -> str:
    """What staff read; the request is as it was."""
    before = Request.objects.filter(pk=row.pk).values().get()
    answer = link(desk, row, joins, **fields)
    assert answer.location == address(row)
    assert Request.objects.filter(pk=row.pk).values().get() == before
    assert not LedgerEntry.objects.filter(action="linked").exists()
    return said(answer)


@pytest.mark.parametrize("asker", [Asker.SOMEONE, Asker.PATIENT])
def test_across_askers_is_refused_in_words(
    morning: datetime, manager_at_desk: Desk, asker: Asker
) -> None:
    mine, theirs = rows.request(sent=person()), rows.request(sent=person(about=asker))

    for row, other in ((mine, theirs), (theirs, mine)):
        words = refused(manager_at_desk, row, other)
        assert "never linked" in words
        assert "They may not know of each other." in words
        assert "Nothing was changed." in words


@pytest.mark.parametrize("state", [State.SPAM, State.WITHDRAWN, State.DUPLICATE])
def test_closed_ones_are_refused_in_words(
    morning: datetime, manager_at_desk: Desk, state: State
) -> None:
    row, closed = rows.request(), rows.request_in(state)

    assert "Only two open requests can be linked." in refused(manager_at_desk, row, closed)
    assert "Only two open requests can be linked." in refused(manager_at_desk, closed, row)


def test_itself_is_refused_in_words(morning: datetime, manager_at_desk: Desk) -> None:
    row = rows.request()

    assert "Only two open requests" in refused(manager_at_desk, row, row)


def test_what_others_belong_to_is_linked_the_other_way_around(
    morning: datetime, manager_at_desk: Desk
) -> None:
    row, other, joined = (rows.request() for _ in range(3))
    rows.step(joined, State.DUPLICATE, duplicate_of_id=row.pk)

    words = refused(manager_at_desk, row, other)

    assert f"open {other} and look for duplicates there" in words


def test_who_is_slower_is_told_so(morning: datetime, manager_at_desk: Desk, manager: User) -> None:
    row, other = rows.request(), rows.request()
    Request.objects.filter(pk=row.pk).update(changes=1)

    assert "Somebody was faster" in refused(manager_at_desk, row, other, seen=0)
    with pytest.raises(Overtaken):
        linking.unlink(row.pk, seen=0, user=manager, now=rows.NOW)


@pytest.mark.parametrize("fields", [{"seen": "x"}, {"other": "x"}])
def test_button_of_an_old_page_changes_nothing(
    morning: datetime, manager_at_desk: Desk, fields: dict[str, str]
) -> None:
    row, other = rows.request(), rows.request()

    assert "old page" in refused(manager_at_desk, row, other, **fields)
    assert "old page" in said(press(manager_at_desk, row, "unlink", seen=""))


def test_other_one_that_is_gone_is_said(morning: datetime, manager_at_desk: Desk) -> None:
    row = rows.request()

    words = refused(manager_at_desk, row, row, other=uuid4())

    assert "not here any more" in words


def test_what_is_not_linked_is_not_unlinked(morning: datetime, manager_at_desk: Desk) -> None:
    row = rows.request()

    answer = press(manager_at_desk, row, "unlink", seen=0)

    assert "not linked to another one" in said(answer)
    assert not LedgerEntry.objects.filter(action="unlinked").exists()


@pytest.mark.parametrize("button", ["link", "unlink"])
def test_nothing_is_linked_without_the_ledger(
    morning: datetime, manager_at_desk: Desk, broken_ledger: Callable[[], None], button: str
) -> None:
    row, other = rows.request(), rows.request()
    if button == "unlink":
        rows.step(row, State.DUPLICATE, duplicate_of_id=other.pk)
    broken_ledger()

    answer = press(manager_at_desk, row, button, seen=0, other=other.pk)

    assert answer.status == 503
    row.refresh_from_db()
    assert row.state == (State.NEW if button == "link" else State.DUPLICATE)
