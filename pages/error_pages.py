"""Error pages and their handlers, rendered without a request and without the database.

The pages for status 500 and for maintenance can also be written to files, for a front server to
show while the application is down: `manage.py write_error_pages`.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from clinic_site.web import stylesheet
from pages import navigation


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A page for base.html, like `BoundPage`, but without an address of its own."""

    name: str
    template: str
    title: str
    heading: str
    description: str = ""
    canonical: str = ""
    robots_noindex: bool = True
    crumbs: tuple[tuple[str, str], ...] = ()


ERROR_PAGES = {
    page.name: page
    for page in (
        ErrorPage("bad-request", "400.html", "Request not understood", "We could not read that"),
        ErrorPage("forbidden", "403.html", "Not allowed", "That is not possible from here"),
        ErrorPage("not-found", "404.html", "Page not found", "We can’t find that page"),
        ErrorPage(
            "server-error",
            "500.html",
            "Something went wrong",
            "Something went wrong on our side",
        ),
        ErrorPage("maintenance", "maintenance.html", "Back soon", "We are working on this page"),
    )
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of status 400, for a request that cannot be read."""
    return respond("bad-request", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of status 403, for a request that is not allowed."""
    return respond("forbidden", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of status 404; repeats nothing of the address."""
    return respond("not-found", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler of status 500."""
    return respond("server-error", 500)


def respond(name: str, status: int) -> HttpResponse:
    """A response with the error page of that name."""
    return HttpResponse(render(name), status=status)


@lru_cache
def render(name: str) -> str:
    """The HTML of the error page of that name, rendered once. KeyError for an unknown name."""
    page = ERROR_PAGES[name]
    context = {
        "clinic": settings.CLINIC,
        "navigation": navigation.for_path("", settings.CLINIC),
        "stylesheet": stylesheet.inline(),
        "page": page,
    }
    return render_to_string(page.template, context)


def write(folder: Path) -> list[Path]:
    """Write 500.html and maintenance.html for a front server, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, file_name in (("server-error", "500.html"), ("maintenance", "maintenance.html")):
        path = folder / file_name
        path.write_text(render(name), encoding="utf-8")
        written.append(path)
    return written
