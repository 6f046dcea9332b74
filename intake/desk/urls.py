"""The desk's own pages, beside the tables that the admin lists.

Each stands behind both factors, and behind the rights that its line names.
"""

from collections.abc import Callable

from django.urls import URLPattern, path

from intake.desk.rights import needs
from intake.desk.site import desk


def _page(address: str, name: str, view: Callable, *permissions: str) -> URLPattern:
    return path(address, desk.admin_view(needs(*permissions)(view)), name=name)


urlpatterns: list[URLPattern] = []
