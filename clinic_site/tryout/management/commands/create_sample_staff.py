"""`manage.py create_sample_staff [--role ROLE] [--reset]`: makes a sample account of the desk."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from clinic_site.tryout import sample_staff


class Command(BaseCommand):
    """Prints the password when the account is made or reset, and never again."""

    help = "Make the sample account of a role, named like it; with --reset, let it start anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--role", choices=tuple(sample_staff.ROLES), default=sample_staff.USERNAME
        )
        parser.add_argument(
            "--reset",
            action="store_true",
            help="start anew: password, second factor",
        )

    def handle(self, *, role: str, reset: bool, **options: object) -> None:
        try:
            password = sample_staff.reset(role) if reset else sample_staff.create(role)
        except sample_staff.NotForProduction as error:
            raise CommandError(str(error)) from None
        if password is None:
            self.stdout.write(f"{role} exists already.")
        else:
            self.stdout.write(f"{role} / {password} (shown this once)")
