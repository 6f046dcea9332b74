"""WSGI client: a GET request to an application in this process, without a server."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings


@dataclass(frozen=True, slots=True)
class WsgiResponse:
    """The response of the application, read to its end."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, spelled as the application spells it; "" when it is missing."""
        return dict(self.headers).get(name, "")


def ask(application: WSGIApplication, path: str, **environ: str) -> WsgiResponse:
    """GET a path over https, under the first of ALLOWED_HOSTS. `environ` adds WSGI variables."""
    whole: WSGIEnvironment = {
        "PATH_INFO": path,
        "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip("."),
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https",
        **environ,
    }
    setup_testing_defaults(whole)
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return written.append

    parts = application(whole, start_response)
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    status, headers = started[-1]
    return WsgiResponse(
        HTTPStatus(int(status.split()[0])), tuple(headers), b"".join(written) + body
    )
