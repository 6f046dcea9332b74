"""One request from claim to admission on a phone, and a record that covers itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from intake.models import Attempt, Request
from intake.rules.states import State
from intake.seal.answers import Voicemail, Window
from tests.intake import rows
from tests.journeys.house import House
from tests.journeys.scenes import a_request, record_address, sign_in

NUMBER = "217-555-0100"
PHONE: ViewportSize = {"width": 390, "height": 844}
SCROLLED = 500  # ms of our own clock; the page counts its last scrolling as use
HALF_A_NOTE = "They asked whether the bus"


def test_request_is_led_to_admission_on_a_phone(
    page_without_javascript: Page, house: House
) -> None:
    page = page_without_javascript
    page.set_viewport_size(PHONE)
    row = given_a_request_that_is_opened(page, house)

    when_it_is_claimed(page)
    then_nobody_is_called(page)

    when_the_person_says_that_any_time_is_safe(page)
    then_the_number_is_one_tap(page)
    then_no_message_may_be_left(page)

    when_they_talk(page)
    then_it_is(row, State.REACHED)

    when_an_appointment_is_made(page)
    then_it_is(row, State.SCHEDULED)

    step(page, "Mark as admitted")
    then_it_is(row, State.ADMITTED)


def given_a_request_that_is_opened(page: Page, house: House) -> Request:
    sign_in(page, house)
    row = a_request(if_no_answer=Voicemail.NOTHING)
    page.goto(record_address(house.always_open, row))
    return row


def when_it_is_claimed(page: Page) -> None:
    page.get_by_role("button", name="Claim this request").click()


def then_nobody_is_called(page: Page) -> None:
    expect(page.get_by_role("heading", name="Not safe to contact now")).to_be_visible()
    assert NUMBER not in page.content()


def when_the_person_says_that_any_time_is_safe(page: Page) -> None:
    page.get_by_text("Something changed").click()
    changed = page.locator(".record__changed")
    for box in changed.get_by_role("checkbox").all():
        box.uncheck()
    changed.get_by_label("Any time is safe").check()
    changed.get_by_role("button", name="They told us some other way").click()
    expect(page.get_by_text("What changed is written down, sealed.")).to_be_visible()


def then_the_number_is_one_tap(page: Page) -> None:
    link = page.get_by_role("link", name=NUMBER)
    expect(link).to_have_attribute("href", "tel:+12175550100")


def then_no_message_may_be_left(page: Page) -> None:
    expect(page.get_by_text("Leave no message.")).to_be_visible()
    expect(page.get_by_role("button", name="left the message")).to_have_count(0)


def when_they_talk(page: Page) -> None:
    page.get_by_role("button", name="Talked: still safe").click()
    assert Attempt.objects.get().outcome == "talked"


def when_an_appointment_is_made(page: Page) -> None:
    page.locator("summary").filter(has_text="Schedule an appointment").click()
    soon = timezone.localtime() + timedelta(days=2)
    page.locator("#step_scheduled_due").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Schedule an appointment").click()


def step(page: Page, words: str) -> None:
    page.locator("summary").filter(has_text=words).click()
    page.get_by_role("button", name=words).click()


def then_it_is(row: Request, state: State) -> None:
    row.refresh_from_db()
    assert row.state == state


def test_record_is_covered_after_a_minute_and_keeps_half_a_note(page: Page, house: House) -> None:
    page.clock.install()
    row = an_open_record(page, house)
    note = page.get_by_label("Note", exact=True)
    note.fill(HALF_A_NOTE)
    page.wait_for_timeout(SCROLLED)
    where = page.url

    page.clock.run_for(58_000)
    expect(note).to_be_visible()
    page.clock.run_for(4_000)

    expect(page.get_by_role("alert")).to_contain_text("Covered after a minute")
    expect(page.get_by_role("link", name=NUMBER)).to_be_hidden()
    assert NUMBER not in page.locator("body").inner_text()
    expect(page.get_by_role("button", name="Show it again")).to_be_focused()

    page.keyboard.press("Enter")
    expect(note).to_have_value(HALF_A_NOTE)
    expect(note).to_be_focused()
    assert page.url == where
    assert row.texts.count() == 0


@pytest.mark.parametrize("how", ["key", "tap"])
def test_use_keeps_a_record_open(page: Page, house: House, how: str) -> None:
    page.clock.install()
    an_open_record(page, house)
    for _ in range(3):
        page.clock.run_for(40_000)
        if how == "key":
            page.keyboard.press("Shift")
        else:
            page.get_by_role("heading", level=1).click()

    expect(page.get_by_role("link", name=NUMBER)).to_be_visible()


def an_open_record(page: Page, house: House) -> Request:
    by = sign_in(page, house)
    row = a_request(windows=Window(0))
    rows.step(row, State.CLAIMED, owner=by, next_due=timezone.now())
    page.goto(record_address(house.always_open, row))
    return row
