from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.seal import keys
from intake.seal.keys import KeyFileError, PublicKey
from intake.store import rotation


class Command(BaseCommand):
    help = (
        "Gives every sealed text a wrap for a new recipient (--add), or takes the wraps of an old "
        "one away (--remove). Runs at the desk, under load, and again after an interruption."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kind = parser.add_mutually_exclusive_group(required=True)
        kind.add_argument("--add", metavar="ID", help="a key whose public file is in INTAKE_KEYS")
        kind.add_argument("--remove", metavar="ID", help="a key that is no recipient any more")
        parser.add_argument("--by", required=True, metavar="USER", help="who does it: the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recipients = keys.recipients()
            if options["add"]:
                self._add(options["add"], recipients, options["by"])
            else:
                self._remove(options["remove"], recipients, options["by"])
        except KeyFileError as error:
            raise CommandError(str(error)) from None

    def _add(self, key_id: str, recipients: tuple[PublicKey, ...], by: str) -> None:
        """Only a recipient of the configured suite, pinned and fit: nothing is downgraded."""
        new = {key.id: key for key in recipients}.get(key_id)
        if new is None:
            raise CommandError(f"key {key_id}: no recipient; see list_keys for those there are.")
        added = failed = 0
        for each in rotation.add(new, keys.private_keys(), by=by):
            added, failed = added + each.changed, failed + each.failed
            self.stdout.write(f"{added} wraps added")
        if failed:
            raise CommandError(f"{failed} texts are opened by no private key that is here.")
        self.stdout.write(f"Every text has a wrap for key {key_id}.")

    def _remove(self, key_id: str, recipients: tuple[PublicKey, ...], by: str) -> None:
        removed = 0
        try:
            for each in rotation.take_away(key_id, recipients, by=by):
                removed += each.changed
                self.stdout.write(f"{removed} wraps removed")
        except KeyError:
            raise CommandError(
                f"key {key_id}: still a recipient; first take its public file out of INTAKE_KEYS, "
                "here and at the site."
            ) from None
        if left := rotation.left_with(key_id):
            raise CommandError(f"{left} texts lack a present recipient: run --add for it first.")
        self.stdout.write(f"No text has a wrap for key {key_id}.")
