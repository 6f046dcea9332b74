"""Each probe finds what it looks for, on a page that is wrong in just that way."""

import pytest
from playwright.sync_api import Page

from tests.journeys import probes
from tests.journeys.test_reading import LARGE_TEXT, RING, TEXT_SPACING, walk

GOOD = '<html lang="en"><body><a class="skip" href="#m">Skip</a><p id="m">Words</p></body></html>'
RINGED = "<style>:focus-visible { outline: 3px solid }</style>"
COVER = '<div style="position: fixed; inset: 0 0 auto; height: 50vh; background: red"></div>'


@pytest.mark.parametrize(
    ("probe", "wrong"),
    [
        (probes.SIDEWAYS, '<div style="width: 2000px">Wide</div>'),
        (probes.CLIPPED, '<p style="height: 1em; overflow: hidden">Two<br>lines</p>'),
        (probes.CLIPPED, '<p style="height: 1em">Two<br>lines</p>'),
        (probes.CLIPPED, '<p style="margin-left: -99px">Outside</p>'),
        (probes.OPTED_OUT_OF_FORCED_COLORS, '<p style="forced-color-adjust: none">Own</p>'),
    ],
)
def test_probe_finds_what_is_wrong(page: Page, probe: str, wrong: str) -> None:
    page.set_content(GOOD)
    assert page.evaluate(probe) == []

    page.set_content(GOOD.replace("</body>", f"{wrong}</body>"))
    assert page.evaluate(probe)


@pytest.mark.parametrize("css", [LARGE_TEXT, TEXT_SPACING], ids=["large-text", "text-spacing"])
def test_added_style_shows_a_box_that_cannot_grow(page: Page, css: str) -> None:
    page.set_content('<p style="height: 1.2em; overflow: hidden; width: 12rem">Some few words</p>')
    assert page.evaluate(probes.CLIPPED) == []

    page.evaluate(probes.APPLY_STYLE, css + "p { width: 6.5rem !important }")
    assert page.evaluate(probes.CLIPPED)


def test_shift_is_noticed(page: Page) -> None:
    page.set_content(f"{GOOD}<p>Below</p>")
    page.evaluate("new Promise(requestAnimationFrame)")
    page.locator("#m").evaluate("at => { at.style.marginTop = '300px' }")

    assert page.evaluate(probes.SHIFTS)


def test_sticky_share_is_measured(page: Page) -> None:
    page.set_content(GOOD)
    assert page.evaluate(probes.STICKY_SHARE) == 0

    page.set_content(GOOD + COVER)
    assert page.evaluate(probes.STICKY_SHARE) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("html", "visible", "ringed"),
    [
        (RINGED + GOOD, True, True),
        (RINGED + GOOD + COVER, False, True),
        (GOOD + "<style>a { outline: 0 }</style>", True, False),
    ],
    ids=["good", "covered", "without-ring"],
)
def test_walk_sees_cover_and_ring(page: Page, html: str, visible: bool, ringed: bool) -> None:
    page.set_content(html)
    [stop] = walk(page, most=page.evaluate(probes.STOPS) + 1)

    assert (stop["first"], stop["visible"], stop["ring"] >= RING) == (True, visible, ringed)


def test_walk_ends_in_a_trap(page: Page) -> None:
    page.set_content(f"{GOOD}<input id='trap'>")
    page.locator("#trap").evaluate("at => { at.onkeydown = key => key.preventDefault() }")

    with pytest.raises(AssertionError, match="input trap"):
        walk(page, most=page.evaluate(probes.STOPS) + 1)
