"""Keep a form that was posted after its session ended, in hidden fields, to be sent again.

It is kept only if the browser says that a page of ours sent it: another website could otherwise
prepare a form for staff to confirm. The fields are stored nowhere else, and they are not shown,
because nobody is signed in. A new sign-in changes the CSRF token, so the first try after it comes
back to this page once more; it then says who is signed in.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake.desk.frame import typed_fields

RECORD = "admin:intake_request_change"
OF_THE_DESK = "desk_"  # prefix of the names in `intake.desk.urls`; sign-in pages have others


@sensitive_post_parameters()
@sensitive_variables()
def respond(request: HttpRequest, *, signed_in: bool = False) -> HttpResponse | None:
    """A page (401) that holds the posted fields; None if there is nothing to keep.

    For somebody who is signed in, with a CSRF token from before, the status is 403.
    """
    if not (_may_be_kept(request) and _comes_from_us(request)):
        return None
    typed = list(typed_fields.posted(request))
    if not typed:
        return None
    context = {
        "title": "You were signed out. Nothing is lost.",
        "typed": typed,
        "number": len({field.name for field in typed if field.shown}),
        "path": request.get_full_path(),
        "signed_in": signed_in,
        "idle_minutes": settings.DESK_IDLE_MINUTES,
    }
    status = 403 if signed_in else 401
    return TemplateResponse(request, "desk/frame/kept_post.html", context, status=status)


def _may_be_kept(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name == RECORD or name.startswith(OF_THE_DESK)


def _comes_from_us(request: HttpRequest) -> bool:
    """Same origin by Fetch Metadata (W3C), or by the Origin header (RFC 6454) without it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
