"""Statistics that remain when requests are gone. Nothing here leads back to a person."""

from django.db import models

from intake.models.columns import choices, code
from intake.models.figure_querysets import WeeklyCountQuerySet
from intake.models.request import Lane
from intake.rules import invariants
from intake.rules.states import CLOSED


class Tombstone(models.Model):
    """What remains of a purged request, for the statistics. It holds no id and no exact time."""

    month = models.DateField(help_text="The first day of the month in which it came in.")
    final_state = code(choices(CLOSED))
    lane = code(Lane.choices)
    minutes_to_attempt = models.PositiveIntegerField(null=True, help_text="Rounded.")
    minutes_to_talk = models.PositiveIntegerField(null=True, help_text="Rounded.")
    minutes_to_offer = models.PositiveIntegerField(null=True, help_text="Rounded.")

    def __str__(self) -> str:
        return f"{self.final_state} in {self.month:%Y-%m}"


class WeeklyCount(models.Model):
    """A figure of a past week, counted by the worker, so that no page counts all requests again.

    `bucket` is a code, or a number of minutes that `figure` was rounded down to; empty for the
    figure "received", which each counted week has, be it 0. `part` says of which requests: of all
    (empty), of those that came in at one part of the week, or of those of one kind of asker.
    """

    week = models.DateField(help_text="Its Monday.")
    figure = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True, help_text="Of these requests; empty: all.")
    bucket = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField()

    objects = WeeklyCountQuerySet.as_manager()

    class Meta:
        constraints = invariants.WEEKLY_COUNT

    def __str__(self) -> str:
        return f"{self.figure} in the week of {self.week}"
