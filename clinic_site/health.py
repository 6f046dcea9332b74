"""Health checks for a container runtime or a load balancer: liveness and readiness."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: 200 as long as the process answers. No database, no template."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: 200 when the database answers and has been migrated, otherwise 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        logger.error("readiness: the database does not answer")
        return HttpResponse("database away", content_type="text/plain", status=503)
    return HttpResponse("ready", content_type="text/plain")
