"""A log line says what happened, never what a person typed or where they are."""

import json
import logging
from typing import Any

from clinic_site.web.log_redaction import LineFormatter, RedactionFilter


def line(name: str, message: object, *args: object, **kwargs: object) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.WARNING, "file.py", 1, message, args, None)
    record.__dict__.update(kwargs)
    RedactionFilter().filter(record)
    printed: dict[str, Any] = json.loads(LineFormatter().format(record))
    return printed


def test_own_logger_is_printed_whole():
    assert line("intake.worker.sending", "sent %d notices", 3)["event"] == "sent 3 notices"


def test_foreign_logger_keeps_only_its_template():
    printed = line("django.request", "Not Found: %s", "/my-secret/", status_code=404)
    assert printed["event"] == "Not Found: %s"
    assert printed["status"] == 404


def test_refusal_whose_text_quotes_a_header_keeps_only_its_kind():
    quoting = "Invalid HTTP_HOST header: 'secret.example'."
    printed = line("django.security.DisallowedHost", quoting)
    assert printed["event"] == "request refused: DisallowedHost"


def test_message_that_is_not_text_keeps_only_its_type():
    assert line("other", ValueError("secret"))["event"] == "ValueError"


def test_request_is_dropped():
    assert "secret" not in json.dumps(line("django.request", "x", request="secret"))


def test_exception_keeps_type_and_place_but_no_text():
    try:
        raise ValueError("secret words")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    printed = line("django.request", "failed", exc_info=info)
    assert printed["exception"] == "ValueError"
    assert "test_log_redaction.py" in printed["at"][0]
    assert "secret" not in json.dumps(printed)
