"""A shared device: what a browser still shows or keeps after a visitor has left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.journeys.house import House
from tests.journeys.scenes import WORDS, fill_in

FREE_TEXT = WORDS.partition("\n")[0]
"""Name, number and address keep their autofill tokens (WCAG 1.3.5); the browser may keep those."""


@pytest.fixture
def shared_device(
    browser: Browser, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser that keeps its profile on disk, with a cache, as people's own do."""
    context = browser.browser_type.launch_persistent_context(
        str(tmp_path / "profile"), **browser_type_launch_args
    )
    yield context
    context.close()


def test_back_shows_no_free_text(shared_device: BrowserContext, house: House):
    page = shared_device.new_page()
    when_a_visitor_writes_and_leaves(page, house)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the answer to a post was not kept
        page.go_back()
    expect(page.locator("body")).not_to_contain_text(FREE_TEXT)
    page.go_back()
    expect(page.locator("textarea")).to_have_value("")


def test_browser_keeps_no_word_on_its_disk(
    shared_device: BrowserContext, house: House, tmp_path: Path
):
    when_a_visitor_writes_and_leaves(shared_device.new_page(), house)
    shared_device.close()
    kept = {
        path.name: path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file()
    }
    forms = (FREE_TEXT.encode(), FREE_TEXT.encode("utf-16-le"))
    assert [name for name, data in kept.items() if any(form in data for form in forms)] == []
    assert any(b"/faq/" in data for data in kept.values())  # the search can find


def when_a_visitor_writes_and_leaves(page: Page, house: House) -> None:
    """The form is refused once, so that the words also come back in a page, then left."""
    page.goto(f"{house.site}/contact/")
    fill_in(page)
    page.get_by_label("Phone number").fill("12")
    page.get_by_role("button", name="Send").click()
    assert page.locator("textarea").input_value() == WORDS
    page.goto(f"{house.site}/faq/")
