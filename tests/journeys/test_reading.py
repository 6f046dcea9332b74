"""What a reader of any page may rely on: nothing leaves, nothing moves, everything fits, and the
keyboard reaches all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from pages.registry import PAGES
from tests.journeys import probes
from tests.journeys.house import House

MOST_REQUESTS = 4
MOST_BYTES = 60 * 1024
RING = 3  # px
PRESSES_AT_ONCE = 20
MOST_STICKY = 0.2
TEXT_SPACING = """
  * { line-height: 1.5 !important; letter-spacing: .12em !important }
  * { word-spacing: .16em !important }
  p { margin-block-end: 2em !important }
"""  # WCAG 2.2, 1.4.12
LARGE_TEXT = "html { font-size: 200% !important }"
ALWAYS_PRINTED = (".sample", "main")
NEVER_PRINTED = (
    ".header__nav",
    ".header__menu",
    ".call-bar",
    ".skip",
    ".footer__index",
    "a.button:not([href^='tel:'])",
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class FirstView:
    """What the first view of a page brought along."""

    site: str
    urls: list[str]
    size: int
    cookies: list[Any]
    stored: dict[str, Any]
    shifts: list[Any]
    complaints: list[str]


@pytest.fixture(scope="module", params=PAGES, ids=lambda entry: entry.name)
def first_view(browser: Browser, servers: House, request: pytest.FixtureRequest) -> FirstView:
    """A phone with an empty cache opens the page."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    requests: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda sent: requests.append(sent))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{servers.site}/{request.param.path}")
    view = FirstView(
        site=servers.site,
        urls=[each.url for each in requests],
        size=sum(_transferred(each) for each in requests),
        cookies=context.cookies(),
        stored=page.evaluate(probes.STORED),
        shifts=page.evaluate(probes.SHIFTS),
        complaints=complaints,
    )
    context.close()
    return view


@pytest.fixture(scope="module", params=PAGES, ids=lambda entry: entry.name)
def opened(browser: Browser, servers: House, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, loaded once for the tests that only look at it in other ways."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{servers.site}/{request.param.path}")
    yield page
    context.close()


@pytest.fixture
def reader(opened: Page) -> Page:
    """The opened page as on a screen, without rules of our own."""
    opened.emulate_media(media="screen")
    opened.evaluate(probes.APPLY_STYLE, "")
    return opened


def test_page_asks_no_other_host(first_view: FirstView) -> None:
    assert [url for url in first_view.urls if not url.startswith(f"{first_view.site}/")] == []


def test_page_keeps_nothing_in_the_browser(first_view: FirstView) -> None:
    assert first_view.cookies == []
    assert not any(first_view.stored.values()), first_view.stored


def test_page_is_small(first_view: FirstView) -> None:
    assert len(first_view.urls) <= MOST_REQUESTS, first_view.urls
    assert first_view.size <= MOST_BYTES


def test_page_does_not_move(first_view: FirstView) -> None:
    assert first_view.shifts == []


def test_browser_has_no_complaint(first_view: FirstView) -> None:
    assert first_view.complaints == []


def test_page_needs_no_sideways_scrolling(reader: Page) -> None:
    for width, height in ((320, 256), (320, 640), (640, 320)):
        reader.set_viewport_size({"width": width, "height": height})
        assert reader.evaluate(probes.SIDEWAYS) == []


@pytest.mark.parametrize(
    ("css", "widths"),
    [(LARGE_TEXT, (320, 390, 1280)), (TEXT_SPACING, (320, 1280))],
    ids=["large-text", "text-spacing"],
)
def test_page_has_room_for(reader: Page, css: str, widths: tuple[int, ...]) -> None:
    reader.evaluate(probes.APPLY_STYLE, css)

    for width in widths:
        reader.set_viewport_size({"width": width, "height": 844})
        assert reader.evaluate(probes.SIDEWAYS) == []
        assert reader.evaluate(probes.CLIPPED) == []


@pytest.mark.parametrize(
    "window", [(1280, 800), (390, 844), (320, 256)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_keyboard_reaches_everything_visibly(reader: Page, window: tuple[int, int]) -> None:
    reader.set_viewport_size({"width": window[0], "height": window[1]})
    reader.reload()
    expected = reader.evaluate(probes.STOPS)

    stops = walk(reader, most=expected + 1)

    assert stops[0]["first"], "the first stop is the skip link"
    assert len(stops) == expected, [stop["name"] for stop in stops]
    assert [stop["name"] for stop in stops if not stop["visible"]] == []
    assert [stop["name"] for stop in stops if stop["ring"] < RING] == []


def test_phone_number_stays_whole(reader: Page) -> None:
    for css, width in (("", 320), ("", 390), (TEXT_SPACING, 390)):
        reader.evaluate(probes.APPLY_STYLE, css)
        reader.set_viewport_size({"width": width, "height": 640})
        assert reader.evaluate(probes.BROKEN_NUMBERS) == [], (css, width)


def test_phone_number_does_not_widen_the_page(reader: Page) -> None:
    reader.evaluate(probes.APPLY_STYLE, LARGE_TEXT)
    reader.set_viewport_size({"width": 320, "height": 640})

    assert reader.evaluate(probes.NUMBERS_OUTSIDE) == []


def test_phone_on_its_side_is_not_covered(reader: Page) -> None:
    for width, height in ((844, 390), (640, 320)):
        reader.set_viewport_size({"width": width, "height": height})
        assert reader.evaluate(probes.STICKY_SHARE) < MOST_STICKY


def test_paper_gets_the_words_only(reader: Page) -> None:
    reader.emulate_media(media="print")

    hidden = [name for name in ALWAYS_PRINTED if not reader.locator(name).first.is_visible()]
    shown = [name for name in NEVER_PRINTED if reader.locator(name).locator("visible=true").count()]
    assert (hidden, shown) == ([], [])


def walk(page: Page, most: int) -> list[dict[str, Any]]:
    """Where Tab leads from the top of the page until focus leaves it.

    Fails when focus is still in the page after so many presses.
    """
    page.evaluate(probes.NOTE_STOPS)
    for number in range(most):
        if number % PRESSES_AT_ONCE == 0 and page.evaluate("noted.left"):
            break
        page.keyboard.press("Tab")
    stops: list[dict[str, Any]] = page.evaluate("noted.stops")
    assert page.evaluate("noted.left"), f"focus stays in the page: {stops[-1:]}"
    return stops


def _transferred(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
