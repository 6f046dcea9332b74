"""Log redaction: log lines never hold a person's words, network address or browser.

Our own loggers write constant sentences with counts, kinds and pseudonyms. Messages of others
(Django, gunicorn, the database driver) are cut down to their template, because its values may be
a path, a header or a form field. Exceptions keep their type and the lines of code, not their text.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import NotRequired, TypedDict

OWN = ("clinic_site", "pages", "intake")
REFUSED = "django.security."  # the message quotes a header; the logger's name says the kind


class LogLine(TypedDict):
    """A line of the log; `at` lists places in the code as "file:line function"."""

    time: str
    level: str
    logger: str
    event: str
    status: NotRequired[int]
    exception: NotRequired[str]
    at: NotRequired[list[str]]


class LineFormatter(logging.Formatter):
    """Formats a record as one line of JSON, see LogLine; times are UTC, ISO 8601."""

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
    """The message: complete from our own loggers, only the template from all others."""
    if record.name.split(".")[0] in OWN:
        return record.getMessage()
    if record.name.startswith(REFUSED):
        return f"request refused: {record.name.removeprefix(REFUSED)}"
    return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__


def places(error: BaseException | None) -> list[str]:
    """The last six places in the code that an exception passed through."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]]


class RedactionFilter(logging.Filter):
    """Removes the request that Django attaches to a record, and the stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        record.stack_info = None
        return True
