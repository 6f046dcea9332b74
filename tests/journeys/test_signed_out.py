"""A note that was typed while the login ended, and what becomes of it."""

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from clinic_site.tryout import sample_staff
from intake.models import LedgerEntry, Request
from intake.seal import keys
from intake.store import staff_text
from tests.journeys.house import House
from tests.journeys.scenes import a_request, record_address, sign_in
from tests.plugin.staff import code, give_app

NOTE = "Asked whether the bus\nstill runs after the evening group."


def test_note_is_sent_again_after_a_new_sign_in(page: Page, house: House) -> None:
    row, password = given_a_note_that_is_typed(page, house)
    Session.objects.all().delete()

    when_it_is_saved(page)
    then_it_is_kept_and_not_shown(page, house, row)

    page.get_by_role("button", name="Send it again").click()
    then_it_is_kept_and_not_shown(page, house, row)

    when_they_sign_in_in_another_tab(page, password)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("You are signed in again, as coordinator.")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_text("The note is saved, sealed.")).to_be_visible()
    expect(page.get_by_text("still runs after the evening group.")).to_be_visible()
    assert staff_text.read(row.texts.get(), keys.private_keys()).splitlines() == NOTE.splitlines()
    assert LedgerEntry.objects.filter(action="noted", record=row.pk).count() == 1


def test_note_is_kept_when_they_signed_in_in_another_tab_before(page: Page, house: House) -> None:
    row, password = given_a_note_that_is_typed(page, house)
    Session.objects.all().delete()
    other = page.context.new_page()
    other.goto(f"{house.site}/desk/login/")
    when_the_form_is_filled_in(other, password)

    when_it_is_saved(page)
    expect(page.get_by_text("You are signed in again, as coordinator.")).to_be_visible()
    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_text("The note is saved, sealed.")).to_be_visible()
    assert row.texts.count() == 1


def given_a_note_that_is_typed(page: Page, house: House) -> tuple[Request, str]:
    password = sample_staff.create()
    give_app(User.objects.get(username=sample_staff.USERNAME))
    sign_in(page, house)
    row = a_request()
    page.goto(record_address(house.site, row))
    page.get_by_label("Note", exact=True).fill(NOTE)
    return row, str(password)


def when_it_is_saved(page: Page) -> None:
    page.get_by_role("button", name="Save the note").click()


def then_it_is_kept_and_not_shown(page: Page, house: House, row: Request) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You were signed out. Nothing is lost."
    )
    assert page.url == record_address(house.site, row)
    assert "bus" not in page.locator("body").inner_text()
    assert not row.texts.exists()


def when_they_sign_in_in_another_tab(page: Page, password: str) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in").click()
    when_the_form_is_filled_in(opened.value, password)
    opened.value.close()


def when_the_form_is_filled_in(tab: Page, password: str) -> None:
    tab.get_by_label("Username").fill(sample_staff.USERNAME)
    tab.get_by_label("Password", exact=True).fill(password)
    tab.get_by_role("button", name="Log in", exact=True).click()
    tab.get_by_label("Code", exact=True).fill(code())
    tab.get_by_role("button", name="Go on").click()
    expect(tab.get_by_role("heading", name="Callable now")).to_be_visible()
