"""Pages for refused requests: missing permission or CSRF token (403), rate limit (429)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING
from django.template.response import TemplateResponse

from clinic_site.web.middleware import is_desk
from intake.desk.frame import kept_post
from intake.desk.frame.site import desk
from pages import error_pages


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403: tell staff which staff roles may do this; others get the readers' page."""
    if not is_desk(request) or not desk.has_permission(request):
        return error_pages.forbidden(request, exception)
    context = {"title": "Not with your role", "roles": getattr(exception, "roles", ())}
    return TemplateResponse(request, "desk/frame/forbidden.html", context, status=403)


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF failure view (403). What a page of the desk posted is handed back to be sent again."""
    if not is_desk(request):
        return error_pages.forbidden(request, PermissionDenied())
    kept = None
    if reason != REASON_CSRF_TOKEN_MISSING:
        kept = kept_post.respond(request, signed_in=desk.has_permission(request))
    context = {"title": "This form can no longer be sent"}
    return kept or TemplateResponse(request, "desk/frame/stale_form.html", context, status=403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler429, for the sign-in pages; a visitor is never told to come back later."""
    return TemplateResponse(
        request, "desk/frame/too_many.html", {"title": "Please wait"}, status=429
    )
