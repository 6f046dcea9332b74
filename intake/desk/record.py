"""The opened request. The ledger is written and committed first; only then is it decrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from intake import keys, ledger, promise, staff_text
from intake.answers import Answers, AnswersError, unpack
from intake.keys import PrivateKey
from intake.models import Request, StaffText, Submission
from intake.sealing import SealError

CANNOT_OPEN = "This cannot be opened with the keys on this server."


@dataclass(frozen=True, repr=False)
class Revision:
    """One sent form: its answers, or why it cannot be opened."""

    submission: Submission
    answers: Answers | None
    problem: str = ""


@dataclass(frozen=True, repr=False)
class Note:
    """One text of the staff: its words, or why it cannot be opened."""

    row: StaffText
    words: str
    problem: str = ""


@dataclass(frozen=True, repr=False)
class OpenedRecord:
    """Everything that a coordinator sees of one request. Its repr shows nothing of it."""

    request: Request
    revisions: tuple[Revision, ...]
    notes: tuple[Note, ...]
    safe_now: bool
    next_safe: datetime | None
    number_shown: bool = field(default=False)

    @property
    def newest(self) -> Revision | None:
        """What the visitor said last."""
        return self.revisions[0] if self.revisions else None


def open_record(
    request: Request, *, by: str, now: datetime, override: bool = False
) -> OpenedRecord:
    """Write the ledger, then decrypt. `override` shows the number outside the safe window.

    Raises DatabaseError when the ledger cannot be written; then nothing was decrypted.
    """
    submissions = tuple(request.submissions.newest_first().prefetch_related("wraps"))
    _remember(request, submissions, by=by, now=now, override=override)
    held = keys.private_keys()
    safe = is_safe(request, now)
    return OpenedRecord(
        request=request,
        revisions=tuple(_revision(row, held) for row in submissions),
        notes=tuple(_note(row, held) for row in request.texts.in_order().prefetch_related("wraps")),
        safe_now=safe,
        next_safe=None if safe else next_safe(request, now),
        number_shown=request.no_contact_at is None and (safe or override),
    )


def is_safe(request: Request, now: datetime) -> bool:
    """Now is inside opening hours and the visitor's windows."""
    return promise.callable_now(request.windows, now, **_clock())


def next_safe(request: Request, now: datetime) -> datetime | None:
    """The next moment that is safe and staffed; None when there is none."""
    return promise.next_callable(request.windows, now, **_clock())


def _clock() -> dict[str, object]:
    clinic = settings.CLINIC
    return {
        "hours": clinic.hours,
        "contact_windows": clinic.contact_windows,
        "time_zone": clinic.time_zone,
    }


def _remember(
    request: Request,
    submissions: tuple[Submission, ...],
    *,
    by: str,
    now: datetime,
    override: bool,
) -> None:
    action = "opened_outside_window" if override else "opened"
    with transaction.atomic(durable=True):
        request.opened_at = now
        request.opened_revision = submissions[0].revision if submissions else 0
        request.save(update_fields=["opened_at", "opened_revision"])
        ledger.record(action, by=by, request=request)


def _revision(row: Submission, held: Mapping[str, PrivateKey]) -> Revision:
    try:
        return Revision(row, unpack(row.unseal(held)))
    except (SealError, AnswersError):
        return Revision(row, None, _problem(row))


def _note(row: StaffText, held: Mapping[str, PrivateKey]) -> Note:
    try:
        return Note(row, staff_text.read(row, held))
    except (SealError, AnswersError):
        return Note(row, "", _problem(row))


def _problem(row: Submission | StaffText) -> str:
    key_ids = ", ".join(sorted(wrap.key_id for wrap in row.wraps.all()))
    return f"{CANNOT_OPEN} It belongs to key {key_ids}."
