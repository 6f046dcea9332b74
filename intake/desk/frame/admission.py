"""Middleware that keeps the desk closed until the start-up checks of this process have passed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic_site.web.middleware import is_desk
from intake import startup
from intake.desk.frame import outage
from intake.startup import Standing


class Admission:
    """Answer 503 on desk pages while the start-up gate is not good.

    The gate repeats a check that could not be made at the start because the database was away.
    This middleware comes before all those that read the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_desk(request) or startup.gate.ask() is Standing.GOOD:
            return self.get_response(request)
        response = outage.respond(request, away=True)
        response._has_been_logged = True  # type: ignore[attr-defined]  # the gate said why
        return response
