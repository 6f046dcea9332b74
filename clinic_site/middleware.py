"""What every answer carries. `SECURE_CSP` is named as in Django 6, whose own replaces it there."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic_site import content_security
from pages import stylesheet

Handler = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), browsing-topics=()"


def is_desk(request: HttpRequest) -> bool:
    """True for the staff's part of the site."""
    return request.path_info.startswith("/desk/")


class SampleMiddleware:
    """The sample clinic must not be found by a search engine."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.CLINIC.sample or is_desk(request):
            response.headers["X-Robots-Tag"] = "noindex"
        return response


class ContentSecurityPolicyMiddleware:
    """Adds the policy of the part that answered, and switches off device features."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        usual = settings.SECURE_CSP_DESK if is_desk(request) else settings.SECURE_CSP
        policy = getattr(response, "_csp_config", usual)
        source = stylesheet.inline().csp_source
        response.headers["Content-Security-Policy"] = content_security.header(policy, source)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class CacheControlMiddleware:
    """Nothing may be stored, unless the view or the static file server said so."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
