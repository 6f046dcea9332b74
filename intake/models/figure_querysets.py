"""Queries of the weekly counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

if TYPE_CHECKING:
    from intake.models.figures import WeeklyCount


class WeeklyCountQuerySet(QuerySet["WeeklyCount"]):
    """Counts of past weeks; a week is named by its Monday."""

    def weeks(self) -> QuerySet[WeeklyCount, date]:
        """The Mondays of the weeks that were counted."""
        return self.filter(part="", figure="received").values_list("week", flat=True)

    def of_week(self, monday: date) -> WeeklyCountQuerySet:
        """Everything that was counted of one week."""
        return self.filter(week=monday)

    def of(self, part: str, first: date, last: date) -> WeeklyCountQuerySet:
        """The counts of one part, from one Monday to another, both included."""
        return self.filter(part=part, week__range=(first, last))

    def summed_by_part(
        self, parts: Iterable[str], figures: Iterable[str], first: date, last: date
    ) -> QuerySet[WeeklyCount, tuple[str, str, str, int]]:
        """Part, figure, bucket and sum, from one Monday to another, both included."""
        rows = self.filter(part__in=parts, figure__in=figures, week__range=(first, last))
        return rows.values_list("part", "figure", "bucket").annotate(Sum("number")).order_by()
