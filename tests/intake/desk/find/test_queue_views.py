"""The queue as a page: whom it shows, in which order, what one tap does, what it costs."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.desk.find.queue_words import WORDS
from intake.models import LedgerEntry, OutboxMessage, Request
from intake.models.queue_sections import Section
from intake.rules.states import State
from intake.seal.answers import Asker, Channel, Window
from tests.intake import rows
from tests.plugin.desk import QUEUE, Answer, Desk

pytestmark = pytest.mark.django_db
MARKER = "marker-queue-17"


def names(answer: Answer) -> list[str]:
    """The requests shown, in order."""
    assert answer.status == 200
    return [str(card.row) for card in answer.context["cards"]]


def count(answer: Answer, name: str) -> str:
    (tab,) = [tab for tab in answer.context["tabs"] if tab.section == name]
    return str(tab.count)


def tap(desk: Desk, row: Request, action: str, **changed: Any) -> Answer:
    fields = {"action": action, "id": row.pk, "changes": row.changes}
    return desk.post(f"{QUEUE}?section=unclaimed", fields | changed)


def test_who_may_only_look_takes_nothing(morning: datetime) -> None:
    user = User.objects.create_user("eye", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_request"))
    desk, row = Desk(user), rows.request()

    assert desk.queue().offered("action") == []
    assert tap(desk, row, "claim").status == 403
    assert Request.objects.get().state == State.NEW


def test_card_says_what_is_next_and_nothing_that_was_typed(
    morning: datetime, at_desk: Desk
) -> None:
    sent = rows.answers(name=MARKER, message=MARKER, about=Asker.SOMEONE)
    row = rows.request(sent=sent)

    html = at_desk.queue().html

    for words in (str(row), "Call by 10:45 am", "Safe until noon", "For someone they care about"):
        assert words in html
    assert "Phone call" in html and "Nobody has it yet" in html
    assert MARKER not in html and "555-0100" not in html


def test_queue_opens_nothing(morning: datetime, at_desk: Desk, unsealings: list[Any]) -> None:
    rows.request()
    for each in Section:
        at_desk.queue(each)

    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_card_outside_the_window_says_when_it_is_safe(afternoon: datetime, at_desk: Desk) -> None:
    rows.request()

    html = at_desk.queue("unclaimed").html

    assert "Not safe now. Next safe time: tomorrow, 8 am" in html
    assert "Overdue since 10:45 am: call for the first time" in html


def test_empty_section_says_what_to_do_next(at_desk: Desk) -> None:
    for name in Section:
        answer = at_desk.queue(name)
        assert "Nothing here." in answer.text, name
        assert WORDS[name].empty in answer.text, name
        assert answer.title == f"{WORDS[name].title} | Follow-up desk"


def test_closed_clinic_says_when_it_opens(coordinator: User) -> None:
    with time_machine.travel(rows.NOW + timedelta(hours=12), tick=False):
        rows.request(sent=rows.answers(windows=0))
        answer = Desk(coordinator).queue()

    assert names(answer) == []
    assert "We open tomorrow, 8 am" in answer.text


def test_every_state_has_a_card(morning: datetime, at_desk: Desk) -> None:
    row_in = {state: rows.request_in(state) for state in State if state is not State.PURGED}
    Request.objects.open().update(next_due=rows.MINUTE)
    cards = {
        str(card.row): str(card.row.get_state_display())
        for section in ("closed", "overdue")
        for card in at_desk.queue(section).context["cards"]
    }
    shown = at_desk.queue("closed").text + at_desk.queue("overdue").text

    assert {state: cards.get(str(row)) for state, row in row_in.items()} == {
        state: state.label for state in row_in
    }
    assert [state for state in row_in if state.label not in shown] == []


def test_card_of_a_closed_request_says_since_when(morning: datetime, at_desk: Desk) -> None:
    rows.step(rows.request(), State.SPAM, closed_at=morning)
    rows.request()

    (closed,) = at_desk.queue("closed").context["cards"]
    (waiting,) = at_desk.queue("unclaimed").context["cards"]

    assert (closed.closed, waiting.closed) == (True, False)
    assert closed.next in at_desk.queue("closed").text
    assert closed.next == "Closed 10:30 am"
    assert waiting.next == "Call by 10:45 am"


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.EMAIL])
def test_card_names_the_way_of_reply(morning: datetime, at_desk: Desk, channel: Channel) -> None:
    email = {"email": "sam@mail.example"} if channel is Channel.EMAIL else {}
    rows.request(sent=rows.answers(channel=channel, **email))

    assert f"{channel.capitalize()} by 10:45 am" in at_desk.queue("unclaimed").text


def test_claim_makes_it_mine(morning: datetime, at_desk: Desk) -> None:
    row = rows.request()

    answer = tap(at_desk, row, "claim")

    assert answer.location == f"{QUEUE}?section=unclaimed"
    row.refresh_from_db()
    assert (row.state, row.owner) == (State.CLAIMED, "ana")
    assert LedgerEntry.objects.get().action == "stepped"
    assert f"{row} is yours." in at_desk.queue("mine").text


def test_rescue_notifies_anew(morning: datetime, at_desk: Desk) -> None:
    row = rows.request(quarantined=True)

    tap(at_desk, row, "rescue")

    row.refresh_from_db()
    assert row.state == State.NEW
    assert OutboxMessage.objects.filter(kind=OutboxMessage.Kind.RESCUE, request=row).exists()


def test_second_claimer_is_told_and_changes_nothing(
    morning: datetime, at_desk: Desk, manager_at_desk: Desk
) -> None:
    row = rows.request()
    tap(manager_at_desk, row, "claim")

    answer = tap(at_desk, row, "claim")

    assert answer.status == 422
    assert "typed" not in answer.text
    assert "Nothing was changed" in answer.text
    assert answer.title.startswith("Error: ")
    row.refresh_from_db()
    assert row.owner == "max"


@pytest.mark.parametrize("changed", [{"id": "no"}, {"id": ""}, {"id": "0" * 32}, {"changes": "no"}])
def test_tap_on_no_request_is_not_found(at_desk: Desk, changed: dict[str, str]) -> None:
    assert tap(at_desk, rows.request(), "claim", **changed).status == 404


def test_unknown_tap_only_shows(at_desk: Desk) -> None:
    assert tap(at_desk, rows.request(), "delete").status == 200
    assert Request.objects.get().state == State.NEW


def test_only_what_can_be_taken_has_a_button(morning: datetime, at_desk: Desk) -> None:
    for state in (State.NEW, State.QUARANTINED, State.CLAIMED, State.WAITING):
        rows.request_in(state)

    sections = ("unclaimed", "quarantine", "waiting")
    taps = {name: at_desk.queue(name).offered("action") for name in sections}

    assert taps == {"unclaimed": ["claim"], "quarantine": ["rescue"], "waiting": []}


@pytest.mark.parametrize(
    "query", ["?section=mallow", "?after=mallow", "?after=1.2", "?after=9.9.9"]
)
def test_odd_address_shows_the_first_page(morning: datetime, at_desk: Desk, query: str) -> None:
    row = rows.request()

    assert names(at_desk.get(QUEUE + query)) == [str(row)]


def test_next_page_goes_on_where_this_one_ends(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.find.queue_views.ON_A_PAGE", 2)
    for _ in range(5):
        rows.request()
    seen, address, pages = [], f"{QUEUE}?section=callable", 0
    while address:
        answer = at_desk.get(address)
        seen += names(answer)
        address, pages = answer.context["older"], pages + 1
        assert bool(answer.context["newest"]) is (pages > 1)

    assert (len(seen), len(set(seen)), pages) == (5, 5, 3)


def test_address_of_the_next_page_tells_nothing(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.find.queue_views.ON_A_PAGE", 1)
    rows.request(), rows.request()

    address = at_desk.queue().context["older"]

    assert re.fullmatch(r"/desk/queue/\?section=callable&after=[01]\.\d+\.[0-9a-f]{32}", address)


def queries(desk: Desk, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert desk.queue(name).status == 200
    return len(captured)


def test_section_costs_as_many_queries_with_two_hundred_rows_as_with_ten(
    morning: datetime, at_desk: Desk
) -> None:
    for _ in range(10):
        rows.request()
    few = {name: queries(at_desk, name) for name in Section}
    for _ in range(190):
        rows.request(sent=rows.answers(windows=Window(_ % 64)))
    many = {name: queries(at_desk, name) for name in Section}

    assert few == many
    assert len(set(many.values())) == 1, many
    assert max(many.values()) <= 13, many


def test_counts_are_written_with_their_sections(morning: datetime, at_desk: Desk) -> None:
    rows.request(), rows.request(quarantined=True), rows.request_in(State.SPAM)

    answer = at_desk.queue()

    assert [count(answer, each) for each in ("callable", "quarantine", "closed")] == ["1"] * 3
    assert count(answer, "mine") == "0"


def test_many_closed_ones_are_counted_about(
    morning: datetime, at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.models.queue_querysets.COUNTED", 2)
    for _ in range(4):
        rows.request_in(State.SPAM)

    answer = at_desk.queue("closed")

    assert count(answer, "closed") == "about 3"
    assert len(names(answer)) == 4


def test_refresh_needs_no_script_and_no_script_is_inline(at_desk: Desk) -> None:
    answer = at_desk.queue("mine")

    assert f"{QUEUE}?section=mine" in answer.links
    assert not [given for tag, given in answer.page.tags if given.get("http-equiv")]
    assert all(given.get("src") for tag, given in answer.page.tags if tag == "script")


def test_ids_are_unique_and_current_section_is_marked(morning: datetime, at_desk: Desk) -> None:
    rows.request(), rows.request()

    answer = at_desk.queue("unclaimed")

    assert len(answer.ids) == len(set(answer.ids))
    current = [given["href"] for _, given in answer.page.tags if given.get("aria-current")]
    assert current == [QUEUE, f"{QUEUE}?section=unclaimed"]


def test_queue_lists_all_without_a_key_and_beside_a_damaged_record(
    morning: datetime, at_desk: Desk, settings: Any, tmp_path: Any
) -> None:
    settings.INTAKE_KEYS = tmp_path / "none"
    damaged = UUID(int=7)
    rows.sql(
        "INSERT INTO intake_request (id, received, lane, form_version, suite, asker, channel,"
        " windows, language, state, owner, next_action, next_due, changes, outcome,"
        " opened_revision, attempts, benefits, closed_by, no_contact_by, held_by)"
        " VALUES (%s, %s, 'open', 99, 'none', 'self', 'phone', 0, 'xx', 'new', '',"
        " 'first_attempt', %s, 0, '', 0, 0, '', '', '', '')",
        damaged,
        rows.MINUTE,
        rows.NOW,
    )

    answer = at_desk.queue()

    assert names(answer) == [str(Request(id=damaged))]
    assert "Requests cannot be opened: INTAKE_KEYS: no such folder" in answer.text
