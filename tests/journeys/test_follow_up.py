"""What coordinators and a manager do from the queue, on a phone."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from intake.models import OutboxMessage, Request
from intake.rules.states import State
from tests.intake import rows
from tests.journeys.house import House
from tests.journeys.scenes import a_request, record_address, sign_in

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(page: Page) -> Page:
    """As staff hold it between two groups."""
    page.set_viewport_size(PHONE)
    return page


def test_claimed_from_the_queue(phone: Page, house: House) -> None:
    coordinator = sign_in(phone, house)
    row = a_request()
    go_to_section(phone, house, "unclaimed")

    phone.get_by_role("button", name=f"Claim {row}").click()

    then_it_is(row, State.CLAIMED)
    assert row.owner == coordinator
    go_to_section(phone, house, "mine")
    phone.get_by_role("link", name=str(row)).click()
    assert phone.url == record_address(house.site, row)


def test_rescued_from_quarantine(phone: Page, house: House) -> None:
    sign_in(phone, house)
    row = rows.request_in(State.QUARANTINED)
    received = row.received
    go_to_section(phone, house, "quarantine")

    phone.get_by_role("button", name=f"Rescue {row}").click()

    expect(phone.get_by_text("Nothing here.")).to_be_visible()
    then_it_is(row, State.NEW)
    assert row.received == received
    assert OutboxMessage.objects.filter(kind="rescue", request=row).count() == 1


def test_manager_decides(phone: Page, house: House) -> None:
    sign_in(phone, house, "manager")
    row = rows.request_in(State.NEEDS_DECISION)
    go_to_section(phone, house, "decision")
    phone.get_by_role("link", name=str(row)).click()
    when_the_manager_says_why_they_open_it(phone)

    phone.locator("summary").filter(has_text="Have it tried again").click()
    button = phone.get_by_role("button", name="Have it tried again")
    drawer = phone.locator("details", has=button)
    drawer.get_by_label("Reason").select_option(index=1)
    button.click()

    expect(phone.get_by_text("Now “Trying”.")).to_be_visible()
    then_it_is(row, State.TRYING)


def when_the_manager_says_why_they_open_it(page: Page) -> None:
    page.get_by_role("group", name="Why do you open it?").get_by_role("radio").first.check()
    page.get_by_role("button", name="Open it").click()


def then_it_is(row: Request, state: State) -> None:
    row.refresh_from_db()
    assert row.state == state


def go_to_section(page: Page, house: House, section: str) -> None:
    page.goto(f"{house.site}/desk/queue/?{urlencode({'section': section})}")
