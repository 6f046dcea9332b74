"""When a desk page fails: 503 with what to do and with what was typed, one line in the log."""

import logging
import urllib.error
import urllib.request
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from clinic_site.web.log_redaction import LineFormatter
from intake.desk.frame import outage
from tests.plugin.desk import QUEUE, Answer, Desk
from tests.plugin.live_site import log_of, running_site

pytestmark = pytest.mark.django_db
MARKER = "marker-outage-23"
NAUGHTY = f"</textarea><script>alert(1)</script>\n{MARKER}"


@pytest.fixture
def at_work(at_desk: Desk) -> Desk:
    """The browser of somebody whose requests may fail."""
    at_desk.client.raise_request_exception = False
    return at_desk


@pytest.fixture
def no_sessions(at_work: Desk) -> None:
    """The very first thing that a desk page asks the database for is gone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO gone")


@pytest.mark.usefixtures("no_sessions")
@pytest.mark.parametrize("path", ["/desk/", QUEUE, "/desk/help/", "/desk/security/"])
def test_page_without_its_session_says_what_to_do(at_work: Desk, path: str) -> None:
    answer = at_work.get(path)

    assert answer.status == 503
    assert "The desk cannot work just now" in answer.title
    assert "Call nobody from memory" in answer.text
    assert "Traceback" not in answer.html
    assert "no-store" in answer.headers["Cache-Control"]
    assert "script-src" in answer.headers["Content-Security-Policy"]
    buttons = [given for _, given in answer.page.tags if given.get("class") == "button"]
    assert [given["href"] for given in buttons] == [path]


@pytest.mark.usefixtures("no_sessions")
def test_what_was_typed_stands_in_the_page_and_can_be_sent_again(at_work: Desk) -> None:
    path = f"/desk/intake/request/{UUID(int=1)}/change/?x=1"

    answer = at_work.post(path, {"action": "note", "text": NAUGHTY, "changes": "4", "empty": ""})

    values, tags = answer.values, answer.page.tags
    assert answer.status == 503
    assert values["text"] == NAUGHTY
    assert (values["action"], values["changes"]) == ("note", "4")
    assert values["csrfmiddlewaretoken"]
    assert "script" not in [tag for tag, _ in tags]
    assert [given["action"] for tag, given in tags if tag == "form"] == [path]
    assert set(answer.labels) <= set(answer.ids)


@pytest.mark.usefixtures("no_sessions")
def test_passwords_and_codes_are_not_shown(at_work: Desk) -> None:
    fields = {"login": MARKER, "password": MARKER, "old": MARKER}
    for path in ("/desk/login/", "/desk/security/app/", "/desk/password_change/"):
        answer = at_work.post(path, fields)

        assert answer.status == 503
        assert MARKER not in answer.html


@pytest.mark.usefixtures("no_sessions")
def test_passwords_and_codes_are_shown_on_no_other_page_either(at_work: Desk) -> None:
    fields = {"new_password1": MARKER, "code": MARKER, "username": "kim"}

    values = at_work.post("/desk/colleagues/", fields).values

    assert MARKER not in str(values)
    assert values["username"] == "kim"


@pytest.mark.usefixtures("no_sessions")
def test_one_line_is_logged_and_nothing_of_the_text(
    at_work: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        at_work.post(QUEUE, {"text": MARKER})

    (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    line = LineFormatter().format(record)
    assert '"status": 503' in line and "ProgrammingError" in line
    assert MARKER not in line and "\n" not in line


def test_fault_of_ours_keeps_the_text_too(at_work: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise ZeroDivisionError(MARKER)

    monkeypatch.setattr("intake.desk.find.queue_views._section", broken)

    answer = at_work.post(QUEUE, {"text": "typed by ana"})

    assert answer.status == 500
    assert answer.values["text"] == "typed by ana"
    assert "Something went wrong" in answer.title
    assert MARKER not in answer.html


def test_post_that_cannot_be_read_is_answered_too(
    at_work: Desk, no_sessions: None, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1

    assert at_work.post(QUEUE, {"text": MARKER}).status == 503


@pytest.mark.usefixtures("no_sessions")
def test_multipart_without_a_boundary_is_answered_too(at_work: Desk) -> None:
    body = f"text={MARKER}"
    answer = Answer(at_work.client.post(QUEUE, body, "multipart/form-data"))

    assert answer.status == 503
    assert MARKER not in answer.html


def test_pages_for_readers_keep_their_own(rf: Any) -> None:
    answer = Answer(outage.server_error(rf.get("/faq/")))

    assert answer.status == 500
    assert "Something went wrong on our side" in answer.html


def test_desk_answers_while_its_database_is_away(collect_compressed: None) -> None:
    """The real thing: a desk that nobody listens to, and a cookie from better days."""
    away = "postgres://nobody@127.0.0.1:1/none"
    with running_site(CLINIC_SERVES="desk", DATABASE_URL=away) as address:
        asked = urllib.request.Request(
            f"{address}{QUEUE}", headers={"Cookie": f"sessionid={'a' * 32}"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert refused.value.code == 503
        assert "The desk cannot work just now" in refused.value.read().decode()
        refused.value.close()
        lines = log_of(address).read_text().splitlines()
    assert len([line for line in lines if '"status": 503' in line]) == 1
