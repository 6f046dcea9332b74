import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.rules import database_accounts
from intake.rules.database_accounts import AccountError
from intake.rules.database_roles import DatabaseRole


class Command(BaseCommand):
    help = (
        "Makes the database roles of site, desk and worker, and gives each what it needs and no "
        "more. Run it as the owner of the database after every `migrate`. Passwords come from "
        "DATABASE_PASSWORD_SITE, _DESK and _WORKER; a role without one keeps what it has."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prefix", default="clinic", help="of the names; default clinic")

    def handle(self, *args: Any, **options: Any) -> None:
        passwords = {role: os.environ.get(_variable(role), "") for role in DatabaseRole}
        try:
            unknown = database_accounts.create(options["prefix"], passwords)
        except AccountError as error:
            raise CommandError(str(error)) from None
        for table in sorted(unknown):
            self.stderr.write(f"{table}: not in database_roles.TABLES, so no process may use it")
        for role, password in passwords.items():
            name = database_accounts.role_name(options["prefix"], role)
            self.stdout.write(f"{name}: {'password set' if password else 'password as it was'}")


def _variable(role: DatabaseRole) -> str:
    return f"DATABASE_PASSWORD_{role.upper()}"
