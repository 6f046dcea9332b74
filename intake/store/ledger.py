"""Ledger, a hash-chained audit log: who did what to which record, when; never content.

Lines are added and never change. The database numbers, times and chains them (`rules.triggers`):
each hash covers the line and the hash before it, and the same SQL function makes and verifies it.
A writer holds the ledger's lock until its transaction ends, so a line is written last in it, or in
a transaction of its own.
"""

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from intake.models import LedgerEntry, Request
from intake.rules.triggers import HASH_ARGUMENTS

SITE = "site"
WORKER = "worker"
CODE = re.compile(r"[a-z0-9_]*")
DETAIL = re.compile(r"[a-z0-9_ :;,.=>#-]*")

VERIFY = f"""
WITH chain AS (
    SELECT number, previous_hash, hash, ledger_hash({HASH_ARGUMENTS}) AS computed,
           row_number() OVER line AS expected, coalesce(lag(hash) OVER line, '') AS before
    FROM intake_ledgerentry WINDOW line AS (ORDER BY number)
)
SELECT expected FROM chain
WHERE number <> expected OR previous_hash <> before OR hash <> computed
ORDER BY number LIMIT 1
"""  # noqa: S608 - constants of this code base


class Head(NamedTuple):
    """The last line of the ledger, by number and hash.

    Kept outside the database, it shows later whether lines were cut off from the end.
    """

    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The head that was written with `str`. Raises ValueError for any other text."""
        number, _, digest = text.partition(":")
        return cls(int(number), bytes.fromhex(digest))


def record(
    action: str,
    *,
    by: str,
    request: Request | UUID | None = None,
    reason: str = "",
    detail: str = "",
) -> None:
    """Add a line. `by` is a user name, SITE or WORKER; `action` and `reason` are codes.

    `detail` takes codes and numbers only, such as "new > claimed", so that nothing that a person
    typed gets in. Raises ValueError for anything else, without repeating it.
    """
    for name, text, shape in (
        ("action", action, CODE),
        ("reason", reason, CODE),
        ("detail", detail, DETAIL),
    ):
        if not shape.fullmatch(text):
            raise ValueError(f"{name} is not a code")
    LedgerEntry(
        action=action,
        by=by,
        record=request.id if isinstance(request, Request) else request,
        reason=reason,
        detail=detail,
    ).save(force_insert=True)


def head() -> Head | None:
    """The last line; None while the ledger is empty."""
    last = LedgerEntry.objects.order_by("number").values_list("number", "hash").last()
    return Head(last[0], bytes(last[1])) if last else None


def last_line(request: Request) -> int:
    """The number of the newest line about a request; 0 when there is none."""
    lines = LedgerEntry.objects.about(request.id)
    return lines.values_list("number", flat=True).last() or 0


def changes_since(request: Request, number: int) -> list[LedgerEntry]:
    """The lines after that number that tell of a change of the request, the oldest first."""
    return list(LedgerEntry.objects.about(request.id).changes_after(number))


def last_time(action: str) -> datetime | None:
    """When that action was last recorded; None when it never was."""
    return LedgerEntry.objects.last_time(action)


def verify(expected: Head | None = None) -> int | None:
    """The number of the first broken or missing line; None when the ledger is whole.

    With the head of an earlier day it also finds lines that were cut from the end or replaced.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        broken = cursor.fetchone()
    if broken:
        return int(broken[0])
    return None if expected is None else _missing(expected)


def _missing(expected: Head) -> int | None:
    line = LedgerEntry.objects.numbered(expected.number)
    found = line.values_list("hash", flat=True).first()
    if found is not None:
        return None if bytes(found) == expected.hash else expected.number
    last = head()
    return last.number + 1 if last else 1
