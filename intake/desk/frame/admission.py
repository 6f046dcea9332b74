"""Nobody works at the desk of a process of which it is not known that it is as it must be."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic_site.web.middleware import is_desk
from intake import startup
from intake.desk.frame import outage
from intake.startup import Standing


class Admission:
    """Asks again what the start could not find out, because the database was away.

    It stands before whatever reads a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_desk(request) or startup.gate.ask() is Standing.GOOD:
            return self.get_response(request)
        response = outage.respond(request, away=True)
        response._has_been_logged = True  # type: ignore[attr-defined]  # the gate said why
        return response
