from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from intake.models import SignOfLife
from intake.worker import signs_of_life


class Command(BaseCommand):
    help = (
        "Records that a backup was made now. The backup script calls it last, when the copy is "
        "complete and checked; the desk warns when the last one is older than a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        signs_of_life.give(SignOfLife.Name.BACKUP, timezone.now())
        self.stdout.write("backup recorded")
