"""What two coordinators and a manager do with requests, on a phone, each step in the browser."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from intake.answers import Voicemail, Window
from intake.models import Attempt, LedgerEntry, OutboxMessage, Request
from intake.states import State
from tests.intake import rows
from tests.journeys.house import House
from tests.journeys.scenes import a_request, not_now, record_address, sign_in
from tests.plugin.staff import code, give_app

NUMBER = "217-555-0123"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(page: Page) -> Page:
    """As staff hold it between two groups."""
    page.set_viewport_size(PHONE)
    return page


def test_from_the_queue_to_admission(phone: Page, house: House) -> None:
    coordinator = given_a_coordinator(phone, house)
    row = a_request(phone=NUMBER, windows=not_now(), if_no_answer=Voicemail.NOTHING)

    when_it_is_claimed_from_the_queue(phone, house, row)
    then_the_number_is_not_in_the_page(phone, house, row)

    when_the_person_says_that_any_time_is_safe(phone)
    then_the_number_can_be_tapped(phone)
    then_no_message_can_be_left(phone)

    when_it_happened(phone, "Called: no answer, no message", "The attempt is recorded.")
    when_it_happened(phone, "Talked: still safe as they said", "The attempt is recorded.")
    then_it_is(row, State.REACHED)

    when_an_appointment_is_made(phone)
    then_it_is(row, State.SCHEDULED)

    when_the_step_is_taken(phone, "Admitted")
    then_it_is(row, State.ADMITTED)
    then_everything_was_kept(row, coordinator)


def test_rescued_from_quarantine(phone: Page, house: House) -> None:
    given_a_coordinator(phone, house)
    row = rows.request_in(State.QUARANTINED)
    received = row.received
    go_to_section(phone, house.site, "quarantine")

    phone.get_by_role("button", name=f"Rescue {row}").click()

    expect(phone.get_by_text("Nothing here.")).to_be_visible()
    then_it_is(row, State.NEW)
    assert row.received == received
    assert OutboxMessage.objects.filter(kind="rescue", request=row).count() == 1


def test_manager_decides(phone: Page, house: House) -> None:
    sign_in(phone, house, "manager")
    row = rows.request_in(State.NEEDS_DECISION)
    go_to_section(phone, house.site, "decision")
    phone.get_by_role("link", name=str(row)).click()
    cover_if_asked(phone)

    drawer = open_drawer(phone, "Trying")
    drawer.get_by_label("Reason").select_option(index=1)
    drawer.get_by_role("button", name="Trying: take this step").click()

    expect(phone.get_by_text("Now “Trying”.")).to_be_visible()
    then_it_is(row, State.TRYING)


def test_export_asks_for_the_second_factor_again(phone: Page, house: House) -> None:
    row = a_request(windows=Window(0))
    sign_in(phone, house, "manager", minutes_ago=10)
    give_app(User.objects.get(username="manager"))

    phone.goto(f"{house.site}/desk/export/")
    phone.get_by_label("Code", exact=True).fill(code())
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("combobox", name="Why").select_option(index=1)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Export and record why").click()

    text = download.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 2
    assert str(row) in lines[1]
    assert NUMBER not in text
    assert LedgerEntry.objects.filter(action="exported", by="manager").count() == 1


def given_a_coordinator(page: Page, house: House) -> str:
    return sign_in(page, house)


def when_it_is_claimed_from_the_queue(page: Page, house: House, row: Request) -> None:
    go_to_section(page, house.always_open, "unclaimed")
    page.get_by_role("button", name=f"Claim {row}").click()
    go_to_section(page, house.always_open, "mine")
    page.get_by_role("link", name=str(row)).click()


def then_the_number_is_not_in_the_page(page: Page, house: House, row: Request) -> None:
    expect(page.get_by_role("heading", name="Not safe to contact now")).to_be_visible()
    assert page.url == record_address(house.always_open, row)
    assert NUMBER not in page.content()
    assert LedgerEntry.objects.filter(action="opened", record=row.pk).count() == 1


def when_the_person_says_that_any_time_is_safe(page: Page) -> None:
    page.get_by_text("Something changed").click()
    drawer = page.get_by_role("region", name="Still safe?")
    while (ticked := drawer.get_by_role("checkbox", checked=True)).count():
        ticked.first.uncheck()
    drawer.get_by_label("Any time is safe").check()
    drawer.get_by_role("button", name="They told us some other way: save").click()


def then_the_number_can_be_tapped(page: Page) -> None:
    expect(page.get_by_role("heading", name="Safe to contact now")).to_be_visible()
    link = page.get_by_role("link", name=NUMBER)
    assert link.get_attribute("href") == "tel:+12175550123"


def then_no_message_can_be_left(page: Page) -> None:
    expect(page.get_by_text("Leave no message.", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Called: left the message above")).to_have_count(0)


def when_it_happened(page: Page, outcome: str, done: str) -> None:
    page.get_by_role("button", name=outcome).click()
    expect(page.get_by_text(done)).to_be_visible()


def when_an_appointment_is_made(page: Page) -> None:
    due = timezone.localtime() + timedelta(days=2)
    drawer = open_drawer(page, "Scheduled")
    drawer.get_by_label("When is the next step due?").fill(f"{due:%Y-%m-%dT%H:%M}")
    drawer.get_by_role("button", name="Scheduled: take this step").click()
    expect(page.get_by_text("Now “Scheduled”.")).to_be_visible()


def when_the_step_is_taken(page: Page, target: str) -> None:
    open_drawer(page, target).get_by_role("button", name=f"{target}: take this step").click()
    expect(page.get_by_text(f"Now “{target}”.")).to_be_visible()


def then_it_is(row: Request, state: State) -> None:
    row.refresh_from_db()
    assert row.state == state


def then_everything_was_kept(row: Request, coordinator: str) -> None:
    outcomes = Attempt.objects.filter(request=row).order_by("at").values_list("outcome", flat=True)
    assert list(outcomes) == ["no_answer", "talked"]
    assert row.owner == row.closed_by == coordinator
    assert row.first_attempt_at < row.reached_at < row.offered_at < row.closed_at
    told = LedgerEntry.objects.filter(record=row.pk).exclude(action="opened")
    assert {line.by for line in told} == {coordinator}


def go_to_section(page: Page, site: str, section: str) -> None:
    page.goto(f"{site}/desk/queue/?{urlencode({'section': section})}")


def open_drawer(page: Page, target: str) -> Locator:
    button = page.get_by_role("button", name=f"{target}: take this step", include_hidden=True)
    drawer = page.locator("details", has=button)
    drawer.locator("summary").click()
    return drawer


def cover_if_asked(page: Page) -> None:
    if page.get_by_role("button", name="Open it").count():
        page.get_by_role("group", name="Why do you open it?").get_by_role("radio").first.check()
        page.get_by_role("button", name="Open it").click()
