"""What is asked of the tables, in the words of the desk. Views and commands filter nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    F,
    FilteredRelation,
    Max,
    Model,
    Q,
    QuerySet,
)

from intake.models import queue_sections
from intake.models.queue_querysets import QueueQuerySet
from intake.rules.states import CLOSED, OPEN, UNOWNED, WORKED_ON, State
from intake.seal.answers import Window

LATELY = timedelta(days=90)


class RequestQuerySet(QueueQuerySet):
    """Requests, by what is to be done with them."""

    def open(self) -> RequestQuerySet:
        """Everything that still needs somebody."""
        return self.filter(state__in=OPEN)

    def closed(self) -> RequestQuerySet:
        """Everything that was brought to an end."""
        return self.filter(state__in=CLOSED)

    def closed_lately(self, now: datetime) -> RequestQuerySet:
        """Closed within LATELY, the last first; not what a person asked us to erase."""
        ended = self.closed().filter(closed_at__gte=now - LATELY)
        return ended.exclude(state=State.WITHDRAWN).order_by("-closed_at", "id")

    def asked_by(self, asker: str) -> RequestQuerySet:
        """Written by such a person: an `Asker`."""
        return self.filter(asker=asker)

    def other_than(self, request: Model) -> RequestQuerySet:
        """All but this one."""
        return self.exclude(pk=request.pk)

    def unowned(self) -> RequestQuerySet:
        """Nobody has taken it on yet: new, or in quarantine."""
        return self.filter(state__in=UNOWNED)

    def quarantined(self) -> RequestQuerySet:
        """The lane of what looked suspicious and was not dropped."""
        return self.filter(state=State.QUARANTINED)

    def with_ids(self, ids: Iterable[UUID]) -> RequestQuerySet:
        """These, wherever they stand."""
        return self.filter(pk__in=list(ids))

    def by_due(self) -> RequestQuerySet:
        """The most urgent first."""
        return self.order_by("next_due", "received", "id")

    def overdue(self, now: datetime) -> RequestQuerySet:
        """Open, and its next action should have been done."""
        return self.open().filter(next_due__lt=now)

    def unopened_and_overdue(self, now: datetime) -> RequestQuerySet:
        """Nobody has read it, and somebody should have."""
        return self.overdue(now).filter(opened_at__isnull=True)

    def owned_by(self, username: str) -> RequestQuerySet:
        """The requests that this person works on."""
        return self.filter(owner=username)

    def count_open_by_owner(self) -> dict[str, int]:
        """How many open requests each person works on; nobody who has none."""
        rows = self.open().exclude(owner="").order_by("owner")
        return dict(rows.values_list("owner").annotate(number=Count("id")))

    def reachable_in(self, window: Window) -> RequestQuerySet:
        """Contact is safe in this part of the week; no window chosen means any."""
        return self.filter(queue_sections.safe_in(window))

    def unreachable(self) -> RequestQuerySet:
        """Open, and nobody is here when contact is safe, or uses the channel: for a manager."""
        return self.open().filter(queue_sections.unreachable())

    def tried_out(self, attempts: int) -> RequestQuerySet:
        """Still tried, after that many attempts in this round."""
        return self.filter(state=State.TRYING, attempts__gte=attempts).by_due()

    def left_alone(self, since: datetime) -> RequestQuerySet:
        """Somebody owns it and should have done something before then."""
        return self.filter(state__in=WORKED_ON, next_due__lte=since).by_due()

    def purgeable(self, now: datetime) -> RequestQuerySet:
        """Closed for as long as it is kept, and no legal hold on it or on what it is linked with.

        A duplicate goes with the request that it joins. Quarantine is not closed: it stays.
        """
        ended = _kept_until(now) | Q(state=State.DUPLICATE) & _kept_until(now, "duplicate_of__")
        free = Q(duplicate_of__held_at__isnull=True)
        # Said once more as the index of them has it.
        rows = self.filter(closed_at__isnull=False, held_at__isnull=True)
        return rows.filter(ended, free).exclude(duplicates__held_at__isnull=False)

    def closing_soon(self, now: datetime) -> RequestQuerySet:
        """What will be deleted within the days of warning that the clinic set."""
        return self.purgeable(now + timedelta(days=settings.CLINIC.retention.warning_days))

    def holds_to_review(self, last: date) -> RequestQuerySet:
        """Under a legal hold that was to be looked at again by that day, the longest ago first."""
        held = self.filter(held_at__isnull=False, held_until__lte=last)
        return held.order_by("held_until", "id")

    def first_received(self) -> datetime | None:
        """When the oldest request that is still here came in."""
        return self.order_by("received").values_list("received", flat=True).first()

    def stand(self, now: datetime) -> list[tuple[str, int, int, int]]:
        """Of each open state: how many, how many overdue, how many that nobody has opened."""
        rows = self.open().order_by("state").values_list("state")
        overdue, unopened = Q(next_due__lt=now), Q(opened_at__isnull=True)
        return list(
            rows.annotate(
                number=Count("state"),
                late=Count("state", filter=overdue),
                unread=Count("state", filter=unopened),
            )
        )

    def unanswered(self) -> RequestQuerySet:
        """Open, not in quarantine, and nobody has tried to reach the person: oldest first."""
        nobody_tried = self.filter(first_attempt_at__isnull=True, reached_at__isnull=True)
        return nobody_tried.open().exclude(state=State.QUARANTINED).order_by("received", "id")

    def to_export(self, start: datetime, end: datetime, which: str) -> QuerySet:
        """Ids of those that came in between, oldest first. `which` is open, closed or all."""
        rows = {"open": self.open, "closed": self.closed}.get(which, self.all)()
        return (
            rows.filter(received__gte=start, received__lt=end)
            .order_by("received", "id")
            .values_list("id", flat=True)
        )

    def with_sealed(self, *tables: str) -> RequestQuerySet:
        """Each with its "submissions" or "texts", and the keys to them."""
        return self.prefetch_related(*(f"{table}__wraps" for table in tables))

    def with_revisions(self) -> RequestQuerySet:
        """Each with `newest_revision`: 1 for a form sent once."""
        return self.annotate(newest_revision=Max("submissions__revision"))

    def revised_since_opened(self) -> RequestQuerySet:
        """Opened once, and edited and sent again by the visitor since; closed ones too."""
        forms = self.model._meta.get_field("submissions").related_model.objects
        later = forms.filter(revision__gt=1, request__opened_at__isnull=False)
        newer = later.filter(revision__gt=F("request__opened_revision"))
        return self.filter(pk__in=newer.values("request"))


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


class SealedQuerySet(QuerySet):
    """Sealed texts, many at once."""

    def key_ids(self, texts: Iterable[UUID]) -> set[str]:
        """Every key that one of these texts is sealed to."""
        return set(self.filter(pk__in=list(texts)).values_list("wraps__key_id", flat=True))

    def _newest_of(
        self, requests: QuerySet, key_ids: Iterable[str], *newest: str
    ) -> SealedQuerySet:
        """One text of each request, in the order of their ids, with its wrap for one of these
        keys in the same row: `held_key`, `held_suite`, `held_wrapped`, all None without one.
        """
        held = Q(wraps__key_id__in=[*key_ids, ""])  # an empty list would leave no rows at all
        return (
            self.filter(request__in=requests.values("pk"))
            .annotate(held=FilteredRelation("wraps", condition=held))
            .annotate(
                held_key=F("held__key_id"),
                held_suite=F("held__suite"),
                held_wrapped=F("held__wrapped"),
            )
            .order_by("request_id", *newest, "held__key_id")
            .distinct("request_id")
        )


class SubmissionQuerySet(SealedQuerySet):
    """The sealed forms of a request."""

    def newest_first(self) -> SubmissionQuerySet:
        """What counts comes first."""
        return self.order_by("-revision", "id")

    def newest_of(self, requests: QuerySet, key_ids: Iterable[str]) -> SealedQuerySet:
        """The form that counts, of each request: see `_newest_of`."""
        return self._newest_of(requests, key_ids, "-revision", "id")


class StaffTextQuerySet(SealedQuerySet):
    """What staff wrote about a request, sealed."""

    def in_order(self) -> StaffTextQuerySet:
        """As it was written."""
        return self.order_by("written_at", "id")

    def newest_amendment_of(self, requests: QuerySet, key_ids: Iterable[str]) -> SealedQuerySet:
        """What was last learned of where to reach them, of each request: see `_newest_of`."""
        amendments = self.filter(kind="amendment")
        return amendments._newest_of(requests, key_ids, "-written_at", "-id")

    def of_kind(self, kind: str) -> StaffTextQuerySet:
        """Notes, reasons, amendments and so on."""
        return self.filter(kind=kind)

    def newest_amendment(self) -> StaffTextQuerySet:
        """What was learned last about contact, or nothing."""
        return self.filter(kind="amendment").order_by("-written_at", "id")[:1]

    def since(self, moment: datetime) -> StaffTextQuerySet:
        """Written then or later."""
        return self.filter(written_at__gte=moment)


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
