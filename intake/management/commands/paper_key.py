import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.seal import keys, paper, sealing
from intake.seal.keys import KeyFileError, PublicKey, Purpose
from intake.seal.paper import PaperError, Sheet
from intake.seal.sealing import SealError, Suite


class Command(BaseCommand):
    help = (
        "Prints a private key for paper, or reads one back. Run it where the key was made, on a "
        "computer that is no server, and print from there."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, required=True, help="where the key files are")
        kind = parser.add_mutually_exclusive_group(required=True)
        kind.add_argument("--print", metavar="ID", dest="key_id", help="the key to print")
        kind.add_argument(
            "--from-paper", metavar="FILE", help="what was typed from paper; - for standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["key_id"]:
                self.stdout.write(_printed(options["key_id"], options["folder"]), ending="")
            else:
                key = _restored(_typed(options["from_paper"]), options["folder"])
                self.stdout.write(f"{key.id}  {key.purpose}  {key.label}")
        except (KeyFileError, PaperError) as error:
            raise CommandError(str(error)) from None


def _printed(key_id: str, folder: Path) -> str:
    key, private = keys.pair(key_id, folder=folder)
    headings = {
        "id": key.id,
        "purpose": key.purpose,
        "suite": key.suite,
        "development": "yes" if key.development else "no",
        "label": key.label,
    }
    return paper.written(Sheet(headings, private.private))


def _typed(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text()
    except (OSError, UnicodeDecodeError):
        raise PaperError(f"{name}: cannot be read") from None


def _restored(text: str, folder: Path) -> PublicKey:
    """The key, written to the folder when it is the one that the paper names."""
    sheet = paper.read(text)
    key = _key(sheet)
    if key.id != sheet.headings["id"]:
        raise PaperError("the lines fit their checksums, but this is not the key that “id” names")
    try:
        keys.keep(key, sheet.private, folder=folder)
    except FileExistsError:
        raise PaperError(f"key {key.id}: is in that folder already") from None
    return key


def _key(sheet: Sheet) -> PublicKey:
    named = sheet.headings
    try:
        suite, purpose = Suite(named["suite"]), Purpose(named["purpose"])
        public = sealing.public_half(sheet.private, suite)
    except ValueError:
        raise PaperError("“suite” or “purpose” is none that there is") from None
    except SealError:
        raise PaperError("a line is missing at the end") from None
    return PublicKey(named["label"], suite, purpose, named["development"] != "no", public)
