"""Error page for requests that gunicorn refuses before Django sees them, such as malformed ones.

gunicorn would send a bare line that quotes the request, and has no setting to change that, so its
function is replaced.
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
    """Replace gunicorn's error response in this worker process."""
    util.write_error = write_error


def write_error(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """Send the error page; called by gunicorn. `mesg` quotes the request and is dropped."""
    failed = status_int >= HTTPStatus.INTERNAL_SERVER_ERROR
    page = error_pages.render("server-error" if failed else "bad-request").encode()
    head = HEAD.format(status=int(status_int), reason=reason, length=len(page))
    sock.settimeout(SECONDS_TO_SEND)
    sock.sendall(head.encode() + page)
