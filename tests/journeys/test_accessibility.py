"""No violation that axe can see, in any color scheme, at any width, on any page or scene.

axe also says what it cannot decide; those places are counted at the end of the run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page

from pages.registry import PAGES
from pages.registry import Page as Entry
from tests.journeys import probes
from tests.journeys.house import House
from tests.journeys.scenes import AT_THE_DESK, SCENES

Axe = Callable[..., list[str]]

SCHEMES: dict[str, Any] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}
POLICY = "Content Security Policy"
Views = dict[int, tuple[str, ...]]
VIEWS: Views = dict.fromkeys((320, 768, 1280), tuple(SCHEMES))
STAFF_VIEWS: Views = {320: ("light", "dark"), 1280: ("light",)}

# What a color scheme can change: in light every rule is asked, at each width. In forced colors axe
# would compare -webkit-text-fill-color, which Chromium does not force, with the forced background;
# instead no words may opt out of the forced colors, which are the reader's own choice.
COLOR = ("color-contrast", "color-contrast-enhanced", "link-in-text-block")
ONLY = {"dark": (*COLOR, "target-size"), "forced": ("target-size",)}


@pytest.mark.django_db
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_page_has_no_violation(page: Page, axe: Axe, servers: House, entry: Entry) -> None:
    page.goto(f"{servers.site}/{entry.path}")

    assert not (found := list(violations(page, axe))), "\n".join(found)

    page.emulate_media(forced_colors="active")

    assert page.evaluate(probes.OPTED_OUT_OF_FORCED_COLORS) == []


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene not in AT_THE_DESK])
def test_scene_has_no_violation(page: Page, axe: Axe, house: House, scene: str) -> None:
    """Those at the desk are looked at in test_desk_reach.py."""
    with policy_kept(page):
        SCENES[scene](page, house)
    views = STAFF_VIEWS if "/desk/" in page.url else VIEWS

    assert not (found := list(violations(page, axe, views))), "\n".join(found)


@contextmanager
def policy_kept(page: Page) -> Iterator[None]:
    """Fails when the content security policy refused something of the page meanwhile."""
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if POLICY in said.text else None)
    yield
    assert refused == []


def violations(page: Page, axe: Axe, views: Views = VIEWS) -> Iterator[str]:
    """What axe finds, in each width and scheme; each line says where."""
    for width, schemes in views.items():
        _as_tall_as_itself(page, width)
        for scheme in schemes:
            page.emulate_media(reduced_motion="reduce", **SCHEMES[scheme])
            page.evaluate(probes.WHEN_STILL)
            found = axe(page, *ONLY.get(scheme, ()))
            yield from (f"{scheme} {width}: {line}" for line in found)


def _as_tall_as_itself(page: Page, width: int) -> None:
    """The bar at the lower edge then covers nothing, and axe can decide about what is below."""
    page.set_viewport_size({"width": width, "height": 800})
    page.set_viewport_size({"width": width, "height": page.evaluate(probes.HEIGHT)})
