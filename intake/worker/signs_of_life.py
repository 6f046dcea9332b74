"""When something that works unseen last did, and what has waited for it the longest."""

from datetime import datetime

from django.db.models import Value

from intake.models import OutboxMessage, Request, SignOfLife

UNSENT = "unsent"
UNOPENED = "unopened"


def give(name: SignOfLife.Name, now: datetime) -> None:
    """It is there: the worker once a minute, a backup when it is complete."""
    SignOfLife.objects.bulk_create(
        [SignOfLife(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def read(now: datetime) -> dict[str, datetime]:
    """The last signs by name, since when the oldest notice is UNSENT, and when the oldest request
    that nobody has opened, UNOPENED, was due. What there is none of is left out. One query.
    """
    unsent = OutboxMessage.objects.unsent().order_by("created")
    unopened = Request.objects.unopened_and_overdue(now).order_by("next_due")
    rows = SignOfLife.objects.values_list("name", "at").union(
        unsent.annotate(named=Value(UNSENT)).values_list("named", "created")[:1],
        unopened.annotate(named=Value(UNOPENED)).values_list("named", "next_due")[:1],
    )
    return dict(rows)
