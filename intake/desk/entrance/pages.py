"""One way to give a page of signing in its address, title and guard."""

from collections.abc import Callable

from django.urls import URLPattern, path
from django.views import generic
from django.views.decorators.debug import sensitive_post_parameters

from intake.desk.entrance.rights import View


def page(
    address: str,
    name: str,
    view: type[generic.View],
    title: str,
    guard: Callable[[View], View] = lambda view: view,
) -> URLPattern:
    """The URL pattern of a view whose posts never appear in an error report."""
    shown = view.as_view(extra_context={"title": title}) if title else view.as_view()
    return path(address, sensitive_post_parameters()(guard(shown)), name=name)
