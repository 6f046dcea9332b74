from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.store import ledger
from intake.store.ledger import Head


class Command(BaseCommand):
    help = (
        "Checks the ledger's chain, and names the first broken or missing line. Give the head "
        "that an earlier daily notice named, to see also whether the end was cut."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", help="number:hash, as printed before")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = ledger.verify(_parsed(options["head"]))
        if broken is not None:
            raise CommandError(f"The ledger is broken at line {broken}.")
        head = ledger.head()
        self.stdout.write(f"The ledger is whole. Head: {head or 'none, it is empty'}")


def _parsed(text: str | None) -> Head | None:
    try:
        return Head.parse(text) if text else None
    except ValueError:
        raise CommandError("--head is number:hash, as printed before.") from None
