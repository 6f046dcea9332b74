"""gunicorn's logger: what it writes down, and what it never does."""

import json

import pytest
from gunicorn.config import Config

from clinic_site.web.server_log import ServerLog


@pytest.fixture
def log(tmp_path):
    config = Config()
    config.set("errorlog", str(tmp_path / "log"))
    config.set("loglevel", "debug")
    server_log = ServerLog(config)
    yield server_log, tmp_path / "log"
    server_log.close_on_exec()
    for handler in server_log.error_log.handlers:
        handler.close()
    server_log.error_log.handlers.clear()


def test_a_failure_keeps_its_place_and_loses_path_and_text(log):
    server_log, path = log
    try:
        raise ValueError("mallow")
    except ValueError:
        server_log.exception("Error handling request %s %s", "GET", "/mallow")
    line = json.loads(path.read_text())
    assert line["event"] == "failed while serving"
    assert line["exception"] == "ValueError"
    assert "test_server_log.py" in line["at"][0]
    assert "mallow" not in path.read_text()


def test_comings_and_goings_are_told_whole(log):
    server_log, path = log
    server_log.info("Booting worker with pid: %s", 7)
    server_log.warning("Worker graceful timeout")
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert events == ["Booting worker with pid: 7", "Worker graceful timeout"]


def test_parser_details_and_visits_are_never_told(log):
    server_log, path = log
    server_log.debug("Closing connection. %s", "mallow")
    server_log.access(None, None, {"REMOTE_ADDR": "192.0.2.1"}, None)
    assert path.read_text() == ""
