"""The queue as a page: whom it shows, in which order, what one tap does, what it costs."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intake.desk.find.queue_words import WORDS
from intake.models import LedgerEntry, OutboxMessage, Request
from intake.models.queue_sections import Section
from intake.rules.states import CLOSED, OPEN, State
from intake.seal.answers import Asker, Channel, Window
from tests.intake import rows
from tests.plugin.staff import member, signed_in
from tests.plugin.visitor import Fields

pytestmark = pytest.mark.django_db
QUEUE = "/desk/queue/"
MARKER = "marker-queue-17"


def section(client: Client, name: str = "callable", after: str = "") -> HttpResponse:
    return client.get(QUEUE, {"section": name} | ({"after": after} if after else {}))


def names(response: HttpResponse) -> list[str]:
    """The requests shown, in order."""
    assert response.status_code == 200
    return [str(card.row) for card in response.context["cards"]]


def count(response: HttpResponse, name: str) -> str:
    (tab,) = [tab for tab in response.context["tabs"] if tab.section == name]
    return str(tab.count)


def tap(client: Client, row: Request, action: str, **changed: Any) -> HttpResponse:
    fields = {"action": action, "id": row.pk, "changes": row.changes}
    return client.post(f"{QUEUE}?section=unclaimed", fields | changed)


# ---- who may


def test_anonymous_is_sent_to_the_login(client: Client) -> None:
    assert client.get(QUEUE)["Location"] == f"/desk/login/?next={QUEUE}"


def test_auditor_sees_no_queue(auditor_at_desk: Client) -> None:
    assert section(auditor_at_desk).status_code == 403
    assert auditor_at_desk.get("/desk/intake/request/").status_code == 403


def test_old_list_leads_to_the_queue(at_desk: Client) -> None:
    response = at_desk.get("/desk/intake/request/")

    assert (response.status_code, response["Location"]) == (302, QUEUE)


def test_who_may_only_look_takes_nothing(morning: datetime) -> None:
    from django.contrib.auth.models import Permission, User

    user = User.objects.create_user("eye", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_request"))
    client, row = signed_in(user), rows.request()

    assert "Claim" not in [given.get("value") for given in Fields(section(client)).named("action")]
    assert tap(client, row, "claim").status_code == 403
    assert Request.objects.get().state == State.NEW


# ---- what a card says


def test_card_says_what_is_next_and_nothing_that_was_typed(
    morning: datetime, at_desk: Client
) -> None:
    sent = rows.answers(name=MARKER, message=MARKER, about=Asker.SOMEONE)
    row = rows.request(sent=sent)

    html = section(at_desk).content.decode()

    for words in (str(row), "Call by 10:45 am", "Safe until noon", "For someone they care about"):
        assert words in html
    assert "Phone call" in html and "Nobody has it yet" in html
    assert MARKER not in html and "555-0100" not in html


def test_queue_opens_nothing(morning: datetime, at_desk: Client, unsealings: list[Any]) -> None:
    rows.request()
    for each in Section:
        section(at_desk, each)

    assert unsealings == []
    assert not LedgerEntry.objects.exists()


def test_card_outside_the_window_says_when_it_is_safe(afternoon: datetime, at_desk: Client) -> None:
    rows.request()

    html = section(at_desk, "unclaimed").content.decode()

    assert "Not safe now. Next safe time: tomorrow, 8 am" in html
    assert "Overdue since 10:45 am: call for the first time" in html


@pytest.mark.parametrize("name", Section)
def test_empty_section_says_what_to_do_next(at_desk: Client, name: Section) -> None:
    page = Fields(section(at_desk, name))

    assert "Nothing here." in page.text
    assert WORDS[name].empty in page.text
    assert page.title.strip() == f"{WORDS[name].title} | Follow-up desk"


def test_closed_clinic_says_when_it_opens(coordinator: Any) -> None:
    with time_machine.travel(rows.NOW + timedelta(hours=12), tick=False):
        rows.request(sent=rows.answers(windows=0))
        response = section(signed_in(coordinator))

    assert names(response) == []
    assert "We open tomorrow, 8 am" in Fields(response).text


@pytest.mark.parametrize("state", [state for state in State if state is not State.PURGED])
def test_every_state_has_a_card(morning: datetime, at_desk: Client, state: State) -> None:
    row = rows.request_in(state)
    Request.objects.filter(pk=row.pk, state__in=OPEN).update(next_due=rows.MINUTE)

    response = section(at_desk, "closed" if state in CLOSED else "overdue")

    assert str(row) in names(response)
    assert state.label in Fields(response).text


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.EMAIL])
def test_card_names_the_way_of_reply(morning: datetime, at_desk: Client, channel: Channel) -> None:
    email = {"email": "sam@mail.example"} if channel is Channel.EMAIL else {}
    rows.request(sent=rows.answers(channel=channel, **email))

    assert f"{channel.capitalize()} by 10:45 am" in Fields(section(at_desk, "unclaimed")).text


# ---- one tap


def test_claim_makes_it_mine(morning: datetime, at_desk: Client) -> None:
    row = rows.request()

    response = tap(at_desk, row, "claim")

    assert response["Location"] == f"{QUEUE}?section=unclaimed"
    row.refresh_from_db()
    assert (row.state, row.owner) == (State.CLAIMED, "ana")
    assert LedgerEntry.objects.get().action == "stepped"
    assert f"{row} is yours." in Fields(section(at_desk, "mine")).text


def test_rescue_notifies_anew(morning: datetime, at_desk: Client) -> None:
    row = rows.request(quarantined=True)

    tap(at_desk, row, "rescue")

    row.refresh_from_db()
    assert row.state == State.NEW
    assert OutboxMessage.objects.filter(kind=OutboxMessage.Kind.RESCUE, request=row).exists()


def test_second_claimer_is_told_and_changes_nothing(morning: datetime, at_desk: Client) -> None:
    row = rows.request()
    tap(signed_in(member("max", "clinic manager")), row, "claim")

    response = tap(at_desk, row, "claim")

    page = Fields(response)
    assert response.status_code == 422
    assert "typed" not in page.text
    assert "Nothing was changed" in page.text
    assert page.title.startswith("\nError: ") or page.title.strip().startswith("Error: ")
    row.refresh_from_db()
    assert row.owner == "max"


@pytest.mark.parametrize("changed", [{"id": "no"}, {"id": ""}, {"id": "0" * 32}, {"changes": "no"}])
def test_tap_on_no_request_is_not_found(at_desk: Client, changed: dict[str, str]) -> None:
    assert tap(at_desk, rows.request(), "claim", **changed).status_code == 404


def test_unknown_tap_only_shows(at_desk: Client) -> None:
    assert tap(at_desk, rows.request(), "delete").status_code == 200
    assert Request.objects.get().state == State.NEW


def test_only_what_can_be_taken_has_a_button(morning: datetime, at_desk: Client) -> None:
    for state in (State.NEW, State.QUARANTINED, State.CLAIMED, State.WAITING):
        rows.request_in(state)

    taps = {
        name: [given["value"] for given in Fields(section(at_desk, name)).named("action")]
        for name in ("unclaimed", "quarantine", "waiting")
    }

    assert taps == {"unclaimed": ["claim"], "quarantine": ["rescue"], "waiting": []}


# ---- pages and cost


@pytest.mark.parametrize(
    "query", ["?section=mallow", "?after=mallow", "?after=1.2", "?after=9.9.9"]
)
def test_odd_address_shows_the_first_page(morning: datetime, at_desk: Client, query: str) -> None:
    row = rows.request()

    assert names(at_desk.get(QUEUE + query)) == [str(row)]


def test_next_page_goes_on_where_this_one_ends(
    morning: datetime, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.find.queue_views.ON_A_PAGE", 2)
    for _ in range(5):
        rows.request()
    seen, address, pages = [], f"{QUEUE}?section=callable", 0
    while address:
        response = at_desk.get(address)
        seen += names(response)
        address, pages = response.context["older"], pages + 1
        assert bool(response.context["newest"]) is (pages > 1)

    assert (len(seen), len(set(seen)), pages) == (5, 5, 3)


def test_address_of_the_next_page_tells_nothing(
    morning: datetime, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.desk.find.queue_views.ON_A_PAGE", 1)
    rows.request(), rows.request()

    address = section(at_desk).context["older"]

    assert re.fullmatch(r"/desk/queue/\?section=callable&after=[01]\.\d+\.[0-9a-f]{32}", address)


def queries(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert section(client, name).status_code == 200
    return len(captured)


def test_section_costs_as_many_queries_with_two_hundred_rows_as_with_ten(
    morning: datetime, at_desk: Client
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


def test_counts_are_written_with_their_sections(morning: datetime, at_desk: Client) -> None:
    rows.request(), rows.request(quarantined=True), rows.request_in(State.SPAM)

    response = section(at_desk)

    assert [count(response, each) for each in ("callable", "quarantine", "closed", "mine")] == [
        "1",
        "1",
        "1",
        "0",
    ]


def test_many_closed_ones_are_counted_about(
    morning: datetime, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.models.queue_querysets.COUNTED", 2)
    for _ in range(4):
        rows.request_in(State.SPAM)

    response = section(at_desk, "closed")

    assert count(response, "closed") == "about 3"
    assert len(names(response)) == 4


def test_refresh_needs_no_script_and_no_script_is_inline(at_desk: Client) -> None:
    page = Fields(section(at_desk, "mine"))

    links = [given.get("href") for tag, given in page.tags if tag == "a"]
    assert f"{QUEUE}?section=mine" in links
    assert not [given for tag, given in page.tags if given.get("http-equiv")]
    assert all(given.get("src") for tag, given in page.tags if tag == "script")


def test_ids_are_unique_and_current_section_is_marked(morning: datetime, at_desk: Client) -> None:
    rows.request(), rows.request()

    page = Fields(section(at_desk, "unclaimed"))

    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    current = [given["href"] for _, given in page.tags if given.get("aria-current")]
    assert current == [QUEUE, f"{QUEUE}?section=unclaimed"]


# ---- bad days


def test_queue_lists_all_without_a_key_and_beside_a_damaged_record(
    morning: datetime, at_desk: Client, settings: Any, tmp_path: Any
) -> None:

    settings.INTAKE_KEYS = tmp_path / "none"
    damaged = rows.UUID(int=7)
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

    response = section(at_desk)

    assert names(response) == [str(Request(id=damaged))]
    assert "Requests cannot be opened: INTAKE_KEYS: no such folder" in Fields(response).text
