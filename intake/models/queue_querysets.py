"""Questions of the queue about requests: the rows of each section, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Self

from django.db import connection
from django.db.models import Count

from intake.models import queue_sections
from intake.models.querysets import RequestQuerySet
from intake.models.queue_sections import Look, Section

COUNTED = 200  # requests are counted one by one up to here
CLOSED_SQL = """
SELECT
    (SELECT count(*) FROM (
        SELECT FROM intake_request WHERE closed_at IS NOT NULL LIMIT %s) AS counted),
    (SELECT reltuples FROM pg_class WHERE oid = 'public.request_closed'::regclass)
"""


class Number(NamedTuple):
    """How many requests there are; at least or about so many when it is not exact."""

    number: int
    exact: bool


class QueueQuerySet(RequestQuerySet):
    """Requests, also as the queue lists and counts them."""

    def callable_now(self, look: Look) -> Self:
        """Open requests for which a call is next, safe and staffed.

        Each has `rank`: 1 for what a colleague owns, 0 for mine and nobody's.
        """
        ranked = self.annotate(rank=queue_sections.with_others(look.username))
        return ranked.open().filter(queue_sections.callable_now(look))

    def in_section(self, section: Section, look: Look) -> Self:
        """The requests that a section of the queue lists, in no order."""
        special: dict[Section, Callable[[Look], Self]] = {
            Section.CALLABLE: self.callable_now,
            Section.REVISED: lambda _: self.revised_since_opened(),
            Section.CLOSING: lambda look: self.closing_soon(look.now),
            Section.CLOSED: lambda _: self.closed().filter(closed_at__isnull=False),
        }
        if section in special:
            return special[section](look)
        return self.open().filter(queue_sections.OPEN[section](look))

    def count_open_sections(self, look: Look) -> dict[Section, int]:
        """The exact number of requests in each section of open ones, in one query."""
        counts = {
            str(section): Count("pk", filter=condition(look))
            for section, condition in queue_sections.OPEN.items()
        }
        return {Section(name): number for name, number in self.open().aggregate(**counts).items()}

    def count_closing_soon(self, now: datetime) -> Number:
        """The number of requests that will be purged soon; exact up to COUNTED.

        After a change of the retention rules they may be as many as the clinic ever had.
        """
        first = self.closing_soon(now).order_by("closed_at", "id")[: COUNTED + 1]
        number = first.count()
        return Number(min(number, COUNTED), exact=number <= COUNTED)

    def count_closed(self) -> Number:
        """The number of closed requests; exact up to COUNTED.

        Beyond that it is the estimate that Postgres keeps for the index of them.
        """
        with connection.cursor() as cursor:
            cursor.execute(CLOSED_SQL, [COUNTED + 1])
            number, estimate = cursor.fetchone()
        if number <= COUNTED:
            return Number(number, exact=True)
        return Number(max(number, round(estimate, -3)), exact=False)
