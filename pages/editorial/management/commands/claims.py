"""`manage.py claims`: writes docs/claims.md and the unverified facts of the review list."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from pages.editorial import claims, fact_sheet
from pages.editorial.rendered_pages import rendered_text
from pages.registry import PAGES

CLAIMS_MD = settings.BASE_DIR / "docs" / "claims.md"
REVIEW_MD = settings.BASE_DIR / "docs" / "review-before-launch.md"


class Command(BaseCommand):
    """Collects the claims of all pages in two documents for reviewers."""

    help = "Writes docs/claims.md and the list of unverified facts in docs/review-before-launch.md."

    def handle(self, *args: object, **options: object) -> None:
        """Write both files, and print their paths."""
        for path, text in documents().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))


def documents() -> dict[Path, str]:
    """The text that each file should have, by path. Raises PageFailed."""
    on_pages = {page.name: rendered_text(page).claims for page in PAGES}
    known = fact_sheet.read_facts()
    rows = claims.unverified(on_pages, known)
    return {
        CLAIMS_MD: claims.document(on_pages, known),
        REVIEW_MD: claims.with_unverified(REVIEW_MD.read_text(encoding="utf-8"), rows),
    }
