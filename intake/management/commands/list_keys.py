from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.seal import keys
from intake.seal.keys import KeyFileError, PublicKey


class Command(BaseCommand):
    help = "Lists the sealing keys in INTAKE_KEYS: id, purpose, suite, what is here, since when."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            private = set(keys.private_keys())
            for key in keys.public_keys():
                self.stdout.write("  ".join(_columns(key, key.id in private)))
        except KeyFileError as error:
            raise CommandError(str(error)) from None


def _columns(key: PublicKey, has_private: bool) -> list[str]:
    return [
        key.id,
        key.purpose,
        key.suite,
        "public and private" if has_private else "public only",
        "pinned" if key.id in settings.INTAKE_PINNED_KEYS else "not pinned",
        "development" if key.development else "production",
        f"made {key.created}" if key.created else "made at an unknown date",
        key.label,
    ]
