"""Constraints: the rules about one row that Postgres keeps. Rules about a change: `triggers`."""

from collections.abc import Iterable

from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint

from intake.rules.states import CLOSED, OPEN, OWNED, UNOWNED, NextAction, State
from intake.seal.answers import Window

ALL_WINDOWS = int(sum(Window))


def codes(values: Iterable[str]) -> list[str]:
    """The values as plain strings, so that a migration holds what was true when it was written."""
    return [str(value) for value in values]


_is_open = Q(state__in=codes(OPEN))
_is_unowned = Q(state__in=codes(UNOWNED))
_is_owned = Q(state__in=codes(OWNED))

REQUEST: list[BaseConstraint] = [
    CheckConstraint(
        name="request_open_has_next_action",
        condition=~_is_open | Q(next_action__in=codes(NextAction), next_due__isnull=False),
    ),
    CheckConstraint(
        name="request_closed_when_and_by_whom",
        condition=(_is_open & Q(closed_at__isnull=True, closed_by=""))
        | (Q(state__in=codes((*CLOSED, State.PURGED)), closed_at__isnull=False) & ~Q(closed_by="")),
    ),
    CheckConstraint(
        name="request_owner_fits_state",
        condition=(~_is_unowned | Q(owner="")) & (~_is_owned | ~Q(owner="")),
    ),
    CheckConstraint(
        name="request_duplicate_has_original",
        condition=Q(duplicate_of__isnull=True) & ~Q(state="duplicate")
        | Q(duplicate_of__isnull=False, state="duplicate") & ~Q(duplicate_of=F("id")),
    ),
    CheckConstraint(
        name="request_no_contact_is_kept",
        condition=~Q(state="do_not_contact")
        | (Q(no_contact_at__isnull=False) & ~Q(no_contact_by="")),
    ),
    CheckConstraint(
        name="request_held_is_not_purged",
        condition=~Q(state="purged") | Q(held_at__isnull=True),
    ),
    CheckConstraint(name="request_windows_known", condition=Q(windows__lte=ALL_WINDOWS)),
]
STAFF_TEXT: list[BaseConstraint] = [
    CheckConstraint(name="staff_text_has_author", condition=~Q(written_by=""))
]
KEY_WRAP: list[BaseConstraint] = [
    CheckConstraint(
        name="key_wrap_of_one_text",
        condition=Q(submission__isnull=False, staff_text__isnull=True)
        | Q(submission__isnull=True, staff_text__isnull=False),
    )
]
LEDGER: list[BaseConstraint] = [CheckConstraint(name="ledger_has_actor", condition=~Q(by=""))]
ATTEMPT: list[BaseConstraint] = [CheckConstraint(name="attempt_has_author", condition=~Q(by=""))]
WEEKLY_COUNT: list[BaseConstraint] = [
    UniqueConstraint(name="weekly_count_once", fields=("part", "week", "figure", "bucket"))
]
