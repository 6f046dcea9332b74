"""The desk's admin site: Django admin behind both factors, under the clinic's own name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse

from intake.desk.entrance import second_factor
from intake.desk.frame import kept_post

UNUSED = {"autocomplete", "jsi18n", "view_on_site"}

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


class Desk(AdminSite):
    """Django admin reduced to what the desk uses; everything else has no address."""

    site_header = "Follow-up desk"
    site_title = "Follow-up desk"
    index_title = "Figures"
    index_template = "desk/reports/index.html"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the base template needs on every page."""
        return super().each_context(request) | {"site_url": readers_pages()}

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Leave out the URLs that only Django's generic forms ask for."""
        return [each for each in super().get_urls() if getattr(each, "name", "") not in UNUSED]

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff, and only with the second factor in this session."""
        return second_factor.may_enter(request)

    def admin_view(self, view: _View, cacheable: bool = False) -> _View:
        """Let a view in behind both factors; who posts after signing out gets their fields back."""
        shown = super().admin_view(view, cacheable)

        @wraps(shown)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            kept = None if self.has_permission(request) else kept_post.respond(request)
            return kept or shown(request, *args, **kwargs)

        return cast(_View, answered)

    def app_index(  # type: ignore[override]  # a redirect is no TemplateResponse
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Redirect to the index: there is only one app."""
        return HttpResponseRedirect(reverse("admin:index"))


def readers_pages() -> str | None:
    """The address of the pages for readers, when this process serves them too."""
    return "/" if settings.SERVES_SITE else None


desk = Desk(name="admin")
