"""Answers of the contact form, and how they are packed into bytes of one fixed size.

One size for every form hides how much somebody wrote. Pure: no Django. Limits count code points,
as the form does.
"""

import json
import re
from dataclasses import dataclass, fields
from enum import IntFlag, StrEnum
from typing import Any

FORM_VERSION = 1
PACKED_SIZE = 8192
STAFF_TEXT_LIMIT = 2000
LIMITS: dict[str, int] = {
    "name": 100,
    "phone": 40,
    "email": 254,
    "contact_need": 200,
    "message": 1000,
    "language": 40,
    "page_language": 35,
}
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class AnswersError(ValueError):
    """Answers cannot be packed or unpacked. The message names a field, never what it holds."""


class Asker(StrEnum):
    """Who the request is about: the visitor, somebody close, or a professional's patient."""

    SELF = "self"
    SOMEONE = "someone"
    PATIENT = "patient"


class Channel(StrEnum):
    """How the visitor wants to be reached. The choice is the consent."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"


class Voicemail(StrEnum):
    """What may be left when nobody answers (HHS HIPAA FAQ 198: name and number at most)."""

    NOTHING = "nothing"
    DISCREET = "discreet"
    NORMAL = "normal"


class OtherAnswers(StrEnum):
    """What staff do when somebody else answers."""

    HANG_UP = "hang_up"
    ASK_BY_NAME = "ask_by_name"
    SAY_CLINIC = "say_clinic"


class Window(IntFlag):
    """Parts of the week in which contact is safe, in the clinic's time zone."""

    WEEKDAY_MORNING = 1
    WEEKDAY_AFTERNOON = 2
    WEEKDAY_EVENING = 4
    WEEKEND_MORNING = 8
    WEEKEND_AFTERNOON = 16
    WEEKEND_EVENING = 32


NO_WINDOW = Window(0)


@dataclass(frozen=True, kw_only=True, repr=False)
class Answers:
    """The answers of one sent form. Text is kept as typed; an empty text was not answered."""

    about: Asker
    channel: Channel
    name: str = ""
    phone: str = ""
    email: str = ""
    if_no_answer: Voicemail = Voicemail.NOTHING
    if_other_answers: OtherAnswers = OtherAnswers.ASK_BY_NAME
    windows: Window = NO_WINDOW
    language: str = ""
    interpreter: bool = False
    tty: bool = False
    contact_need: str = ""
    message: str = ""
    page_language: str = "en"

    def __repr__(self) -> str:
        return "<Answers>"


def pack(answers: Answers) -> bytes:
    """The answers as JSON, padded with spaces to exactly PACKED_SIZE bytes of UTF-8.

    Raises AnswersError for a text over its limit, for a lone surrogate, and for a page language
    that is no language tag: it is the page's own, and is also kept in plain.
    """
    for name, limit in LIMITS.items():
        if len(getattr(answers, name)) > limit:
            raise AnswersError(f"{name}: longer than {limit} characters")
    if not LANGUAGE_TAG.fullmatch(answers.page_language):
        raise AnswersError("page_language: not a language tag")
    return _padded({field.name: getattr(answers, field.name) for field in fields(answers)})


def unpack(packed: bytes) -> Answers:
    """The answers that were packed. Raises AnswersError when the bytes are not packed answers."""
    try:
        return _typed(_loaded(packed))
    except (TypeError, KeyError, ValueError):
        raise AnswersError("these bytes are not packed answers") from None


def pack_text(text: str) -> bytes:
    """A text of staff as JSON, padded to the size of a visitor's answers.

    Raises AnswersError above STAFF_TEXT_LIMIT characters and for a lone surrogate.
    """
    if len(text) > STAFF_TEXT_LIMIT:
        raise AnswersError(f"text: longer than {STAFF_TEXT_LIMIT} characters")
    return _padded({"text": text})


def unpack_text(packed: bytes) -> str:
    """The text that was packed. Raises AnswersError when the bytes are not a packed text."""
    try:
        return str(_loaded(packed)["text"])
    except (TypeError, KeyError, ValueError):
        raise AnswersError("these bytes are not packed text") from None


def _typed(values: dict[str, Any]) -> Answers:
    enums = {
        "about": Asker,
        "channel": Channel,
        "if_no_answer": Voicemail,
        "if_other_answers": OtherAnswers,
        "windows": Window,
    }
    return Answers(**{name: enums.get(name, _same)(value) for name, value in values.items()})


def _same(value: Any) -> Any:
    return value


def _padded(values: dict[str, Any]) -> bytes:
    body = ",".join(f"{_quoted(name)}:{_json(value)}" for name, value in values.items())
    try:
        packed = f"{{{body}}}".encode()
    except UnicodeEncodeError:
        raise AnswersError("a text holds a lone surrogate") from None
    return packed.ljust(PACKED_SIZE)


def _loaded(packed: bytes) -> dict[str, Any]:
    values = json.loads(packed.decode(), strict=False)
    if len(packed) != PACKED_SIZE or not isinstance(values, dict):
        raise AnswersError("wrong size or shape")
    return values


def _json(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    """A JSON string with only quote and backslash escaped, so that one character takes at most
    four bytes and every form within LIMITS fits. The json module would spend six on a control
    character; read back with `strict=False`.
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
