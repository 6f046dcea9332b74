"""Questions about requests, in the words of the desk. Views, commands and worker filter nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from intake.models import queue_sections
from intake.models.parts import UnreadQuerySet
from intake.rules.states import CLOSED, OPEN, UNOWNED, WORKED_ON, State

if TYPE_CHECKING:
    from intake.models.request import Request

LATELY = timedelta(days=90)


class RequestQuerySet(UnreadQuerySet["Request"]):
    """Requests, chosen by what is to be done with them."""

    def open(self) -> Self:
        """Requests that still need somebody."""
        return self.filter(state__in=OPEN)

    def closed(self) -> Self:
        """Requests that were brought to an end and are not yet purged."""
        return self.filter(state__in=CLOSED)

    def closed_lately(self, now: datetime) -> Self:
        """Requests closed within LATELY, the last first, without those that are to be erased."""
        ended = self.closed().filter(closed_at__gte=now - LATELY)
        return ended.exclude(state=State.WITHDRAWN).order_by("-closed_at", "id")

    def asked_by(self, asker: str) -> Self:
        """Requests of one kind of asker, an `Asker`."""
        return self.filter(asker=asker)

    def other_than(self, request: Request) -> Self:
        """All requests but this one."""
        return self.exclude(pk=request.pk)

    def unowned(self) -> Self:
        """Requests that nobody has taken on yet: new, or in quarantine."""
        return self.filter(state__in=UNOWNED)

    def with_ids(self, ids: Iterable[UUID]) -> Self:
        """The requests with these ids, in whatever state."""
        return self.filter(pk__in=list(ids))

    def unchanged(self, read: Request, *columns: str) -> Self:
        """The request itself, if these columns still hold what was read; else nothing.

        For an UPDATE that must not overwrite what somebody else did meanwhile.
        """
        return self.filter(pk=read.pk, **{name: getattr(read, name) for name in columns})

    def duplicates_of(self, request: Request) -> Self:
        """The requests that were linked to this one as duplicates."""
        return self.filter(duplicate_of=request).order_by("id")

    def by_due(self) -> Self:
        """The same requests, the most urgent first."""
        return self.order_by("next_due", "received", "id")

    def received_until(self, moment: datetime) -> Self:
        """Requests that came in at that moment or before."""
        return self.filter(received__lte=moment)

    def overdue(self, now: datetime) -> Self:
        """Open requests whose next action should have been done by now."""
        return self.open().filter(next_due__lt=now)

    def unopened_and_overdue(self, now: datetime) -> Self:
        """Overdue requests that nobody has read yet."""
        return self.overdue(now).filter(opened_at__isnull=True)

    def owned_by(self, username: str) -> Self:
        """The requests that this person works on."""
        return self.filter(owner=username)

    def count_open_by_owner(self) -> dict[str, int]:
        """The number of open requests of each user name that has any."""
        rows = self.open().exclude(owner="").order_by("owner")
        return dict(rows.values_list("owner").annotate(number=Count("id")))

    def unreachable(self) -> Self:
        """Open requests for a manager: nobody is here when contact is safe, or uses the channel."""
        return self.open().filter(queue_sections.unreachable())

    def tried_out(self, attempts: int) -> Self:
        """Requests in TRYING with at least that many attempts in this round, by urgency."""
        return self.filter(state=State.TRYING, attempts__gte=attempts).by_due()

    def left_alone(self, since: datetime) -> Self:
        """Owned requests whose next action was due at that moment or before, by urgency."""
        return self.filter(state__in=WORKED_ON, next_due__lte=since).by_due()

    def purgeable(self, now: datetime) -> Self:
        """Requests that were closed for as long as they are kept, with no legal hold in the way.

        A hold on a linked request counts as well. A duplicate goes with the request that it
        joins. Quarantine is not closed, so it stays.
        """
        ended = _kept_until(now) | Q(state=State.DUPLICATE) & _kept_until(now, "duplicate_of__")
        free = Q(duplicate_of__held_at__isnull=True)
        # The condition of the index `request_purge`, said once more so that Postgres uses it.
        rows = self.filter(closed_at__isnull=False, held_at__isnull=True)
        return rows.filter(ended, free).exclude(duplicates__held_at__isnull=False)

    def closing_soon(self, now: datetime) -> Self:
        """Requests that will be purged within the days of warning of `clinic.toml`."""
        return self.purgeable(now + timedelta(days=settings.CLINIC.retention.warning_days))

    def holds_to_review(self, last: date) -> Self:
        """Requests whose legal hold was to be reviewed by that day, the longest ago first."""
        held = self.filter(held_at__isnull=False, held_until__lte=last)
        return held.order_by("held_until", "id")

    def first_received(self) -> datetime | None:
        """When the oldest of these requests came in; None when there is none."""
        return self.order_by("received").values_list("received", flat=True).first()

    def stand(self, now: datetime) -> list[tuple[str, int, int, int]]:
        """(state, requests, overdue ones, unopened ones) for each open state that has any."""
        rows = self.open().order_by("state").values_list("state")
        overdue, unopened = Q(next_due__lt=now), Q(opened_at__isnull=True)
        return list(
            rows.annotate(
                number=Count("state"),
                late=Count("state", filter=overdue),
                unread=Count("state", filter=unopened),
            )
        )

    def unanswered(self) -> Self:
        """Open requests outside of quarantine that nobody has tried to answer, oldest first."""
        nobody_tried = self.filter(first_attempt_at__isnull=True, reached_at__isnull=True)
        return nobody_tried.open().exclude(state=State.QUARANTINED).order_by("received", "id")

    def to_export(self, start: datetime, end: datetime, which: str) -> QuerySet[Request, UUID]:
        """Ids of requests received from `start` up to but without `end`, oldest first.

        `which` is "open" or "closed"; anything else means all of them.
        """
        rows = {"open": self.open, "closed": self.closed}.get(which, self.all)()
        return (
            rows.filter(received__gte=start, received__lt=end)
            .order_by("received", "id")
            .values_list("id", flat=True)
        )

    def with_sealed(self, *tables: str) -> Self:
        """The same requests, each with its "submissions" or "texts" and their wraps prefetched."""
        return self.prefetch_related(*(f"{table}__wraps" for table in tables))

    def revised_since_opened(self) -> Self:
        """Requests that the visitor sent anew after staff had opened them, closed ones too."""
        forms = apps.get_model("intake", "Submission").objects
        later = forms.filter(revision__gt=1, request__opened_at__isnull=False)
        newer = later.filter(revision__gt=F("request__opened_revision"))
        return self.filter(pk__in=newer.values("request"))


def _kept_until(now: datetime, prefix: str = "") -> Q:
    """Closed at least as many days ago as `clinic.toml` keeps requests that ended in that way."""
    days_after = settings.CLINIC.retention.days_after
    closed_before = {state: now - timedelta(days=days_after(state)) for state in CLOSED}
    return reduce(
        or_,
        (
            Q((f"{prefix}state", state), (f"{prefix}closed_at__lte", moment))
            for state, moment in closed_before.items()
        ),
    )
