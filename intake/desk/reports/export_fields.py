"""Fields of an export: the code, the column header and the source of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from intake.desk.steps import contact_wishes
from intake.models import Request, StaffText, Submission
from intake.seal.answers import Answers, AnswersError
from intake.seal.keys import PrivateKey
from intake.seal.sealing import SealError
from intake.store.staff_text import read
from intake.templatetags.desk import windows_in_words, words_of

NOT_OPENED = "cannot be opened"
DO_NOT_CONTACT = "hidden: do not contact"


class ExportField(NamedTuple):
    """A column of the file; the ledger names it by its code."""

    code: str
    words: str


PLAIN: dict[ExportField, Callable[[Request], object]] = {
    ExportField("request", "Request"): str,
    ExportField("received", "Came in"): lambda row: _time(row.received),
    ExportField("lane", "How it came in"): lambda row: row.get_lane_display(),
    ExportField("asker", "Who wrote"): lambda row: row.get_asker_display(),
    ExportField("channel", "Reply by"): lambda row: row.get_channel_display(),
    ExportField("windows", "Safe times"): lambda row: windows_in_words(row.windows),
    ExportField("page_language", "Language of the page"): lambda row: row.language,
    ExportField("state", "State"): lambda row: row.get_state_display(),
    ExportField("owner", "Owner"): lambda row: row.owner,
    ExportField("next_action", "Next action"): lambda row: row.get_next_action_display(),
    ExportField("next_due", "Next action due"): lambda row: _time(row.next_due),
    ExportField("attempts", "Attempts"): lambda row: row.attempts,
    ExportField("first_attempt_at", "First attempt"): lambda row: _time(row.first_attempt_at),
    ExportField("reached_at", "First conversation"): lambda row: _time(row.reached_at),
    ExportField("offered_at", "Appointment offered"): lambda row: _time(row.offered_at),
    ExportField("benefits", "Benefits"): lambda row: row.get_benefits_display(),
    ExportField("closed_at", "Closed"): lambda row: _time(row.closed_at),
    ExportField("closed_by", "Closed by"): lambda row: row.closed_by,
}
# As the person sent it last, or as staff learned it since.
CONTACT: dict[ExportField, Callable[[Answers], object]] = {
    ExportField("name", "Name to use"): lambda known: known.name,
    ExportField("phone", "Phone number"): lambda known: known.phone,
    ExportField("email", "Email"): lambda known: known.email,
    ExportField("if_no_answer", "If nobody answers"): lambda known: words_of(known.if_no_answer),
    ExportField("if_other_answers", "If someone else answers"): lambda known: words_of(
        known.if_other_answers
    ),
    ExportField("language", "Language for the call"): lambda known: known.language,
    ExportField("interpreter", "Interpreter"): lambda known: _yes(known.interpreter),
    ExportField("tty", "TTY or relay"): lambda known: _yes(known.tty),
    ExportField("contact_need", "What helps us talk with them"): lambda known: known.contact_need,
}
MESSAGE = ExportField("message", "Message")
STAFF_TEXTS = ExportField("staff_texts", "What staff wrote")
SEALED = (*CONTACT, MESSAGE, STAFF_TEXTS)

PLAIN_BY_CODE = {field.code: (field, read_cell) for field, read_cell in PLAIN.items()}


@dataclass(frozen=True)
class ChosenFields:
    """The fields of one file, by their codes."""

    plain: tuple[str, ...]
    sealed: tuple[str, ...]

    @property
    def contact(self) -> tuple[ExportField, ...]:
        """The chosen fields that are about contact."""
        return tuple(field for field in CONTACT if field.code in self.sealed)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that hold the sealed ones: "submissions" and/or "texts" (of staff)."""
        forms = self.contact or MESSAGE.code in self.sealed
        texts = self.contact or STAFF_TEXTS.code in self.sealed
        return ("submissions",) * bool(forms) + ("texts",) * bool(texts)

    def header(self) -> list[str]:
        """The column headers."""
        plain = [PLAIN_BY_CODE[code][0].words for code in self.plain]
        return plain + [field.words for field in SEALED if field.code in self.sealed]

    def cells(self, row: Request, held: Mapping[str, PrivateKey]) -> list[object]:
        """Cells of one request. Decrypts what was chosen; the caller has written the ledger."""
        cells = [PLAIN_BY_CODE[code][1](row) for code in self.plain]
        if self.contact:
            cells += _contact(row, self.contact, held)
        if MESSAGE.code in self.sealed:
            cells.append(_message(row, held))
        if STAFF_TEXTS.code in self.sealed:
            cells.append(_texts(row, held))
        return cells


def _contact(
    row: Request, fields: tuple[ExportField, ...], held: Mapping[str, PrivateKey]
) -> list[object]:
    amendments = [each for each in row.texts.all() if each.kind == StaffText.Kind.AMENDMENT]
    newest = contact_wishes.newest([*row.submissions.all(), *amendments])
    known = _opened(newest, held) if newest else None
    if newest is None or known is None:
        return [NOT_OPENED for _ in fields]
    if contact_wishes.hidden_for_good(row, contact_wishes.as_wishes(row, newest, known)):
        known = replace(known, phone=_hidden(known.phone), email=_hidden(known.email))
    return [CONTACT[field](known) for field in fields]


def _message(row: Request, held: Mapping[str, PrivateKey]) -> str:
    """The message of the newest form; amendments are about contact only."""
    newest = contact_wishes.newest(row.submissions.all())
    sent = _opened(newest, held) if newest else None
    return sent.message if sent else NOT_OPENED


def _opened(row: Submission | StaffText, held: Mapping[str, PrivateKey]) -> Answers | None:
    try:
        return row.answers(held)
    except (SealError, AnswersError):
        return None


def _texts(row: Request, held: Mapping[str, PrivateKey]) -> str:
    texts = [each for each in row.texts.all() if each.kind != StaffText.Kind.AMENDMENT]
    in_order = sorted(texts, key=lambda each: (each.written_at, each.id))
    return "\n".join(_text(each, held) for each in in_order)


def _text(text: StaffText, held: Mapping[str, PrivateKey]) -> str:
    try:
        words = read(text, held)
    except (SealError, AnswersError):
        words = NOT_OPENED
    written = f"{_time(text.written_at)}, {text.written_by}, {text.get_kind_display()}"
    return f"{written}: {words}"


def _hidden(text: str) -> str:
    return DO_NOT_CONTACT if text else ""


def _yes(answer: bool) -> str:
    return "yes" if answer else ""


def _time(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
