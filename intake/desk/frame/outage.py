"""Error pages of the desk (500, 503), which hand back what was typed.

They are rendered without database, session or user, because any of them may be what failed.
"""

import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_variables

from clinic_site.web.middleware import is_desk
from intake.desk.frame import typed_fields
from intake.desk.frame.site import Desk
from intake.desk.frame.typed_fields import TypedField
from intake.seal.keys import KeyFileError
from pages import error_pages

AWAY = (DatabaseError, KeyFileError)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the desk's own error page, or the readers' one on their pages."""
    if not is_desk(request):
        return error_pages.server_error(request)
    return respond(request, away=isinstance(sys.exception(), AWAY))


@sensitive_variables()
def respond(request: HttpRequest, *, away: bool) -> HttpResponse:
    """The error page with the posted fields: 503 while something is away, 500 otherwise.

    `away` means that the database, the ledger or a key cannot be reached.
    """
    context = {
        "site_header": Desk.site_header,
        "site_title": Desk.site_title,
        "title": "The desk cannot work just now" if away else "Something went wrong",
        "away": away,
        "typed": _typed(request),
        "path": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    page = render_to_string("desk/frame/outage.html", context)
    response = HttpResponse(page, status=503 if away else 500)
    add_never_cache_headers(response)
    return response


def _typed(request: HttpRequest) -> list[TypedField]:
    """The posted fields, except on sign-in pages: a password is never shown."""
    return [] if _signs_in(request) else list(typed_fields.posted(request))


def _signs_in(request: HttpRequest) -> bool:
    pages = ("account_login", "mfa_index", "admin:password_change")
    return request.path.startswith(tuple(reverse(name) for name in pages))
