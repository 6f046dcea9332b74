from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from intake.seal import keys
from intake.seal.keys import KeyFileError, PublicKey, Purpose


class Command(BaseCommand):
    help = (
        "Makes a pair of sealing keys. Without an option: the desk's pair, in INTAKE_KEYS. "
        "The recovery pair is made on a computer that is no server (--recovery --folder), "
        "and only its public file is copied to INTAKE_KEYS."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument(
            "--development",
            action="store_true",
            help="desk and recovery pair, once, both kept here",
        )
        kind.add_argument("--recovery", action="store_true", help="the offline recovery pair")
        parser.add_argument("--folder", type=Path, help="where to write; default INTAKE_KEYS")
        parser.add_argument("--label", help="a name for lists, for example the date")

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] == 0
        if options["development"]:
            self._make_development_keys()
            return
        purpose = Purpose.RECOVERY if options["recovery"] else Purpose.DESK
        folder = options["folder"]
        if purpose is Purpose.RECOVERY and not folder:
            raise CommandError("The recovery key is made offline: say where with --folder.")
        self._make(purpose, folder or settings.INTAKE_KEYS, label=options["label"])

    def _make_development_keys(self) -> None:
        if settings.PRODUCTION:
            raise CommandError("Development keys are refused in production.")
        present = {key.purpose for key in _present() if key.suite == keys.configured_suite()}
        for purpose in Purpose:
            if purpose not in present:
                self._make(purpose, settings.INTAKE_KEYS, development=True)

    def _make(
        self, purpose: Purpose, folder: Path, *, label: str | None = None, development: bool = False
    ) -> None:
        key = keys.make(
            label=label or ("development " if development else "") + purpose,
            purpose=purpose,
            suite=keys.configured_suite(),
            development=development,
            folder=folder,
            created=datetime.now(UTC).date(),
        )
        if not self.quiet:
            self.stdout.write(f"{key.id}  {key.purpose}  {key.label}")


def _present() -> tuple[PublicKey, ...]:
    if not settings.INTAKE_KEYS.is_dir():
        return ()
    try:
        return keys.public_keys()
    except KeyFileError as error:
        raise CommandError(str(error)) from None
