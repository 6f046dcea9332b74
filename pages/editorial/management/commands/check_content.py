"""`manage.py check_content [page ...]`: checks the words of pages against the reading rules."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from pages.editorial import reading_rules
from pages.editorial.rendered_pages import PageFailed, rendered_text
from pages.registry import PAGES, Page, by_name


class Command(BaseCommand):
    """Prints each finding once; exit code 1 if there are any."""

    help = "Checks the words of the pages: lengths, reading grade, avoided words, links, figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept page names; without any, all pages are checked."""
        parser.add_argument("pages", nargs="*", metavar="page")

    def handle(self, *, pages: list[str], **options: object) -> None:
        """Print the findings. CommandError when there are any, or for an unknown page."""
        seen: set[tuple[str, str]] = set()
        for page in _chosen(pages):
            for finding in _findings(page):
                if (finding.words, finding.problem) not in seen:
                    self.stdout.write(str(finding))
                seen.add((finding.words, finding.problem))
        if seen:
            raise CommandError(f"{len(seen)} to change")
        self.stdout.write("Nothing to change.")


def _chosen(names: list[str]) -> tuple[Page, ...]:
    try:
        return tuple(by_name(name) for name in names) or PAGES
    except KeyError as error:
        raise CommandError(error.args[0]) from None


def _findings(page: Page) -> list[reading_rules.ReadingFinding]:
    try:
        return reading_rules.findings(page.name, rendered_text(page))
    except PageFailed as error:
        return [
            reading_rules.ReadingFinding(page.name, "", "", f"the page does not render: {error}")
        ]
