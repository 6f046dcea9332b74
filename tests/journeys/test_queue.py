"""The queue brings itself up to date, and disturbs nobody who works in it."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from intake.seal.answers import Window
from tests.journeys.house import House
from tests.journeys.scenes import a_request, sign_in

A_MINUTE = 61_000


def given_the_queue_of_an_open_clinic(page: Page, house: House) -> None:
    sign_in(page, house)
    page.clock.install(time=timezone.now() + timedelta(seconds=1))
    page.goto(f"{house.always_open}/desk/queue/")
    expect(page.get_by_text("Nothing here.")).to_be_visible()


def test_new_request_comes_by_itself(page: Page, house: House) -> None:
    given_the_queue_of_an_open_clinic(page, house)
    row = a_request(windows=Window(0))

    page.clock.fast_forward(A_MINUTE)

    expect(page.get_by_role("link", name=str(row))).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("The list was brought up to date: 1 changed.")
    assert page.evaluate("document.activeElement === document.body")


def test_who_has_the_focus_in_the_list_is_left_alone(page: Page, house: House) -> None:
    given_the_queue_of_an_open_clinic(page, house)
    row = a_request(windows=Window(0))
    page.get_by_role("link", name="Refresh").focus()

    page.clock.fast_forward(A_MINUTE)

    expect(page.get_by_role("link", name="Refresh")).to_be_focused()
    expect(page.get_by_role("link", name=str(row))).to_have_count(0)


def test_who_was_signed_out_is_told(page: Page, house: House) -> None:
    given_the_queue_of_an_open_clinic(page, house)
    Session.objects.all().delete()

    page.clock.fast_forward(A_MINUTE)

    expect(page.get_by_role("status")).to_contain_text("You were signed out.")
