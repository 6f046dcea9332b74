"""Health for machines, and the pages for what went wrong."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clinic_site import error_pages

logger = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        logger.error("readiness: the database does not answer")
        return HttpResponse("database away", content_type="text/plain", status=503)
    return HttpResponse("ready", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, for a request that cannot be read."""
    return error_pages.respond("bad-request", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, for a request that is not allowed."""
    return error_pages.respond("forbidden", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; repeats nothing of the address that was asked for."""
    return error_pages.respond("not-found", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, from text that was rendered beforehand."""
    return error_pages.respond("server-error", 500)
