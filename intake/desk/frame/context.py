"""The desk's template context processor."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic_site.web.middleware import is_desk
from intake.desk.frame import navigation, quiet_failures
from intake.desk.frame.site import desk, readers_pages


def desk_frame(request: HttpRequest) -> dict[str, Any]:
    """Header, navigation and alerts for the base template of desk pages; empty on other pages.

    Navigation and alerts are lazy: a page that does not show them costs no query.
    """
    if not is_desk(request) or not hasattr(request, "user"):
        return {}
    return {
        "site_header": desk.site_header,
        "site_title": desk.site_title,
        "site_url": readers_pages(),
        "has_permission": desk.has_permission(request),
        "at_hand": SimpleLazyObject(lambda: navigation.links(request, navigation.AT_HAND)),
        "more": SimpleLazyObject(lambda: navigation.links(request, navigation.MORE)),
        "findings": SimpleLazyObject(lambda: quiet_failures.banner(timezone.now())),
    }
