"""What readers take along on paper, printed as a browser does it: with the margins of the page."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.journeys import probes
from tests.journeys.house import House
from tests.journeys.test_tools import (
    GUIDE,
    PLANNER,
    given_a_clash,
    given_a_fit,
    given_cards,
    given_no_answer,
    given_own_times,
    show_my_week,
    shown,
)

pytestmark = pytest.mark.django_db

INCH = 96  # px
POINT = INCH / 72
SHEET = {"width": int(7.5 * INCH), "height": 10 * INCH}  # Letter, between the margins
RESERVE = 12 * POINT
WRAPS_BEFORE = 0.25  # of the room that a line has: a long word may not fit any more

PARTS = {
    "/questions-to-ask/": ("What happens after the program?", 8.5),
    "/talking-to-your-employer/": ("medical certification form", 10.5),
    "/cost/": ("medical necessity rule", 10.5),
    "/how-it-works/": ("If we get cut off", 10.5),
    "/": ("call SAMHSA", 10.5),
}  # words near the end, and the smallest type in points
LARGE, EVERYTHING = 16, 18  # points
every_part = pytest.mark.parametrize("path", PARTS)
every_sheet = pytest.mark.parametrize(
    ("path", "target"), list(product(PARTS, ("normal-type", "large-type")))
)
WEEKS = (given_a_clash, given_a_fit, given_own_times, given_no_answer)


def pages_of(page: Page, paper: str = "Letter") -> int:
    """How many pages come out when a person prints."""
    page.emulate_media(media="null")
    pdf = page.pdf(format=paper, prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def lay_out_on_paper(page: Page) -> None:
    """The page as wide as a sheet is between its margins, in its print style."""
    page.set_viewport_size(SHEET)  # type: ignore[arg-type]
    page.emulate_media(media="print")


def printed(page: Page) -> list[tuple[str, float]]:
    """Every piece of text on the sheet, with its size in points."""
    return [
        (words, round(size / POINT, 2)) for words, size in page.evaluate(probes.WORDS_AND_SIZES)
    ]


@every_sheet
def test_part_takes_one_page_with_room_to_spare(
    page: Page, servers: House, path: str, target: str
) -> None:
    page.goto(f"{servers.site}{path}#{target}")

    assert pages_of(page) == 1
    lay_out_on_paper(page)
    assert page.evaluate(probes.LOWEST_WORD) <= SHEET["height"] - RESERVE


@every_part
def test_part_takes_one_page_of_a4(page: Page, servers: House, path: str) -> None:
    page.goto(f"{servers.site}{path}#normal-type")

    assert pages_of(page, "A4") == 1


@every_sheet
def test_part_is_all_there_and_large_enough(
    page: Page, servers: House, path: str, target: str
) -> None:
    page.goto(f"{servers.site}{path}#{target}")
    lay_out_on_paper(page)
    words, smallest = PARTS[path]
    least = LARGE if target == "large-type" else smallest

    pieces = printed(page)

    assert words in " ".join(each for each, _ in pieces)
    assert [(each, size) for each, size in pieces if size < least] == []
    assert any("not real" in each for each, _ in pieces), "the sample says that it is one"


@every_sheet
def test_part_uses_its_sheet(page: Page, servers: House, path: str, target: str) -> None:
    page.goto(f"{servers.site}{path}#{target}")
    lay_out_on_paper(page)

    assert page.evaluate(probes.SIDEWAYS) == []
    assert page.evaluate(probes.CLIPPED) == []
    assert page.evaluate(probes.BROKEN_NUMBERS) == []
    assert page.evaluate(probes.OVERLAPPED_BY_ITS_NUMBER) == []
    assert page.evaluate(probes.EARLY_WRAPS, WRAPS_BEFORE) == []


def test_large_questions_come_alone_with_lines(page: Page, servers: House) -> None:
    page.goto(f"{servers.site}/questions-to-ask/#large-type")
    lay_out_on_paper(page)

    questions = page.locator(".sheet li")
    assert questions.count() == 12
    assert page.locator(".sheet li p").locator("visible=true").count() == 0
    for question in questions.all():
        rule, room = question.evaluate(probes.RULE_AND_ROOM)
        assert rule > 0
        assert room >= 18 * POINT, "room to write"


def test_everything_in_large_type_keeps_each_question_whole(page: Page, servers: House) -> None:
    page.goto(f"{servers.site}/questions-to-ask/#everything-large")

    assert 4 <= pages_of(page) <= 5
    lay_out_on_paper(page)
    words, sizes = zip(*printed(page), strict=True)
    assert any("group, or a mix." in each for each in words), "our last answer"
    assert min(sizes) >= LARGE
    assert min(sizes[words.index("Are you licensed, and where can I check?") :]) >= EVERYTHING
    assert page.evaluate(probes.OVERLAPPED_BY_ITS_NUMBER) == []
    for question in page.locator(".sheet li").all():
        expect(question).to_have_css("break-inside", "avoid")


@pytest.mark.parametrize("path", ["/cost/", "/how-it-works/", "/"])
def test_rest_of_the_page_stays_off_the_paper(page: Page, servers: House, path: str) -> None:
    page.goto(f"{servers.site}{path}#normal-type")

    assert page.locator("main h2").locator("visible=true").count() > 1, "on the screen all is there"
    page.emulate_media(media="print")

    assert page.locator("main h2").locator("visible=true").count() == 1
    expect(page.locator("main h1")).to_be_hidden()
    expect(page.locator(".take-along")).to_be_hidden()


def test_links_that_are_no_use_on_paper_stay_on_the_screen(page: Page, servers: House) -> None:
    page.goto(f"{servers.site}/how-it-works/#normal-type")
    link = page.locator("main").get_by_role("link", name="12 questions to ask any program")
    expect(link).to_be_visible()

    page.emulate_media(media="print")

    expect(link).to_be_hidden()


# ---- the planned week


@pytest.mark.parametrize("scene", WEEKS)
def test_planned_week_takes_one_page(
    page: Page, servers: House, scene: Callable[[Page, str], None]
) -> None:
    scene(page, servers.site)

    assert pages_of(page) == 1
    assert pages_of(page, "A4") == 1


@pytest.mark.parametrize("example", ["day-shift-parent", "night-shift"])
def test_example_week_takes_one_page(page: Page, servers: House, example: str) -> None:
    page.goto(f"{servers.site}{PLANNER}{example}/")

    assert pages_of(page) == 1


def test_fullest_week_takes_two_pages(page: Page, servers: House) -> None:
    page.goto(servers.site + PLANNER)
    page.locator("[name=work][value=nights]").check()
    for box in page.locator("[name=care], [name=days]").all():
        box.check()
    show_my_week(page)

    assert pages_of(page) == 2


def test_planned_week_prints_without_its_form(page: Page, servers: House) -> None:
    given_a_clash(page, servers.site)
    lay_out_on_paper(page)

    for part in (".sample", "h1", ".planned svg.windows >> nth=0", ".key", ".hours"):
        expect(page.locator(part)).to_be_visible()
    for part in (".week--planned", "#clashes", "#ask", "#ask ~ p [href^='tel:']"):
        expect(page.locator(part)).to_be_visible()
    expect(page.locator("#nothing-fits ~ ul")).to_contain_text("FindTreatment.gov")
    expect(page.locator("#nothing-fits ~ ul")).to_be_visible()
    for part in ("form", ".urgent", "#groups", "[href='#calendar']", ".footer"):
        expect(page.locator(part)).to_be_hidden()
    assert min(size for _, size in printed(page)) >= 8
    assert page.evaluate(probes.SIDEWAYS) == []
    assert page.evaluate(probes.CLIPPED) == []
    assert page.evaluate(probes.BROKEN_NUMBERS) == []


# ---- the guide


def test_guide_prints_the_cards_that_show(page: Page, servers: House) -> None:
    given_cards(page, servers.site)
    page.locator("#q2-no").evaluate("radio => { radio.checked = false }")
    page.emulate_media(media="print")

    assert len(shown(page.locator(".guide .card"))) == 4
    assert page.locator(".guide input").locator("visible=true").count() == 0
    expect(page.locator("#q2")).to_be_hidden()
    expect(page.locator("#call-911")).to_be_visible()


def test_guide_takes_two_pages_and_one_card_takes_one(page: Page, servers: House) -> None:
    given_cards(page, servers.site)
    assert pages_of(page) == 2

    page.goto(servers.site + GUIDE)
    page.reload()
    page.locator("#q1-unsure").check()
    assert pages_of(page) == 1


def test_guide_prints_warnings_first_and_breaks_no_card(page: Page, servers: House) -> None:
    given_cards(page, servers.site)
    lay_out_on_paper(page)

    lowest_warning = max(box(page, f"#{name}")["y"] for name in ("call-911", "call-988", "doctor"))
    assert lowest_warning < box(page, "#q1")["y"]
    assert box(page, "#doctor")["x"] > SHEET["width"] / 2, "warnings side by side"
    for card in page.locator(".care-card, .guide .card").locator("visible=true").all():
        expect(card).to_have_css("break-inside", "avoid")
    assert page.evaluate(probes.SIDEWAYS) == []
    assert page.evaluate(probes.CLIPPED) == []
    assert page.evaluate(probes.BROKEN_NUMBERS) == []


def box(page: Page, selector: str) -> FloatRect:
    """Where it is, in px from the top left."""
    found = page.locator(selector).bounding_box()
    assert found
    return found
