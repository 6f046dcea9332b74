"""A post of somebody who was signed out meanwhile: it is kept in the page, to be sent again.

Only where the browser says that a page of ours sent it: another website could otherwise prepare a
form that staff then confirm. What is kept stands in hidden fields and nowhere else, and it is not
shown, because nobody is signed in. A new sign-in changes the CSRF token, so the first try after it
meets this page once more; it then says as whom one is signed in.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake.desk.frame import typed_fields

RECORD = "admin:intake_request_change"
OF_THE_DESK = "desk_"  # what `urls` names; pages of signing in and out have other names


@sensitive_post_parameters()
@sensitive_variables()
def answer(request: HttpRequest, *, signed_in: bool = False) -> HttpResponse | None:
    """401, or 403 for a CSRF token from before a new sign-in; None where nothing is kept."""
    if not (_may_be_kept(request) and _comes_from_us(request)):
        return None
    typed = list(typed_fields.read(request))
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
    return TemplateResponse(request, "desk/kept_post.html", context, status=status)


def _may_be_kept(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name == RECORD or name.startswith(OF_THE_DESK)


def _comes_from_us(request: HttpRequest) -> bool:
    """By Fetch Metadata (W3C); a browser without it says its Origin (RFC 6454)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
