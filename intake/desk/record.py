"""The opened request. The ledger is written and committed first; only then is it decrypted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from intake import keys, ledger, promise, staff_text
from intake.answers import Answers, AnswersError, unpack
from intake.keys import KeyFileError, PrivateKey
from intake.models import Request, StaffText, Submission
from intake.sealing import SealError

CANNOT_OPEN = "This cannot be opened with the keys on this server"


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
    number_shown: bool
    key_problem: str = ""

    @property
    def number_withheld(self) -> bool:
        """A number was given, and a reason would show it now."""
        if self.number_shown or self.request.no_contact_at is not None:
            return False
        return any(each.answers and each.answers.phone for each in self.revisions)


def open_record(
    request: Request, *, by: str, now: datetime, override: bool = False
) -> OpenedRecord:
    """Write the ledger, then decrypt. `override` shows the number outside the safe window.

    Brings `request` up to date. Raises DatabaseError when the ledger cannot be written, and
    Request.DoesNotExist when it was purged meanwhile; then nothing was decrypted.
    """
    submissions = _remember(request, by=by, now=now, override=override)
    held, key_problem = _held_keys()
    safe = is_safe(request, now)
    return OpenedRecord(
        request=request,
        revisions=tuple(_revision(row, held) for row in submissions),
        notes=tuple(_note(row, held) for row in request.texts.in_order().prefetch_related("wraps")),
        safe_now=safe,
        next_safe=None if safe else next_safe(request, now),
        number_shown=request.no_contact_at is None and (safe or override),
        key_problem=key_problem,
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
    request: Request, *, by: str, now: datetime, override: bool
) -> tuple[Submission, ...]:
    """Locked, so that the windows that decide and the forms that are shown belong together."""
    with transaction.atomic(durable=True):
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        submissions = tuple(request.submissions.newest_first().prefetch_related("wraps"))
        request.opened_at = now
        request.opened_revision = submissions[0].revision if submissions else 0
        request.save(update_fields=["opened_at", "opened_revision"])
        outside = override and not is_safe(request, now)
        action = "opened_outside_window" if outside else "opened"
        ledger.record(action, by=by, request=request)
    return submissions


def _held_keys() -> tuple[Mapping[str, PrivateKey], str]:
    """The keys that are here, or none and what is wrong with them."""
    try:
        return keys.private_keys(), ""
    except KeyFileError as error:
        return {}, str(error)


def _revision(row: Submission, held: Mapping[str, PrivateKey]) -> Revision:
    try:
        return Revision(row, unpack(row.unseal(held)))
    except (SealError, AnswersError) as error:
        return Revision(row, None, _problem(row, error))


def _note(row: StaffText, held: Mapping[str, PrivateKey]) -> Note:
    try:
        return Note(row, staff_text.read(row, held))
    except (SealError, AnswersError) as error:
        return Note(row, "", _problem(row, error))


def _problem(row: Submission | StaffText, error: Exception) -> str:
    """Both kinds of error name keys and fields, never content."""
    key_ids = ", ".join(sorted(wrap.key_id for wrap in row.wraps.all())) or "none"
    return f"{CANNOT_OPEN}: {error}. It is sealed to key {key_ids}."
