"""Planner, guide and what readers take along, in a browser without JavaScript."""

import re
from collections.abc import Callable
from typing import Any, Literal

import brotli
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import probes
from tests.journeys.house import House
from tests.journeys.test_accessibility import violations
from tests.journeys.test_reading import LARGE_TEXT, RING, TEXT_SPACING, walk
from tests.plugin.live_site import log_of

pytestmark = pytest.mark.django_db

Axe = Callable[[Page], list[str]]
PLANNER, GUIDE = "/plan-your-week/", "/which-level-of-care/"
ANSWERS = ("yes", "no", "unsure")
RADIOS = [f"q{number}-{answer}" for number in range(1, 6) for answer in ANSWERS]
MOST_BROTLI = 14_600


def given_a_clash(page: Page, site: str) -> None:
    """A day shift and children to put to bed."""
    page.goto(site + PLANNER)
    page.locator("[name=work][value=days]").check()
    page.locator("[name=care][value=bedtime]").check()
    page.locator("[name=days][value=monday]").check()
    show_my_week(page)


def given_a_fit(page: Page, site: str) -> None:
    """An early shift and school pick-up."""
    page.goto(site + PLANNER)
    page.locator("[name=work][value=early]").check()
    page.locator("[name=care][value='pick-up']").check()
    page.locator("[name=preference][value=evening]").check()
    show_my_week(page)


def given_own_times(page: Page, site: str) -> None:
    """Twelve hours on days of one's own, and a class."""
    page.goto(site + PLANNER)
    for summary in page.locator("summary").all():
        summary.click()
    page.locator("[name=work_days][value=saturday]").check()
    page.get_by_label("Work starts").select_option("7 am")
    page.get_by_label("Work ends").select_option("7 pm")
    page.locator("[name=other_days][value=wednesday]").check()
    page.get_by_label("The other plan starts").select_option("5:30 pm")
    page.get_by_label("The other plan ends").select_option("6:30 pm")
    show_my_week(page)


def given_no_answer(page: Page, site: str) -> None:
    """Nothing but what the form itself had chosen."""
    page.goto(site + PLANNER)
    show_my_week(page)


def given_a_refusal(page: Page, site: str) -> None:
    """A post that cannot be read."""
    page.set_content(
        f'<form method="post" enctype="text/plain" action="{site}{PLANNER}"><button>Go</button>'
    )
    page.get_by_role("button").click()
    expect(page.locator("#problem")).to_be_visible()


def given_cards(page: Page, site: str) -> None:
    """Every question of the guide has an answer."""
    page.goto(site + GUIDE)
    for name in ("q1-unsure", "q2-no", "q3-yes", "q4-no", "q5-unsure"):
        page.locator(f"#{name}").check()


def given_a_part_to_print(page: Page, site: str) -> None:
    """The call script, with the line that says what to do now."""
    page.goto(f"{site}/cost/#large-type")


def show_my_week(page: Page) -> None:
    page.get_by_role("button", name="Show my week").click()
    expect(page.locator("#by-day")).to_be_visible()


STATES = {
    scene.__name__.removeprefix("given_"): scene
    for scene in (
        given_a_clash,
        given_a_fit,
        given_own_times,
        given_no_answer,
        given_a_refusal,
        given_cards,
        given_a_part_to_print,
    )
}
every_state = pytest.mark.parametrize("state", STATES)


@every_state
def test_state_is_for_everybody(page: Page, axe: Axe, servers: House, state: str) -> None:
    """As axe sees it, and in every room that it may be given."""
    STATES[state](page, servers.site)

    assert not (found := list(violations(page, axe))), "\n".join(found)

    for css, widths in (
        ("", (320, 640)),
        (LARGE_TEXT, (320, 390, 1280)),
        (TEXT_SPACING, (320, 1280)),
    ):
        page.evaluate(probes.APPLY_STYLE, css)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate(probes.SIDEWAYS) == [], (css, width)
            assert page.evaluate(probes.CLIPPED) == [], (css, width)


@every_state
@pytest.mark.parametrize("colors", ["none", "active"], ids=["own-colors", "forced-colors"])
def test_keyboard_reaches_everything_visibly(
    page: Page, servers: House, state: str, colors: Literal["none", "active"]
) -> None:
    page.emulate_media(forced_colors=colors)
    STATES[state](page, servers.site)
    # From the top, wherever a press of Tab or an autofocus had led to.
    page.evaluate("() => { document.activeElement.blur(); getSelection().collapse(document.body) }")
    page.evaluate("() => { history.replaceState(0, '', location.pathname); scrollTo(0, 0) }")

    stops = walk(page, most=page.evaluate(probes.STOPS) + 1)

    assert len(stops) > 30
    assert [stop["name"] for stop in stops if not stop["visible"]] == []
    assert [stop["name"] for stop in stops if stop["ring"] < RING] == []


