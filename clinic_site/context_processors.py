"""Context processor: the clinic, the navigation and the stylesheet for every template."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest

from clinic_site.clinic.identity import Clinic
from clinic_site.web import stylesheet
from clinic_site.web.stylesheet import Stylesheet
from pages import navigation
from pages.navigation import Navigation


class SiteContext(TypedDict):
    """The variables that every template can use."""

    clinic: Clinic
    navigation: Navigation
    stylesheet: Stylesheet


def clinic(request: HttpRequest) -> SiteContext:
    """The variables for this request, without a database query."""
    return {
        "clinic": settings.CLINIC,
        "navigation": navigation.for_path(request.path_info, settings.CLINIC),
        "stylesheet": stylesheet.inline(),
    }
