"""gunicorn as it really runs: what a refused request leaves in its log."""

import json
import socket

import pytest
from gunicorn.config import KNOWN_SETTINGS

from clinic_site import gunicorn_settings
from tests.plugin.live_site import log_of, running_site
from tests.plugin.waiting import PATIENCE

VISITOR = "127.0.0.7"
MALFORMED = {
    "InvalidRequestLine": b"GET /mallow-path\r\n\r\n",
    "InvalidRequestMethod": b"mallow! / HTTP/1.1\r\n\r\n",
    "InvalidHTTPVersion": b"GET /mallow-path HTTP/7.9\r\n\r\n",
    "InvalidHeaderName": b"GET /mallow-path HTTP/1.1\r\nHost: localhost\r\nmal(low: x\r\n\r\n",
    "InvalidHeader": b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: mallow\r\n\r\n",
    "LimitRequestLine": b"GET /" + b"mallow" * 2000 + b" HTTP/1.1\r\n\r\n",
    "LimitRequestHeaders": b"GET / HTTP/1.1\r\n" + b"x-mallow: mallow\r\n" * 80 + b"\r\n",
}
ORDINARY = b"GET /mallow-path HTTP/1.1\r\nHost: localhost\r\nUser-Agent: mallow\r\n\r\n"


def send(port, request):
    with socket.socket() as client:
        client.bind((VISITOR, 0))
        client.connect(("127.0.0.1", port))
        client.settimeout(PATIENCE)
        client.sendall(request)
        return client.recv(200)


def log_after_all_refusals(*arguments):
    with running_site(*arguments) as address:
        port = int(address.rpartition(":")[2])
        for request in (*MALFORMED.values(), ORDINARY):
            assert b"HTTP/1.1 4" in send(port, request)
    return log_of(address).read_text()


@pytest.mark.usefixtures("live_site")
def test_a_refused_request_leaves_its_kind_and_nothing_else():
    log = log_after_all_refusals()
    events = [json.loads(line)["event"] for line in log.splitlines()]
    for kind in MALFORMED:
        assert f"request refused: {kind}" in events
    assert "mallow" not in log
    assert VISITOR not in log


@pytest.mark.usefixtures("live_site")
def test_gunicorns_own_logger_would_have_told():
    log = log_after_all_refusals("--logger-class", "gunicorn.glogging.Logger")
    assert "mallow" in log
    assert VISITOR in log


def test_every_setting_is_one_of_gunicorns():
    ours = {name for name in vars(gunicorn_settings) if not name.startswith("_")} - {"os"}
    assert ours <= {setting.name for setting in KNOWN_SETTINGS}


def test_nothing_is_made_in_the_home_directory_and_no_visit_is_written_down():
    assert gunicorn_settings.control_socket_disable is True
    assert gunicorn_settings.accesslog is None


def test_no_header_of_a_request_is_trusted_by_gunicorn():
    assert gunicorn_settings.forwarded_allow_ips == ""
