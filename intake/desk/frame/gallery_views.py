"""Component gallery: every component of the readers' pages on one page, for staff and designers.

It has the readers' stylesheet and Content Security Policy, so it looks and fails as theirs do.
"""

from types import SimpleNamespace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intake.receive.forms import ContactForm
from pages.registry import READING_ORDER, by_name
from pages.sources import facts

PAGE = SimpleNamespace(
    name="gallery",
    title="Component gallery",
    heading="Every part of the pages",
    robots_noindex=True,
    crumbs=(("Follow-up desk", "/desk/"), ("Component gallery", "")),
    reading_order=tuple(by_name(name) for name in READING_ORDER),
    previous=by_name(READING_ORDER[0]),
    next=by_name(READING_ORDER[2]),
)
WRONG_ANSWERS = QueryDict("channel=phone&phone=12&if_other_answers=ask_by_name")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Render the gallery; the URLs let in staff only."""
    context = {
        "page": PAGE,
        "form": ContactForm(settings.CLINIC, WRONG_ANSWERS),
        "refusal": "invalid",
        "sources": facts.SourceList(facts.load_sources()),
    }
    response = render(request, "desk/frame/gallery.html", context)
    # The name that Django 6 gives an override; our own middleware reads it.
    response._csp_config = settings.SECURE_CSP  # type: ignore[attr-defined]  # of Django 6
    return response
