"""The desk's own pages, beside the tables that the admin lists; each behind both factors."""

from collections.abc import Callable

from django.urls import URLPattern, path

from intake.desk.site import desk


def _page(address: str, name: str, view: Callable) -> URLPattern:
    return path(address, desk.admin_view(view), name=name)


urlpatterns: list[URLPattern] = []
