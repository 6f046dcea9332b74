"""URLconf of the pages and of old addresses. Pages of kind FORM are in `intake.receive.urls`."""

import logging
import re

from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from pages import machine_files, redirects, views
from pages.machine_files import PageSitemap
from pages.planner import calendar_views
from pages.planner import views as planner_views
from pages.registry import PAGES, PageKind

ANSWERING = {planner_views.FORM: planner_views.plan_your_week} | dict.fromkeys(
    planner_views.EXAMPLES, planner_views.example
)
"""Views by page name, for the pages that have one of their own."""

logger = logging.getLogger(__name__)

urlpatterns = [
    path(page.path, ANSWERING.get(page.name, views.show), {"name": page.name}, name=page.name)
    for page in PAGES
    if page.kind is not PageKind.FORM
]
urlpatterns += [
    path("calendar/<slug:group>.ics", calendar_views.show, name="calendar"),
    path("robots.txt", machine_files.robots_txt, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}, name="sitemap"),
    path(".well-known/security.txt", machine_files.security_txt, name="security"),
]


def moved() -> list[URLPattern]:
    """Redirects from old addresses. Mistakes in the file are logged, and those lines ignored."""
    try:
        lines = redirects.load_redirects(settings.REDIRECTS_FILE)
    except redirects.RedirectsFileError as error:
        logger.error("%s", error)
        return []
    for each, why in redirects.mistakes(lines):
        logger.error("%s, line %d: %s", settings.REDIRECTS_FILE.name, each.line, why)
    moves = redirects.served(lines)
    return [
        re_path(rf"^{re.escape(old[1:])}/?$", RedirectView.as_view(url=new, permanent=True))
        for old, new in moves.items()
    ]


urlpatterns += moved()
