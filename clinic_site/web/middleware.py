"""What every answer carries. `SECURE_CSP` is named as in Django 6, whose own replaces it there."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from clinic_site.web import content_security, stylesheet

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


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's, with the same answer to HEAD, and one ETag for all copies of a page.

    A compressed copy has the words and other bytes: the ETag is weak everywhere (RFC 9110, 8.8.1).
    A 304 carries the ETag and the Vary of the 200 that it stands for (15.4.5).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """After the view, before compression."""
        if request.method not in ("GET", "HEAD") or not isinstance(response, HttpResponse):
            return response
        if not response.content:
            return response
        if self.needs_etag(response):
            response.headers.setdefault("ETag", etag(response.content))
            patch_vary_headers(response, ("Accept-Encoding",))
        modified = parse_http_date_safe(response.get("Last-Modified", ""))
        etag_header = response.get("ETag")
        return get_conditional_response(request, etag_header, modified, response) or response


def etag(content: bytes) -> str:
    """The same for the same content, in every process and after every restart."""
    return f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
