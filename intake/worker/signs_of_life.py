"""Signs of life: when the worker and the backup last worked, and what waits for them longest."""

from datetime import datetime

from django.db.models import Value

from intake.models import OutboxMessage, Request, SignOfLife

UNSENT = "unsent"
UNOPENED = "unopened"


def give(name: SignOfLife.Name, now: datetime) -> None:
    """Record a sign of life: the worker gives one each minute, a backup when it is complete."""
    SignOfLife.objects.bulk_create(
        [SignOfLife(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def read(now: datetime) -> dict[str, datetime]:
    """The last sign by name; UNSENT: when the oldest unsent notice was written; UNOPENED: when the
    most overdue unopened request was due. Names without a time are left out.
    """
    unsent = OutboxMessage.objects.unsent().order_by("created")
    unopened = Request.objects.unopened_and_overdue(now).order_by("next_due")
    rows = SignOfLife.objects.values_list("name", "at").union(
        unsent.annotate(named=Value(UNSENT)).values_list("named", "created")[:1],
        unopened.annotate(named=Value(UNOPENED)).values_list("named", "next_due")[:1],
    )
    return dict(rows)
