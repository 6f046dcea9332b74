"""One view for all content pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages import robots, sources, structured_data
from pages.bound_page import BoundPage
from pages.registry import Page, by_name

FRESH = "public, max-age=300, stale-while-revalidate=86400"


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """A registered page; touches no database and sets no cookie."""
    page = by_name(name)
    response = render(request, page.template, context(page))
    response.headers["Cache-Control"] = FRESH
    return response


def context(page: Page) -> dict[str, object]:
    """What a page's template gets, besides the clinic and the navigation."""
    return {
        "page": BoundPage(page, settings.CLINIC),
        "sources": sources.SourceList(sources.load()),
        "structured_data": structured_data.for_page(page, settings.CLINIC),
    }


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Who may crawl, from clinic.toml."""
    response = HttpResponse(robots.text(settings.CLINIC), content_type="text/plain")
    response.headers["Cache-Control"] = FRESH
    return response
