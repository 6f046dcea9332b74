"""`manage.py write_error_pages FOLDER`: writes 500.html and maintenance.html."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from pages import error_pages


class Command(BaseCommand):
    """Writes the files for a front server, and prints their paths."""

    help = "Write 500.html and maintenance.html for a front server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: object) -> None:
        for path in error_pages.write(folder):
            self.stdout.write(f"wrote {path}")
