from typing import Any

from django.core.management.base import BaseCommand

from intake.models import Request
from intake.worker import rescheduling


class Command(BaseCommand):
    help = (
        "After a change of hours, windows or channels in clinic.toml: brings the deadlines of "
        "requests that nobody owns up to date. Lists open ones that nobody can reach any more. "
        "The worker does it at its start."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Deadlines changed: {len(rescheduling.recompute())}")
        for row in Request.objects.unreachable().by_due():
            self.stdout.write(f"Nobody is here when contact is safe: {row}")
