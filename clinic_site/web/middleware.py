"""Middleware that sets response headers: robots, CSP, caching, and conditional requests.

The setting `SECURE_CSP` has the name and the form of Django 6, so that Django's own middleware can
replace ours after the upgrade.
"""

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
    """True for a request to the desk, the part of the site for staff."""
    return request.path_info.startswith("/desk/")


class SampleMiddleware:
    """Keeps the sample clinic and the desk out of search engines (X-Robots-Tag: noindex)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.CLINIC.sample or is_desk(request):
            response.headers["X-Robots-Tag"] = "noindex"
        return response


class ContentSecurityPolicyMiddleware:
    """Adds the Content Security Policy of readers or of the desk, and the Permissions Policy."""

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
    """Forbids storing a response, unless the view or the static file server allowed it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """RFC 9110 conditional requests, as in Django's middleware, but for HEAD as well as for GET.

    Compressed copies of a page differ in their bytes only, so the ETag is a weak one (8.8.1). A 304
    has the ETag and the Vary header that the 200 would have had (15.4.5).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the ETag, and replace a page that the client has already with 304."""
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
    """A weak ETag from a hash of the content, so that every process and every start agrees."""
    return f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
