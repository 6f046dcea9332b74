"""The dashboard on the desk's first page: what waits now, response times, and what came in.

Who works on requests sees exact counts. An auditor sees only counts that may leave the desk, in
which small ones are hidden.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from intake.desk.entrance.rights import StaffRequest
from intake.desk.frame.site import desk
from intake.desk.reports import charts, published, statistics
from intake.desk.reports.statistics import ASKER_WORDS, PART_WORDS, StatisticsFilter
from intake.desk.steps import holds
from intake.figures import weekly_counts
from intake.figures.weekly_counts import WEEK
from intake.models import Request
from intake.rules.states import OPEN

SEES_REQUESTS = "intake.view_request"
SEES_STATISTICS = "intake.view_weeklycount"
WEEKS = 26
MOST_WEEKS = 104


class FilterForm(forms.Form):
    """The dashboard's filter. It is in the address: dates and codes, nothing about a person."""

    use_required_attribute = False
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput({"type": "date"}))
    only = forms.ChoiceField(
        label="Which requests",
        required=False,
        choices=[
            ("", "All"),
            ("Who wrote", list(ASKER_WORDS.items())),
            ("When they came in", list(PART_WORDS.items())),
        ],
    )

    def __init__(self, data: QueryDict, today: date) -> None:
        last = weekly_counts.monday_of(today)
        self.usual = StatisticsFilter(last - (WEEKS - 1) * WEEK, last)
        shown = {"since": self.usual.first, "until": today}
        super().__init__({**shown, **{name: value for name, value in data.items() if value}})

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order and more than MOST_WEEKS weeks."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until:
            monday = weekly_counts.monday_of
            choice = StatisticsFilter(monday(since), monday(min(until, self.last_day)))
            if choice.first > choice.last:
                raise forms.ValidationError(
                    "The first day lies after the last one, or after today."
                )
            if len(choice.weeks) > MOST_WEEKS:
                raise forms.ValidationError(f"Choose at most {MOST_WEEKS} weeks.")
        return cleaned

    @property
    def last_day(self) -> date:
        """The Sunday of the current week."""
        return self.usual.last + timedelta(days=6)

    @property
    def choice(self) -> StatisticsFilter:
        """The chosen filter, or the usual one if the form is not valid."""
        if not self.is_valid():
            return self.usual
        since, until = self.cleaned_data["since"], min(self.cleaned_data["until"], self.last_day)
        monday = weekly_counts.monday_of
        return StatisticsFilter(monday(since), monday(until), self.cleaned_data["only"])


@dataclass(frozen=True)
class Waiting:
    """Open requests: the oldest unanswered one, and counts in all and by state."""

    oldest: Request | None
    open: int
    overdue: int
    unopened: int
    states: tuple[tuple[str, int, int, float], ...]


def show(request: StaffRequest) -> HttpResponse:
    """Show the dashboard as the index of Django admin."""
    return desk.index(request, context(request))


def context(request: StaffRequest) -> dict[str, Any]:
    """The template context of the index; empty for a staff role that sees no statistics."""
    now = timezone.now()
    user = request.user
    if not user.has_perm(SEES_STATISTICS):
        return {}
    if not user.has_perm(SEES_REQUESTS):
        return published.context(request, now)
    form = FilterForm(request.GET, timezone.localdate(now))
    return {
        "waiting": waiting(now),
        "reviews": holds.to_review(user, now),
        "form": form,
        "choice": form.choice,
        "figures": statistics.compute(form.choice, now),
        "now": now,
    }


def waiting(now: datetime) -> Waiting:
    """Count the open requests, exactly, in two queries."""
    rows = {state: numbers for state, *numbers in Request.objects.stand(now)}
    numbers = [rows.get(state, [0, 0, 0]) for state in OPEN]
    total, overdue, unopened = (sum(column) for column in zip(*numbers, strict=True))
    largest = max(number for number, _, _ in numbers)
    return Waiting(
        oldest=Request.objects.unanswered().first(),
        open=total,
        overdue=overdue,
        unopened=unopened,
        states=tuple(
            (state.label, number, late, charts.bar(number, largest))
            for state, (number, late, _) in zip(OPEN, numbers, strict=True)
        ),
    )
