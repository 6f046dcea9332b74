"""When a page of the desk fails: what was typed is kept, in the page and nowhere else.

Rendered without database, session or account, because any of them may be what failed.
"""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_variables

from clinic_site import views
from clinic_site.middleware import is_desk
from intake.desk.site import Desk
from intake.keys import KeyFileError

AWAY = (DatabaseError, KeyFileError)
OF_THE_FORM = frozenset({"action", "seen", "changes", "id"})
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
SECRET = re.compile("password|code", re.IGNORECASE)
UNREADABLE = (RequestDataTooBig, SuspiciousOperation, MultiPartParserError, OSError)


class Typed(NamedTuple):
    """One field of the failed form. What is not shown is sent again all the same."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        return bool(self.value.strip()) and self.name not in OF_THE_FORM

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


def server_error(request: HttpRequest) -> HttpResponse:
    """What a failed request is answered with: readers' pages as ever, the desk's with the text."""
    if not is_desk(request):
        return views.server_error(request)
    return respond(request, away=isinstance(sys.exception(), AWAY))


@sensitive_variables()
def respond(request: HttpRequest, *, away: bool) -> HttpResponse:
    """503 while the database, the ledger or a key is away, else 500."""
    context = {
        "site_header": Desk.site_header,
        "site_title": Desk.site_title,
        "title": "The desk cannot work just now" if away else "Something went wrong",
        "away": away,
        "typed": list(_typed(request)),
        "path": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    page = render_to_string("desk/outage.html", context)
    response = HttpResponse(page, status=503 if away else 500)
    add_never_cache_headers(response)
    return response


def _typed(request: HttpRequest) -> Iterator[Typed]:
    """Nothing of the pages of signing in: a password is not shown."""
    if request.method != "POST" or _signs_in(request):
        return
    try:
        fields = list(request.POST.lists())
    except UNREADABLE:
        return
    for name, values in fields:
        if name != TOKEN and not SECRET.search(name):
            yield from (Typed(name, value) for value in values)


def _signs_in(request: HttpRequest) -> bool:
    pages = ("account_login", "mfa_index", "admin:password_change")
    return request.path.startswith(tuple(reverse(name) for name in pages))
