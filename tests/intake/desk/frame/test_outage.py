"""When a desk page fails: 503 with what to do and with what was typed, one line in the log."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from intake.desk.frame import outage
from tests.intake import rows
from tests.plugin.live_site import log_of, running_site
from tests.plugin.visitor import FORM_TYPE, Fields

pytestmark = pytest.mark.django_db
MARKER = "marker-outage-23"
NAUGHTY = f"</textarea><script>alert(1)</script>\n{MARKER}"


@pytest.fixture
def at_work(at_desk: Client) -> Client:
    """The browser of somebody whose requests may fail."""
    at_desk.raise_request_exception = False
    return at_desk


@pytest.fixture
def no_sessions(at_work: Client) -> None:
    """The very first thing that a desk page asks the database for is gone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO gone")


@pytest.mark.usefixtures("no_sessions")
@pytest.mark.parametrize("path", ["/desk/", "/desk/queue/", "/desk/help/", "/desk/security/"])
def test_page_without_its_session_says_what_to_do(at_work: Client, path: str) -> None:
    response = at_work.get(path)

    page = Fields(response)
    assert response.status_code == 503
    assert "The desk cannot work just now" in page.title
    assert "Call nobody from memory" in page.text
    assert "Traceback" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "script-src" in response["Content-Security-Policy"]
    assert [given["href"] for _, given in page.tags if given.get("class") == "button"] == [path]


@pytest.mark.usefixtures("no_sessions")
def test_what_was_typed_stands_in_the_page_and_can_be_sent_again(at_work: Client) -> None:
    path = f"/desk/intake/request/{rows.UUID(int=1)}/change/?x=1"

    response = at_work.post(path, {"action": "note", "text": NAUGHTY, "changes": "4", "empty": ""})

    page = Fields(response)
    assert response.status_code == 503
    assert page.values["text"] == NAUGHTY
    assert (page.values["action"], page.values["changes"]) == ("note", "4")
    assert page.values["csrfmiddlewaretoken"]
    assert "script" not in [tag for tag, _ in page.tags]
    assert [given["action"] for tag, given in page.tags if tag == "form"] == [path]
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert {given["for"] for tag, given in page.tags if tag == "label"} <= set(ids)


@pytest.mark.usefixtures("no_sessions")
@pytest.mark.parametrize("path", ["/desk/login/", "/desk/security/app/", "/desk/password_change/"])
def test_passwords_and_codes_are_not_shown(at_work: Client, path: str) -> None:
    response = at_work.post(path, {"login": MARKER, "password": MARKER, "old": MARKER})

    assert response.status_code == 503
    assert MARKER not in response.content.decode()


@pytest.mark.usefixtures("no_sessions")
def test_passwords_and_codes_are_shown_on_no_other_page_either(at_work: Client) -> None:
    fields = {"new_password1": MARKER, "code": MARKER, "username": "kim"}

    page = Fields(at_work.post("/desk/colleagues/", fields))

    assert MARKER not in str(page.values)
    assert page.values["username"] == "kim"


@pytest.mark.usefixtures("no_sessions")
def test_one_line_is_logged_and_nothing_of_the_text(
    at_work: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        at_work.post("/desk/queue/", {"text": MARKER})

    (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    from clinic_site.web.log_redaction import LineFormatter

    line = LineFormatter().format(record)
    assert '"status": 503' in line and "ProgrammingError" in line
    assert MARKER not in line and "\n" not in line


def test_fault_of_ours_keeps_the_text_too(at_work: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise ZeroDivisionError(MARKER)

    monkeypatch.setattr("intake.desk.find.queue_views._section", broken)

    response = at_work.post("/desk/queue/", {"text": "typed by ana"})

    page = Fields(response)
    assert response.status_code == 500
    assert page.values["text"] == "typed by ana"
    assert "Something went wrong" in page.title
    assert MARKER not in response.content.decode()


def test_post_that_cannot_be_read_is_answered_too(
    at_work: Client, no_sessions: None, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1

    response = at_work.post("/desk/queue/", f"text={MARKER}", FORM_TYPE)

    assert response.status_code == 503


@pytest.mark.usefixtures("no_sessions")
def test_multipart_without_a_boundary_is_answered_too(at_work: Client) -> None:
    response = at_work.post("/desk/queue/", f"text={MARKER}", "multipart/form-data")

    assert response.status_code == 503
    assert MARKER not in response.content.decode()


def test_pages_for_readers_keep_their_own(rf: Any) -> None:
    assert outage.server_error(rf.get("/faq/")).status_code == 500
    assert (
        "Something went wrong on our side" in outage.server_error(rf.get("/faq/")).content.decode()
    )


def test_desk_answers_while_its_database_is_away(collect_compressed: None) -> None:
    """The real thing: a desk that nobody listens to, and a cookie from better days."""
    import urllib.error
    import urllib.request

    away = "postgres://nobody@127.0.0.1:1/none"
    with running_site(CLINIC_SERVES="desk", DATABASE_URL=away) as address:
        asked = urllib.request.Request(
            f"{address}/desk/queue/", headers={"Cookie": f"sessionid={'a' * 32}"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        assert refused.value.code == 503
        assert "The desk cannot work just now" in refused.value.read().decode()
        refused.value.close()
        lines = log_of(address).read_text().splitlines()
    assert len([line for line in lines if '"status": 503' in line]) == 1
