"""Questions about notices in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Max

from intake.models.parts import PartQuerySet

if TYPE_CHECKING:
    from intake.models.records import OutboxMessage


class OutboxQuerySet(PartQuerySet["OutboxMessage"]):
    """Notices, sent or still to be sent."""

    def unsent(self) -> Self:
        """Notices that no mail server has taken yet."""
        return self.filter(sent_at__isnull=True)

    def due(self, now: datetime) -> Self:
        """Unsent notices that are to be sent now, the one that is due for longest first."""
        return self.unsent().filter(due__lte=now).order_by("due", "id")

    def of_kind(self, kind: str) -> Self:
        """Notices of one `OutboxMessage.Kind`."""
        return self.filter(kind=kind)

    def not_of_kind(self, kind: str) -> Self:
        """Notices of every `OutboxMessage.Kind` but one."""
        return self.exclude(kind=kind)

    def other_than(self, message: OutboxMessage) -> Self:
        """All notices but this one."""
        return self.exclude(pk=message.pk)

    def created_until(self, moment: datetime) -> Self:
        """Notices that were written at that moment or before."""
        return self.filter(created__lte=moment)

    def known(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that a notice has already."""
        return set(self.filter(pk__in=list(ids)).values_list("pk", flat=True))

    def last_due(self) -> datetime | None:
        """The latest time at which one of these notices is or was due; None without any."""
        last: datetime | None = self.aggregate(last=Max("due"))["last"]
        return last
