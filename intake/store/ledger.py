"""Who did what to which record, when: added to, never changed, never content.

The database numbers, times and chains the lines (`triggers`): each hash covers the line and the
hash before it, made by the same SQL function that `verify` uses. A writer holds the ledger's lock
until its transaction ends, so the line is written last, or in a transaction of its own.
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
LOOKS = ("opened", "opened_outside_window", "override")
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
    """The last line. Kept outside the database, it shows later whether the tail was cut."""

    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The head that `str` wrote. Raises ValueError."""
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

    `detail` takes codes and numbers ("new > claimed"), so that no typed word gets in: anything
    else raises ValueError, which does not repeat it.
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
    lines = LedgerEntry.objects.filter(record=request.id).order_by("number")
    return lines.values_list("number", flat=True).last() or 0


def changes_since(request: Request, number: int) -> list[LedgerEntry]:
    """What was done with a request after that line, in order; that it was looked at is left out."""
    lines = LedgerEntry.objects.filter(record=request.id, number__gt=number)
    return list(lines.exclude(action__in=LOOKS).order_by("number"))


def last_time(action: str) -> datetime | None:
    """When that was last done; None when never."""
    lines = LedgerEntry.objects.filter(action=action).order_by("number")
    return lines.values_list("at", flat=True).last()


def verify(expected: Head | None = None) -> int | None:
    """The number of the first broken or missing line; None when all is well.

    With the head of an earlier day also what was cut from the end, or written anew, is found.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        broken = cursor.fetchone()
    if broken:
        return int(broken[0])
    return None if expected is None else _missing(expected)


def _missing(expected: Head) -> int | None:
    line = LedgerEntry.objects.filter(number=expected.number).values_list("hash", flat=True)
    found = line.first()
    if found is not None:
        return None if bytes(found) == expected.hash else expected.number
    last = head()
    return last.number + 1 if last else 1
