"""Open a request: commit the ledger line, then decrypt with the keys of this server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from intake.clock import deadlines
from intake.desk.record import covering
from intake.desk.record.call_script import Script, script
from intake.desk.steps import contact_wishes
from intake.desk.steps.changing import covers
from intake.desk.steps.contact_wishes import Wishes
from intake.models import Attempt, Request, StaffText, Submission
from intake.seal import keys
from intake.seal.answers import Answers, AnswersError
from intake.seal.keys import KeyFileError, PrivateKey
from intake.seal.sealing import SealError
from intake.store import ledger, staff_text

CANNOT_OPEN = "This cannot be opened with the keys on this server"


@dataclass(frozen=True, repr=False)
class Revision:
    """A form that the person sent: its answers, or why it cannot be decrypted."""

    submission: Submission
    answers: Answers | None
    problem: str = ""


@dataclass(frozen=True, repr=False)
class Note:
    """A text by staff: its words, or why it cannot be decrypted."""

    row: StaffText
    words: str
    problem: str = ""


@dataclass(frozen=True, repr=False)
class Amendment:
    """Contact details that staff learned: answers as in a form, or why they cannot be decrypted."""

    row: StaffText
    answers: Answers | None
    problem: str = ""


@dataclass(frozen=True, repr=False)
class OpenedRecord:
    """Everything that a coordinator sees of one request; its repr shows nothing of it.

    `contact` is how to reach the person now, None if that cannot be decrypted. `next_safe` is
    None at a safe time, or if there is none. `line` is the number of this opening's ledger line.
    """

    request: Request
    revisions: tuple[Revision, ...]
    amendments: tuple[Amendment, ...]
    notes: tuple[Note, ...]
    attempts: tuple[Attempt, ...]
    contact: Wishes | None
    safe_now: bool
    next_safe: datetime | None
    override: bool
    line: int
    key_problem: str = ""

    @property
    def number_shown(self) -> bool:
        """At a safe time, or for a reason; never if the person asked for no contact."""
        return not self.hidden_for_good and (self.safe_now or self.override)

    @property
    def hidden_for_good(self) -> bool:
        """The person asked not to be contacted, and staff have learned no other way since."""
        return contact_wishes.hidden_for_good(self.request, self.contact)

    @property
    def number_withheld(self) -> bool:
        """There is a number, and it would be shown for a reason."""
        if self.number_shown or self.hidden_for_good:
            return False
        return any(each.answers and each.answers.phone for each in self.revisions) or bool(
            self.contact and self.contact.answers.phone
        )

    @property
    def old_details_shown(self) -> bool:
        """Whether older details show: after a request for no contact, only newer ones are used."""
        return self.number_shown and self.request.no_contact_at is None

    @property
    def wants(self) -> str:
        """The message of the newest form, in the person's own words; "" if it has none."""
        newest = self.revisions[0].answers if self.revisions else None
        return newest.message if newest else ""

    @property
    def script(self) -> Script | None:
        """What to say to the person; None if their wishes cannot be decrypted."""
        return script(self.contact.answers, settings.CLINIC) if self.contact else None


def open_record(
    request: Request, *, by: str, now: datetime, override: bool = False, why: str = ""
) -> OpenedRecord:
    """Commit the ledger line, then decrypt everything of the request.

    `override` shows the number outside the safe times; `why` is the code of the reason for
    opening a colleague's request. `request` is refreshed. Raises covering.ReasonNeeded if `why`
    is missing, DatabaseError if the ledger cannot be written, and Request.DoesNotExist if the
    request was purged meanwhile; in these cases nothing was decrypted.
    """
    submissions, line = _remember(request, by=by, now=now, override=override, why=why)
    held, key_problem = _held_keys()
    texts = request.texts.in_order().prefetch_related("wraps")
    revisions = tuple(_revision(row, held) for row in submissions)
    amendments = tuple(_amendment(row, held) for row in texts if _is_amendment(row))
    safe_now = deadlines.is_safe(request.windows, now)
    return OpenedRecord(
        request=request,
        revisions=revisions,
        amendments=amendments,
        notes=tuple(_note(row, held) for row in texts if not _is_amendment(row)),
        attempts=tuple(request.tries.order_by("at", "id")),
        contact=_contact(request, revisions, amendments),
        safe_now=safe_now,
        next_safe=None if safe_now else deadlines.next_safe(request.windows, now),
        override=override,
        line=line,
        key_problem=key_problem,
    )


def _contact(
    request: Request, revisions: tuple[Revision, ...], amendments: tuple[Amendment, ...]
) -> Wishes | None:
    """How to reach the person; None if the newest text does not open, as an older may be unsafe."""
    said = {each.submission.pk: each.answers for each in revisions}
    said |= {each.row.pk: each.answers for each in amendments}
    row = contact_wishes.newest(
        [*(each.submission for each in revisions), *(each.row for each in amendments)]
    )
    answers = row and said[row.pk]
    return contact_wishes.as_wishes(request, row, answers) if row and answers else None


def _remember(
    request: Request, *, by: str, now: datetime, override: bool, why: str
) -> tuple[tuple[Submission, ...], int]:
    """Lock the row, note the opening on it, and write the ledger: one committed transaction.

    The lock makes sure that the safe times that decide and the forms that are shown match.
    """
    with transaction.atomic(durable=True):
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        if covers(request, by):
            covering.refuse_without_reason(why)
        submissions = tuple(request.submissions.newest_first().prefetch_related("wraps"))
        request.opened_at = now
        request.opened_revision = submissions[0].revision if submissions else 0
        request.save(update_fields=["opened_at", "opened_revision"])
        outside = override and not deadlines.is_safe(request.windows, now)
        action = "opened_outside_window" if outside else "opened"
        ledger.record(action, by=by, request=request, reason=why)
        line = ledger.last_line(request)
    return submissions, line


def _held_keys() -> tuple[Mapping[str, PrivateKey], str]:
    """The private keys of this server, or none and what is wrong with them."""
    try:
        return keys.private_keys(), ""
    except KeyFileError as error:
        return {}, str(error)


def _revision(row: Submission, held: Mapping[str, PrivateKey]) -> Revision:
    try:
        return Revision(row, row.answers(held))
    except (SealError, AnswersError) as error:
        return Revision(row, None, _problem(row, error))


def _note(row: StaffText, held: Mapping[str, PrivateKey]) -> Note:
    try:
        return Note(row, staff_text.read(row, held))
    except (SealError, AnswersError) as error:
        return Note(row, "", _problem(row, error))


def _is_amendment(row: StaffText) -> bool:
    return StaffText.Kind(row.kind) is StaffText.Kind.AMENDMENT


def _amendment(row: StaffText, held: Mapping[str, PrivateKey]) -> Amendment:
    try:
        return Amendment(row, row.answers(held))
    except (SealError, AnswersError) as error:
        return Amendment(row, None, _problem(row, error))


def _problem(row: Submission | StaffText, error: Exception) -> str:
    """Why a text cannot be opened. Both kinds of error name keys and fields, never content."""
    key_ids = ", ".join(sorted(wrap.key_id for wrap in row.wraps.all())) or "none"
    return f"{CANNOT_OPEN}: {error}. It is sealed to key {key_ids}."
