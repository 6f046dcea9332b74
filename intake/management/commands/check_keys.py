from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.seal import keys
from intake.seal.keys import KeyFileError
from intake.store import rotation
from intake.store.rotation import Overview


class Command(BaseCommand):
    help = (
        "Counts for each key what it can open, and fails when a text lacks the wrap of a present "
        "recipient. With private keys in INTAKE_KEYS (at the desk) every text is really opened."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recipients, held = keys.recipients(), keys.private_keys()
        except KeyFileError as error:
            raise CommandError(str(error)) from None
        found = rotation.overview(recipients, held)
        names = {key.id: f"{key.purpose}, {key.label}" for key in recipients}
        self.stdout.write(f"{found.texts} sealed texts")
        for key_id in sorted(names | found.wraps):
            self.stdout.write(_line(key_id, names.get(key_id, "no recipient any more"), found))
        if found.missing.total() or found.unopened.total():
            raise CommandError(
                f"{found.missing.total()} wraps are missing, "
                f"{found.unopened.total()} wraps do not open."
            )


def _line(key_id: str, name: str, found: Overview) -> str:
    counts = {
        "wraps": found.wraps,
        "missing": found.missing,
        "opened": found.opened,
        "not opened": found.unopened,
    }
    return "  ".join((key_id, *(f"{each[key_id]} {word}" for word, each in counts.items()), name))
