"""Contact wishes that hold now: the newest of the person's forms and of staff's amendments."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.steps.changing import StepRefused
from intake.models import Request, StaffText, Submission
from intake.seal import keys
from intake.seal.answers import Answers, AnswersError, Asker
from intake.seal.sealing import SealError


@dataclass(frozen=True, repr=False)
class Wishes:
    """How, when and with which words to reach the person; its repr shows nothing of it.

    `learned_by` is the username of who learned it, "" if the person's own form says so.
    """

    answers: Answers
    learned_at: datetime
    learned_by: str = ""


def current(request: Request) -> Wishes:
    """Decrypt the wishes that hold now. The caller has written the ledger.

    Raises StepRefused if no key here opens them: then nobody knows what is safe.
    """
    row = newest([*request.submissions.newest_first()[:1], *request.texts.newest_amendment()])
    try:
        if row is None:
            raise SealError("there is no form")
        answers = row.answers(keys.private_keys())
    except (SealError, AnswersError):
        raise StepRefused(
            "What this person wishes cannot be opened with the keys on this server."
        ) from None
    return as_wishes(request, row, answers)


def newest(rows: Iterable[Submission | StaffText]) -> Submission | StaffText | None:
    """The text that counts: a later form replaces an earlier amendment. None without rows."""
    return max(rows, key=_said_at, default=None)


def as_wishes(request: Request, row: Submission | StaffText, answers: Answers) -> Wishes:
    """Wishes from a decrypted text. Whom it is about comes from the column: it is never amended."""
    by = "" if isinstance(row, Submission) else row.written_by
    return Wishes(replace(answers, about=Asker(request.asker)), _said_at(row)[0], by)


def stopped(request: Request) -> bool:
    """Whether the person asked for no contact and there is no later amendment; decrypts nothing."""
    since = request.no_contact_at
    if since is None:
        return False
    return not request.texts.of_kind(StaffText.Kind.AMENDMENT).since(since).exists()


def hidden_for_good(request: Request, wishes: Wishes | None) -> bool:
    """Whether the person asked for no contact and staff have learned no other way since."""
    stopped = request.no_contact_at
    if stopped is None:
        return False
    return wishes is None or not wishes.learned_by or wishes.learned_at <= stopped


def _said_at(row: Submission | StaffText) -> tuple[datetime, int]:
    if isinstance(row, Submission):
        return row.received, row.revision
    return row.written_at, 0
