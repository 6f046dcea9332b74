"""What the queue asks of the requests: the rows of each section, and how many there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from intake.models import queue_sections
from intake.models.queue_sections import Look, Section

COUNTED = 200  # closed requests are counted one by one up to here
CLOSED_SQL = """
SELECT
    (SELECT count(*) FROM (
        SELECT FROM intake_request WHERE closed_at IS NOT NULL LIMIT %s) AS counted),
    (SELECT reltuples FROM pg_class WHERE oid = 'public.request_closed'::regclass)
"""


class Number(NamedTuple):
    """How many closed requests there are, at least or about."""

    number: int
    exact: bool


class QueueQuerySet(QuerySet):
    """Part of `RequestQuerySet`."""

    open: Any
    closed: Any
    closing_soon: Any
    revised_since_opened: Any

    def callable_now(self, look: Look) -> QueueQuerySet:
        """A call is next, safe and staffed: mine and nobody's first, then by what is due.

        `rank` is 1 for what a colleague has.
        """
        ranked = self.annotate(rank=queue_sections.with_others(look.username))
        return ranked.open().filter(queue_sections.callable_now(look))

    def in_section(self, section: Section, look: Look) -> QueueQuerySet:
        """What a section of the queue lists, in no order."""
        special = {
            Section.CALLABLE: self.callable_now,
            Section.REVISED: lambda _: self.revised_since_opened(),
            Section.CLOSING: lambda look: self.closing_soon(look.now),
            Section.CLOSED: lambda _: self.closed().filter(closed_at__isnull=False),
        }
        if section in special:
            return special[section](look)
        return self.open().filter(queue_sections.OPEN[section](look))

    def count_open_sections(self, look: Look) -> dict[Section, int]:
        """How many requests each section of open ones holds: exact, in one query."""
        counts = {
            str(section): Count("pk", filter=condition(look))
            for section, condition in queue_sections.OPEN.items()
        }
        return {Section(name): number for name, number in self.open().aggregate(**counts).items()}

    def count_closing_soon(self, now: datetime) -> Number:
        """Exact up to COUNTED; the list may be as long as the clinic's history."""
        first = self.closing_soon(now).order_by("closed_at", "id")[: COUNTED + 1]
        number = first.count()
        return Number(min(number, COUNTED), exact=number <= COUNTED)

    def count_closed(self) -> Number:
        """Exact up to COUNTED; beyond, as many as the last look of the database at its index."""
        with connection.cursor() as cursor:
            cursor.execute(CLOSED_SQL, [COUNTED + 1])
            number, estimate = cursor.fetchone()
        if number <= COUNTED:
            return Number(number, exact=True)
        return Number(max(number, round(estimate, -3)), exact=False)
