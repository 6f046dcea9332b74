"""The site as gunicorn is given it, called in this process."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

SIGNALS = (request_started, request_finished)


class Application:
    """Renders each page live. Leaves the tests' own connection open, as Django's client does.

    It has the settings of the moment at which it is made, and counts what it is asked.
    """

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.asked = 0

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self.asked += 1
        for signal in SIGNALS:
            signal.disconnect(close_old_connections)
        try:
            response = self.handler(environ, cast("StartResponse", start_response))
            body = list(response)
            response.close()
        finally:
            for signal in SIGNALS:
                signal.connect(close_old_connections)
        return body
