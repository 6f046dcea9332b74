"""What no form of ours sends, to the real server: a kind page with the right status, never a 500,
and nothing of it in the log. What Django's own client can send is in `test_views`.
"""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.plugin.live_site import log_of
from tests.plugin.visitor import ANSWERS, FORM_TYPE, encoded, token
from tests.plugin.waiting import PATIENCE

MARK = b"mallow"
FORM = (
    b"POST /contact/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM_TYPE.encode() + b"\r\n"
)
HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\n"

UNREADABLE = {
    "no HTTP at all": (400, b"\x00\xffmallow\r\n\r\n"),
    "unknown version": (400, b"GET /mallow HTTP/9.9\r\n\r\n"),
    "method of odd signs": (400, b"mal(low / HTTP/1.1\r\n\r\n"),
    "header without colon": (400, HEADERS + b"mallow\r\n\r\n"),
    "header with NUL": (400, HEADERS + b"X-Mallow: a\0b\r\n\r\n"),
    "length that is none": (400, FORM + b"Content-Length: mallow\r\n\r\n"),
    "negative length": (400, FORM + b"Content-Length: -1\r\n\r\n"),
    "two lengths": (400, FORM + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nmallow"),
    "address without end": (414, b"GET /" + MARK * 1000 + b" HTTP/1.1\r\n\r\n"),
    "header without end": (431, HEADERS + b"X-Mallow: " + MARK * 2000 + b"\r\n\r\n"),
    "too many headers": (431, HEADERS + b"X-Mallow: mallow\r\n" * 80 + b"\r\n"),
    "expects the unknown": (417, HEADERS + b"Expect: mallow\r\n\r\n"),
}
READ_BY_DJANGO = {
    "unknown Host": (400, b"GET / HTTP/1.1\r\nHost: mallow.example\r\n\r\n"),
    "Host that is none": (400, b"GET / HTTP/1.1\r\nHost: mal low\r\n\r\n"),
    "no Host": (404, b"GET /mallow HTTP/1.0\r\n\r\n"),
    "address that is no text": (
        404,
        b"GET /mallow%00%ff%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    "form to unknown Host": (
        400,
        FORM.replace(b"localhost", b"mallow.example") + b"Content-Length: 14\r\n\r\nmessage=mallow",
    ),
    "broken chunks": (400, FORM + b"Transfer-Encoding: chunked\r\n\r\nmallow\r\n"),
    "body that ends early": (400, FORM + b"Content-Length: 90\r\n\r\nmessage=mallow"),
}


def answer(site: str, raw: bytes) -> tuple[int, bytes]:
    """Status and everything that came. Says that nothing follows, as a lost connection does."""
    with socket.create_connection(
        ("127.0.0.1", urlsplit(site).port or 0), timeout=PATIENCE
    ) as client:
        client.sendall(raw)
        client.shutdown(socket.SHUT_WR)
        content = b"".join(iter(lambda: client.recv(65536), b""))
    return int(content.split(b" ", 2)[1]), content


@pytest.mark.parametrize("kind", [*UNREADABLE, *READ_BY_DJANGO])
def test_malformed_request_gets_a_kind_page(live_site: str, kind: str) -> None:
    status, raw = (UNREADABLE | READ_BY_DJANGO)[kind]
    log = log_of(live_site)
    before = len(log.read_text())

    got, content = answer(live_site, raw)

    assert got == status
    for words in (b"217-555-0168", b"988", b"<h1", b"</html>"):
        assert words in content
    if kind != "body that ends early":  # that one was read, and is handed back
        assert MARK not in content.lower()
    _assert_kind_only(log, before)


def test_body_that_ends_early_is_handed_back(live_site: str) -> None:
    _, content = answer(live_site, READ_BY_DJANGO["body that ends early"][1])

    assert b"mallow</textarea>" in content


def test_server_goes_on_after_all_of_it(live_site: str) -> None:
    body = encoded(ANSWERS | {"token": token()})

    for _, raw in (UNREADABLE | READ_BY_DJANGO).values():
        answer(live_site, raw)
    status, content = answer(live_site, FORM + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    assert status == 303
    assert b"Location: /contact/sent/?by=" in content


def _assert_kind_only(log: Path, start: int) -> None:
    lines = log.read_text()[start:].lower()
    assert MARK.decode() not in lines
    assert "127.0.0.1" not in lines
    for line in lines.splitlines():
        assert json.loads(line)["level"] in ("info", "warning", "error")
