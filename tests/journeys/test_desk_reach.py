"""Every desk page, visited once: as axe sees it, by keyboard alone, and in the room of a phone."""

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.journeys import probes
from tests.journeys.house import House
from tests.journeys.scenes import AT_THE_DESK, SCENES
from tests.journeys.test_accessibility import STAFF_VIEWS, Axe, policy_kept, violations
from tests.journeys.test_reading import LARGE_TEXT, RING, walk

SMALL: ViewportSize = {"width": 320, "height": 640}
MOST_STOPS = 150
CLOSE_THE_MENU = "() => document.querySelector('.desk-nav details')?.removeAttribute('open')"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.parametrize("scene", AT_THE_DESK)
def test_everything_is_reached_and_has_room(page: Page, axe: Axe, house: House, scene: str) -> None:
    with policy_kept(page):
        page.set_viewport_size(SMALL)
        SCENES[scene](page, house)

    assert not (found := list(violations(page, axe, STAFF_VIEWS))), "\n".join(found)

    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SMALL)

    assert page.evaluate(probes.SIDEWAYS) == []
    then_the_keyboard_reaches_everything_visibly(page)

    page.evaluate(probes.APPLY_STYLE, LARGE_TEXT)
    page.set_viewport_size(PHONE)

    assert page.evaluate(probes.CLIPPED) == []


def then_the_keyboard_reaches_everything_visibly(page: Page) -> None:
    page.evaluate(CLOSE_THE_MENU)
    page.evaluate(probes.FROM_THE_TOP)
    expected = page.evaluate(probes.STOPS)

    stops = walk(page, most=MOST_STOPS)

    assert len(stops) == expected, [stop["name"] for stop in stops]
    assert [stop["name"] for stop in stops if not stop["visible"]] == []
    assert [stop["name"] for stop in stops if stop["ring"] < RING] == []
