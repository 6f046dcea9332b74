"""Pictures of every page and scene, phone and desktop, light and dark.

`python -m tests.instruments.screenshots FOLDER` fills a folder that is not part of the repository;
with `--readme` in its place, the pictures of the README are taken again.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import django
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import probes
from tests.journeys.house import House, open_house
from tests.plugin import chromium, database, intake

README_FOLDER = Path("docs/screenshots")
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
README = {
    "home-desktop": ("home", "desktop"),
    "home-phone": ("home", "phone"),
    "contact-phone": ("contact-form", "phone"),
    "planner-desktop": ("planned-week", "desktop"),
    "planner-phone": ("plan-your-week-night-shift", "phone"),
    "desk": ("record-not-safe", "desktop"),
    "queue-phone": ("desk-queue-callable", "phone"),
    "figures-desktop": ("desk-figures", "desktop"),
}

Show = Callable[[Page, House], object]


def main(arguments: list[str]) -> None:
    """Start everything, take the pictures, stop everything."""
    if len(arguments) != 1 or (arguments[0].startswith("-") and arguments != ["--readme"]):
        sys.exit("Say where: python -m tests.instruments.screenshots FOLDER, or --readme")
    with database.surroundings(), _everything() as (house, browser):
        if arguments == ["--readme"]:
            take_for_readme(house, browser)
        else:
            take_all(house, browser, Path(arguments[0]))


def take_all(house: House, browser: Browser, folder: Path) -> None:
    """Each view from top to bottom: FOLDER/NAME-SIZE-SCHEME.png."""
    for name, show in _views().items():
        with _shown(house, browser, show) as page:
            for size, scheme in ((size, scheme) for size in SIZES for scheme in SCHEMES):
                _arrange(page, size, scheme)
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
        print(name, flush=True)


def take_for_readme(house: House, browser: Browser) -> None:
    """What a first look shows, light, of a clinic whose worker and backups run."""
    views = _views()
    for name, (view, size) in README.items():
        with _shown(house, browser, _in_working_order(views[view])) as page:
            _arrange(page, size, "light")
            page.screenshot(path=README_FOLDER / f"{name}.png")
        print(README_FOLDER / f"{name}.png", flush=True)


def _in_working_order(show: Show) -> Show:
    from intake.models import SignOfLife
    from intake.worker import signs_of_life

    def shown(page: Page, house: House) -> None:
        for name in SignOfLife.Name:
            signs_of_life.give(name, timezone.now())
        show(page, house)

    return shown


@contextmanager
def _everything() -> Iterator[tuple[House, Browser]]:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    intake.let_ledger_be_emptied()
    call_command("make_keys", development=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with open_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_arguments())
        yield house, browser
        browser.close()


def _views() -> dict[str, Show]:
    """Pages first, then scenes."""
    from pages.registry import PAGES
    from tests.journeys.scenes import SCENES

    parts = {
        "contact-form": _visit("contact/#write"),
        "planned-week": _visit("plan-your-week/day-shift-parent/#drawn"),
    }
    return {page.name: _visit(page.path) for page in PAGES} | parts | SCENES


def _visit(path: str) -> Show:
    return lambda page, house: page.goto(f"{house.site}/{path}")


@contextmanager
def _shown(house: House, browser: Browser, show: Show) -> Iterator[Page]:
    """The view in a window of its own, on an empty database, as in the tests."""
    call_command("flush", interactive=False, verbosity=0)
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    show(page, house)
    yield page
    context.close()


def _arrange(page: Page, size: str, scheme: Literal["light", "dark"]) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    if "#" not in page.url:
        page.evaluate("() => scrollTo(0, 0)")
    page.evaluate(probes.WHEN_STILL)


if __name__ == "__main__":
    main(sys.argv[1:])
