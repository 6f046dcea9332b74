"""The view of all content pages."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pages import structured_data
from pages.bound_page import BoundPage
from pages.registry import Page, by_name
from pages.sources import facts
from pages.sources.facts import SourceList

FRESH = "public, max-age=300, stale-while-revalidate=86400"


class PageContext(TypedDict):
    """The variables of a page's template, besides those of every template."""

    page: BoundPage
    sources: SourceList
    structured_data: SafeString


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page of the registry, without a database query and without a cookie."""
    page = by_name(name)
    response = render(request, page.template, context(page))
    response.headers["Cache-Control"] = FRESH
    return response


def context(page: Page) -> PageContext:
    """The variables for the template of this page."""
    return {
        "page": BoundPage(page, settings.CLINIC),
        "sources": SourceList(facts.load_sources()),
        "structured_data": structured_data.for_page(page, settings.CLINIC),
    }
