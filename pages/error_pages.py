"""Pages for what went wrong, rendered without request and database.

The texts of 500 and maintenance are also written to files, so that a front server can show
them while the application is down: `manage.py write_error_pages`.
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
    """What base.html needs of a page; it has no address of its own."""

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
    """400, for a request that cannot be read."""
    return respond("bad-request", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, for a request that is not allowed."""
    return respond("forbidden", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; repeats nothing of the address that was asked for."""
    return respond("not-found", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, from text that was rendered beforehand."""
    return respond("server-error", 500)


def respond(name: str, status: int) -> HttpResponse:
    """The error page with its status."""
    return HttpResponse(render(name), status=status)


@lru_cache
def render(name: str) -> str:
    """The whole page as text."""
    page = ERROR_PAGES[name]
    context = {
        "clinic": settings.CLINIC,
        "navigation": navigation.for_path("", settings.CLINIC),
        "stylesheet": stylesheet.inline(),
        "page": page,
    }
    return render_to_string(page.template, context)


def prepare() -> None:
    """Render all of them now, so that a later failure finds them ready."""
    for name in ERROR_PAGES:
        render(name)


def write(folder: Path) -> list[Path]:
    """Write 500.html and maintenance.html for a front server; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, file_name in (("server-error", "500.html"), ("maintenance", "maintenance.html")):
        path = folder / file_name
        path.write_text(render(name), encoding="utf-8")
        written.append(path)
    return written
