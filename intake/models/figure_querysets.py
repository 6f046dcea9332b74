"""What is asked of the weekly figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet, Sum

if TYPE_CHECKING:
    from intake.models.figures import WeeklyCount


class WeeklyCountQuerySet(QuerySet["WeeklyCount"]):
    """Figures of past weeks."""

    def weeks(self) -> QuerySet[WeeklyCount, date]:
        """The Mondays of the weeks that were counted."""
        return self.filter(part="", figure="received").values_list("week", flat=True)

    def of_week(self, monday: date) -> Self:
        """Everything that was counted of it."""
        return self.filter(week=monday)

    def of(self, part: str, first: date, last: date) -> Self:
        """Those of one part, from one Monday to another."""
        return self.filter(part=part, week__range=(first, last))

    def summed_by_part(
        self, parts: Iterable[str], figures: Iterable[str], first: date, last: date
    ) -> QuerySet[WeeklyCount, Any]:
        """Part, figure, bucket and their sum over these weeks."""
        rows = self.filter(part__in=parts, figure__in=figures, week__range=(first, last))
        return rows.values_list("part", "figure", "bucket").annotate(Sum("number")).order_by()
