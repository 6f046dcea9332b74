"""`manage.py social_card`: draws the social card with the browser of the tests."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pages.drawings import social_card


class Command(BaseCommand):
    """For development: run it after a change of name, sample mark or group times."""

    help = "Draw static/img/social-card-en.png anew; commit it afterwards."

    def handle(self, *args: object, **options: object) -> None:
        """Write the card. CommandError without a browser, or when the file is too large."""
        drawn = social_card.with_digest(_screenshot(), social_card.digest(settings.CLINIC))
        if len(drawn) > social_card.LARGEST:
            raise CommandError(f"the card has {len(drawn)} bytes, more than {social_card.LARGEST}")
        social_card.CARD.write_bytes(drawn)
        self.stdout.write(f"{social_card.CARD.name}: {len(drawn)} bytes")


def _screenshot() -> bytes:
    try:
        from playwright.sync_api import sync_playwright

        from tests.plugin import chromium
    except ImportError:
        raise CommandError("install requirements-dev.txt first: `make test` does") from None
    width, height = social_card.SIZE
    launching: dict[str, Any] = chromium.launch_arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launching)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_content(social_card.card_html(settings.CLINIC))
        page.evaluate("document.fonts.ready")
        picture = page.screenshot()
        browser.close()
    return picture
