"""Questions about the lines of the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    from intake.models.records import LedgerEntry  # noqa: F401 - in quotes, of a base class

PAGE = 50
LOOKS = ("opened", "opened_outside_window", "override")
"""Actions that change nothing: somebody looked at a request."""

COLUMNS = {"action": "action", "by": '"by"'}
# Steps from word to word in the index, so that it takes as long as there are words, not lines.
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
    """What to look for in the ledger; an attribute that is None or empty does not matter.

    Lines from `start` up to but without `end`.
    """

    action: str = ""
    by: str = ""
    record: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None


class LedgerQuerySet(QuerySet["LedgerEntry"]):
    """Lines of the ledger."""

    def matching(self, look: Look) -> Self:
        """The lines that `look` describes, the newest first."""
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

    def before(self, number: int | None) -> Self:
        """PAGE lines before the line of that number, and one more when there are others."""
        rows = self if number is None else self.filter(number__lt=number)
        return rows[: PAGE + 1]

    def up_to(self, number: int) -> Self:
        """The lines that were there when the line of that number was the last one."""
        return self.filter(number__lte=number)

    def numbered(self, number: int) -> Self:
        """The line of that number, or nothing."""
        return self.filter(number=number)

    def about(self, record: UUID) -> Self:
        """The lines about one record, the oldest first."""
        return self.filter(record=record).order_by("number")

    def changes_after(self, number: int) -> Self:
        """Later lines that tell of a change, without those that tell of a look."""
        return self.filter(number__gt=number).exclude(action__in=LOOKS)

    def last_time(self, action: str) -> datetime | None:
        """When that action was last recorded; None when it never was."""
        lines = self.filter(action=action).order_by("number")
        return lines.values_list("at", flat=True).last()

    def words(self, column: str) -> list[str]:
        """Every "action", or everybody named in "by", in the order of the alphabet."""
        with connection.cursor() as cursor:
            cursor.execute(WORDS.format(column=COLUMNS[column]))
            return [word for (word,) in cursor.fetchall()]
