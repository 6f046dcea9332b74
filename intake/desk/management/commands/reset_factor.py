"""`reset_factor USERNAME`: a new start for an account whose second factor is lost."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from intake.desk.entrance import accounts


class Command(BaseCommand):
    help = (
        "For a lost phone or key: takes an account's second factor and recovery codes away, ends "
        "its logins, and prints a new password once. First make sure who is asking."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            password = accounts.reset_factor(username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {username}.") from None
        self.stdout.write(f"{username} / {password} (shown this once)")
