"""Logs that an operator can read and that never hold a person's words, address or agent.

Our own loggers write constant sentences with counts, kinds and pseudonyms. What others log
(Django, gunicorn, the database driver) is cut down to its message template, because the
values behind the template may be a path, a header or a form field. Exceptions keep their type
and the places in the code, never their text.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import NotRequired, TypedDict

OWN = ("clinic_site", "pages", "intake")
REFUSED = "django.security."  # Django's text quotes the header there, the logger's name is the kind


class LogLine(TypedDict):
    """The keys of a line."""

    time: str
    level: str
    logger: str
    event: str
    status: NotRequired[int]
    exception: NotRequired[str]
    at: NotRequired[list[str]]


class LineFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, event, and for exceptions the place."""

    def format(self, record: logging.LogRecord) -> str:
        line: LogLine = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event(record),
        }
        status = getattr(record, "status_code", None)
        if status is not None:
            line["status"] = status
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def event(record: logging.LogRecord) -> str:
    """The sentence: whole for our own loggers, only the template for all others."""
    if record.name.split(".")[0] in OWN:
        return record.getMessage()
    if record.name.startswith(REFUSED):
        return f"request refused: {record.name.removeprefix(REFUSED)}"
    return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__


def places(error: BaseException | None) -> list[str]:
    """The code that an exception passed through; its message may quote a person."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]]


class RedactionFilter(logging.Filter):
    """Drops what Django attaches to a record: the request holds the address and the form."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        record.stack_info = None
        return True
