"""`create_manager USERNAME`: the first account, whose owner makes all others at the desk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.desk.entrance import accounts, rights
from intake.desk.entrance.accounts import AccountExists


class Command(BaseCommand):
    help = (
        "Makes a manager, who makes the other accounts at the desk, and prints the password once. "
        "The first sign-in sets up a second factor."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            password = accounts.create(username, rights.MANAGER)
        except AccountExists:
            raise CommandError(f"{username} exists already.") from None
        self.stdout.write(f"{username} / {password} (shown this once)")
