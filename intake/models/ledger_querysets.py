"""What is asked of the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

PAGE = 50
COLUMNS = {"action": "action", "by": '"by"'}
# One step in the index for each word that there is, however many lines have it.
WORDS = """
WITH RECURSIVE seen(word) AS (
    (SELECT min({column}) FROM intake_ledgerentry)
    UNION ALL
    SELECT (SELECT min({column}) FROM intake_ledgerentry WHERE {column} > word)
    FROM seen WHERE word IS NOT NULL
)
SELECT word FROM seen WHERE word IS NOT NULL
"""


class Look(NamedTuple):
    """Which lines; what is None or empty does not matter."""

    action: str = ""
    by: str = ""
    record: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None


class LedgerQuerySet(QuerySet):
    """Lines."""

    def matching(self, look: Look) -> LedgerQuerySet:
        """The newest first."""
        wanted = {
            "action": look.action,
            "by": look.by,
            "record": look.record,
            "at__gte": look.start,
            "at__lt": look.end,
        }
        return self.filter(**{name: value for name, value in wanted.items() if value}).order_by(
            "-number"
        )

    def before(self, number: int | None) -> LedgerQuerySet:
        """A page of them: those before that line, and one more when there are others."""
        rows = self if number is None else self.filter(number__lt=number)
        return rows[: PAGE + 1]

    def up_to(self, number: int) -> LedgerQuerySet:
        """What was there when that line was the last one."""
        return self.filter(number__lte=number)

    def words(self, column: str) -> list[str]:
        """Every action, or everybody, in the order of the alphabet."""
        with connection.cursor() as cursor:
            cursor.execute(WORDS.format(column=COLUMNS[column]))
            return [word for (word,) in cursor.fetchall()]
