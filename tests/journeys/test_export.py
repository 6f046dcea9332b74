"""A manager takes requests along: reason, second factor again, ledger, and then the file."""

import csv
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Download, Page, expect

from clinic_site.tryout import sample_staff
from intake.models import LedgerEntry, Request
from intake.store import ledger
from tests.journeys.house import House
from tests.journeys.scenes import a_request
from tests.plugin.staff import code, give_app, prove

NAME = "=Robin"


def test_manager_exports_requests(page: Page, house: House) -> None:
    row = a_request(name=NAME)
    given_a_manager_whose_proof_is_old(page, house)

    when_the_export_is_opened(page, house)
    then_the_second_factor_is_asked_for_again(page)

    when_the_code_is_given(page)
    then_the_form_is_there(page)

    when_it_is_sent_without_a_reason(page)
    then_the_reason_is_asked_for(page)

    download = when_it_is_sent_with_a_reason(page)
    then_the_file_holds_the_request_and_no_formula(download, row)
    then_the_ledger_tells_it(row)


def given_a_manager_whose_proof_is_old(page: Page, house: House) -> None:
    sample_staff.create("manager")
    user = User.objects.get(username="manager")
    give_app(user)
    client = Client()
    client.force_login(user)
    prove(client, user, minutes_ago=10)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": house.site}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def when_the_export_is_opened(page: Page, house: House) -> None:
    page.goto(f"{house.site}/desk/")
    page.get_by_role("link", name="Export requests").click()


def then_the_second_factor_is_asked_for_again(page: Page) -> None:
    expect(page.get_by_text("needs your second factor again")).to_be_visible()
    assert not LedgerEntry.objects.exists()


def when_the_code_is_given(page: Page) -> None:
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Go on").click()


def then_the_form_is_there(page: Page) -> None:
    expect(page.get_by_role("heading", name="Export requests")).to_be_visible()


def when_it_is_sent_without_a_reason(page: Page) -> None:
    page.get_by_label("Name to use").check()
    page.get_by_role("button", name="Export and record why").click()


def then_the_reason_is_asked_for(page: Page) -> None:
    expect(page.get_by_text("Choose why.")).to_be_visible()
    expect(page.get_by_label("Name to use")).to_be_checked()
    assert not LedgerEntry.objects.exists()


def when_it_is_sent_with_a_reason(page: Page) -> Download:
    page.get_by_role("combobox", name="Why").select_option("quality")
    with page.expect_download() as started:
        page.get_by_role("button", name="Export and record why").click()
    return started.value


def then_the_file_holds_the_request_and_no_formula(download: Download, row: Request) -> None:
    assert download.suggested_filename.startswith("requests-20")
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    header, *others = csv.reader(StringIO(text))
    assert header == ["Request", "Came in", "State", "Name to use"]
    assert [(cells[0], cells[-1]) for cells in others] == [(str(row), f"'{NAME}")]


def then_the_ledger_tells_it(row: Request) -> None:
    assert [(line.action, line.record, line.reason) for line in LedgerEntry.objects.all()] == [
        ("opened_for_export", row.pk, "quality"),
        ("exported", None, "quality"),
        ("exported_fields", None, "quality"),
    ]
    assert ledger.verify() is None
