"""What is asked of the tables, in the words of the desk. Views and commands filter nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet

from intake import promise
from intake.answers import Window
from intake.states import CLOSED, OPEN, UNOWNED, State


class RequestQuerySet(QuerySet):
    """Requests, by what is to be done with them."""

    def open(self) -> RequestQuerySet:
        """Everything that still needs somebody."""
        return self.filter(state__in=OPEN)

    def closed(self) -> RequestQuerySet:
        """Everything that was brought to an end."""
        return self.filter(state__in=CLOSED)

    def unowned(self) -> RequestQuerySet:
        """Nobody has taken it on yet: new, or in quarantine."""
        return self.filter(state__in=UNOWNED)

    def quarantined(self) -> RequestQuerySet:
        """The lane of what looked suspicious and was not dropped."""
        return self.filter(state=State.QUARANTINED)

    def by_due(self) -> RequestQuerySet:
        """The most urgent first."""
        return self.order_by("next_due", "received", "id")

    def overdue(self, now: datetime) -> RequestQuerySet:
        """Open, and its next action should have been done."""
        return self.open().filter(next_due__lt=now)

    def owned_by(self, username: str) -> RequestQuerySet:
        """The requests that this person works on."""
        return self.filter(owner=username)

    def reachable_in(self, window: Window) -> RequestQuerySet:
        """Contact is safe in this part of the week; no window chosen means any."""
        return self.annotate(_safe=F("windows").bitand(int(window))).filter(
            Q(windows=0) | Q(_safe__gt=0)
        )

    def unreachable(self) -> RequestQuerySet:
        """Open, and nobody is here when contact is safe, or uses the channel: for a manager."""
        clinic = settings.CLINIC
        staffed = promise.staffed_windows(clinic.hours, clinic.contact_windows)
        no_window = ~Q(windows=0) & Q(_staffed=0)
        no_channel = ~Q(channel__in=clinic.replies.channels)
        rows = self.open().annotate(_staffed=F("windows").bitand(int(staffed)))
        return rows.filter(no_window | no_channel)

    def purgeable(self, now: datetime) -> RequestQuerySet:
        """Closed for as long as it is kept, and no legal hold on it or on what it is linked with.

        A duplicate goes with the request that it joins. Quarantine is not closed: it stays.
        """
        ended = _kept_until(now) | Q(state=State.DUPLICATE) & _kept_until(now, "duplicate_of__")
        free = Q(held_at__isnull=True) & Q(duplicate_of__held_at__isnull=True)
        return self.filter(ended, free).exclude(duplicates__held_at__isnull=False)

    def closing_soon(self, now: datetime) -> RequestQuerySet:
        """What will be deleted within the days of warning that the clinic set."""
        return self.purgeable(now + timedelta(days=settings.CLINIC.retention.warning_days))

    def with_revisions(self) -> RequestQuerySet:
        """Each with `newest_revision`: 1 for a form sent once."""
        return self.annotate(newest_revision=Max("submissions__revision"))

    def revised_since_opened(self) -> RequestQuerySet:
        """Opened once, and edited and sent again by the visitor since; closed ones too."""
        return self.with_revisions().filter(
            opened_at__isnull=False, newest_revision__gt=F("opened_revision")
        )


def _kept_until(now: datetime, prefix: str = "") -> Q:
    """Closed, for as many days as `clinic.toml` has for that way to close."""
    days_after = settings.CLINIC.retention.days_after
    closed_before = {state: now - timedelta(days=days_after(state)) for state in CLOSED}
    return reduce(
        or_,
        (
            Q((f"{prefix}state", state), (f"{prefix}closed_at__lte", moment))
            for state, moment in closed_before.items()
        ),
    )


class SubmissionQuerySet(QuerySet):
    """The sealed forms of a request."""

    def newest_first(self) -> SubmissionQuerySet:
        """What counts comes first."""
        return self.order_by("-revision", "id")


class StaffTextQuerySet(QuerySet):
    """What staff wrote about a request, sealed."""

    def in_order(self) -> StaffTextQuerySet:
        """As it was written."""
        return self.order_by("written_at", "id")


class OutboxQuerySet(QuerySet):
    """Notices, sent or still to be sent."""

    def unsent(self) -> OutboxQuerySet:
        """Not yet taken by a mail server."""
        return self.filter(sent_at__isnull=True)

    def due(self, now: datetime) -> OutboxQuerySet:
        """To be sent now, the oldest first."""
        return self.unsent().filter(due__lte=now).order_by("due", "id")

    def count_by_kind(self) -> dict[str, int]:
        """How many of each kind, for the worker's log line."""
        rows = self.order_by("kind").values_list("kind").annotate(number=Count("id"))
        return dict(rows)
