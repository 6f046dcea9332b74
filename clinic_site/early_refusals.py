"""What gunicorn answers by itself to a request that it cannot read: our page, with the phone.

Its own answer is a bare line that quotes the request. gunicorn has no setting for that.
"""

import socket
from http import HTTPStatus

from gunicorn import util

from pages import error_pages

SECONDS_TO_SEND = 2.0
HEAD = """\
HTTP/1.1 {status} {reason}\r
Connection: close\r
Content-Type: text/html; charset=utf-8\r
Content-Length: {length}\r
Cache-Control: no-store\r
X-Content-Type-Options: nosniff\r
\r
"""


def install() -> None:
    """In a worker of gunicorn: from now on its refusals are this page."""
    util.write_error = write_error


def write_error(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """In the place of gunicorn's function of that name. `mesg` quotes the request: left out."""
    failed = status_int >= HTTPStatus.INTERNAL_SERVER_ERROR
    page = error_pages.render("server-error" if failed else "bad-request").encode()
    head = HEAD.format(status=int(status_int), reason=reason, length=len(page))
    sock.settimeout(SECONDS_TO_SEND)
    sock.sendall(head.encode() + page)
