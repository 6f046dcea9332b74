from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from intake.worker import retention


class Command(BaseCommand):
    help = "Deletes the requests whose time has passed. The worker does it at its start and daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list them, each with why")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        find = retention.what_is_due if options["dry_run"] else retention.purge
        for number, each in enumerate(find(now), 1):
            self.stdout.write(f"{number}. {each}")
        left = 0 if options["dry_run"] else len(list(retention.what_is_due(now)))
        if left:
            raise CommandError(f"{left} could not be deleted. The log says why.")
