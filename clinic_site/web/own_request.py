"""A request of our own to a WSGI application, without a server and without a reader."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings

Application = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; empty when there is none."""
        return dict(self.headers).get(name, "")


def ask(application: Application, path: str, **environ: str) -> Answer:
    """GET a path as through the front server, by one of the names that the site answers to."""
    whole: dict[str, Any] = {
        "PATH_INFO": path,
        "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip("."),
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https",
        **environ,
    }
    setup_testing_defaults(whole)
    said: list[Any] = []
    response = application(whole, lambda *arguments: said.append(arguments[:2]))
    try:
        body = b"".join(response)
    finally:
        getattr(response, "close", lambda: None)()
    status, headers = said[-1]
    return Answer(HTTPStatus(int(status.split()[0])), tuple(headers), body)
