"""What every template may use: the clinic, the navigation and the stylesheet."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest

from clinic_site.clinic.identity import Clinic
from clinic_site.web import stylesheet
from clinic_site.web.stylesheet import Stylesheet
from pages import navigation
from pages.navigation import Navigation


class SiteContext(TypedDict):
    """The names that every template knows."""

    clinic: Clinic
    navigation: Navigation
    stylesheet: Stylesheet


def clinic(request: HttpRequest) -> SiteContext:
    """Cheap values and lazy ones; no query."""
    return {
        "clinic": settings.CLINIC,
        "navigation": navigation.for_path(request.path_info, settings.CLINIC),
        "stylesheet": stylesheet.inline(),
    }