@every_state
def test_state_fits_into_the_first_exchange(page: Page, servers: House, state: str) -> None:
    with page.expect_event("domcontentloaded"):
        STATES[state](page, servers.site)

    assert len(brotli.compress(page.content().encode())) <= MOST_BROTLI


def test_answers_are_nowhere_but_in_the_page(browser: Browser, servers: House) -> None:
    log = log_of(servers.site)
    before = log.stat().st_size
    context = browser.new_context()
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda sent: hosts.add(sent.url.split("/")[2]))

    given_a_clash(page, servers.site)
    posted = page.url
    stored, cookies = page.evaluate(probes.STORED), context.cookies()
    given_cards(page, servers.site)

    assert posted == servers.site + PLANNER
    assert page.url == servers.site + GUIDE
    assert hosts == {servers.site.split("/")[2]}
    assert cookies == context.cookies() == []
    assert not any((stored | page.evaluate(probes.STORED)).values())
    written = log.read_bytes()[before:]
    assert not re.search(rb"bedtime|plan-your-week|which-level|monday", written)
    context.close()


def test_own_hours_are_set_without_javascript(
    page_without_javascript: Page, servers: House
) -> None:
    page = page_without_javascript
    given_own_times(page, servers.site)

    saturday = page.locator(".week--planned > li").nth(5)
    expect(saturday).to_contain_text("7 am to 7 pm work")
    expect(page.get_by_label("Work ends")).to_be_visible()
    expect(page.get_by_label("Work ends")).to_have_value("19:00")
    expect(page.locator("[name=work][value=own]")).to_be_checked()


def test_planner_works_without_javascript(page_without_javascript: Page, servers: House) -> None:
    page = page_without_javascript
    given_a_clash(page, servers.site)

    expect(page.get_by_role("heading", level=1)).to_contain_text("group")
    expect(page.locator("[name=care][value=bedtime]")).to_be_checked()
    expect(page.locator("[name=days][value=monday]")).to_be_checked()
    assert page.title().startswith("Plan your week")

    page.locator("[name=care][value=bedtime]").uncheck()
    page.locator("[name=days][value=monday]").uncheck()
    show_my_week(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Evening group fits 3 of 3 days")


@pytest.mark.parametrize("radio", RADIOS)
def test_answer_shows_exactly_its_card(
    page_without_javascript: Page, servers: House, radio: str
) -> None:
    page = page_without_javascript
    page.goto(servers.site + GUIDE)
    cards = page.locator(".guide .card")
    assert shown(cards) == []
    requests = []
    page.on("request", lambda sent: requests.append(sent.url))

    page.locator(f"#{radio}").check()

    question, answer = radio.split("-")
    section = page.locator(f"section:has(#{question}-yes)")
    expected = section.locator(f".card--{answer} h3").inner_text()
    assert [card.partition("\n")[0] for card in shown(cards)] == [expected]
    assert requests == []


@pytest.mark.parametrize("key", ["Enter", "Space", "ArrowDown"])
def test_no_key_sends_an_answer(page_without_javascript: Page, servers: House, key: str) -> None:
    page = page_without_javascript
    page.goto(servers.site + GUIDE)
    page.locator("#q1-no").check()
    requests = []
    page.on("request", lambda sent: requests.append(sent.url))

    page.locator("#q1-no").press(key)
    page.wait_for_timeout(300)

    assert requests == []
    assert page.url == servers.site + GUIDE


def test_reload_forgets_the_answers(page_without_javascript: Page, servers: House) -> None:
    page = page_without_javascript
    given_cards(page, servers.site)

    page.reload()

    assert page.locator(".guide :checked").count() == 0


def test_all_cards_show_in_a_browser_that_cannot_tell(
    page_without_javascript: Page, servers: House
) -> None:
    """The rules that ask for :has() are taken out, as such a browser ignores them."""
    page = page_without_javascript
    address = servers.site + GUIDE

    def without_has(route: Any) -> None:
        response = route.fetch()
        html = re.sub(r"@supports selector\(:has\(\*\)\)", "@supports (no: way)", response.text())
        headers = {k: v for k, v in response.headers.items() if "security-policy" not in k}
        route.fulfill(response=response, body=html, headers=headers)

    page.route(address, without_has)
    page.goto(address)

    assert len(shown(page.locator(".guide .card"))) == page.locator(".guide .card").count() == 14
    expect(page.locator(".guide input").first).to_be_hidden()


def test_line_on_printing_shows_when_it_is_asked_for(
    page_without_javascript: Page, servers: House
) -> None:
    page = page_without_javascript
    page.goto(f"{servers.site}/cost/")
    line = page.get_by_text("Now use your browser’s print.")
    assert line.locator("visible=true").count() == 0

    page.get_by_role("link", name="print it in large type").click()

    assert line.locator("visible=true").count() == 1


def shown(cards: Any) -> list[str]:
    return [card.inner_text() for card in cards.all() if card.is_visible()]
