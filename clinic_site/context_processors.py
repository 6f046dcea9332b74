"""What every template may use: the clinic, the navigation and the stylesheet."""

from django.conf import settings
from django.http import HttpRequest

from clinic_site.web import stylesheet
from pages import navigation


def clinic(request: HttpRequest) -> dict[str, object]:
    """Cheap values and lazy ones; no query."""
    return {
        "clinic": settings.CLINIC,
        "navigation": navigation.for_path(request.path_info, settings.CLINIC),
        "stylesheet": stylesheet.inline(),
    }
