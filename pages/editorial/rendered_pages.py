"""Renders pages for checking, and marks in them what comes from the clinic's file.

A number that a template prints from a variable is a fact of the clinic. A number that an author
typed is a claim, whether in the page, in an argument of an include, or in the registry.
"""

import html
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine
from django.template.base import Node, VariableNode
from django.template.library import SimpleNode
from django.test import RequestFactory, override_settings
from django.urls import resolve
from django.utils.safestring import mark_safe

from pages.editorial.visible_text import CLINIC_END, CLINIC_START, VisibleText, read_html
from pages.registry import Page

# Settings that work before `collectstatic`; DEBUG keeps the stylesheet from being cached.
UNCOLLECTED = {
    "DEBUG": True,
    "STORAGES": {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    },
}


class PageFailed(Exception):
    """The page cannot be rendered. The message says why."""


def rendered_text(page: Page) -> VisibleText:
    """The text of the page as a visitor sees it, with marks. Raises PageFailed."""
    try:
        return read_html(_rendered(page))
    except Exception as error:
        raise PageFailed(f"{page.name}: {type(error).__name__}: {error}") from error


def _rendered(page: Page) -> str:
    path = f"/{page.path}"
    view, args, kwargs = resolve(path)
    request = RequestFactory(headers={"host": settings.CLINIC.host}).get(path, secure=True)
    with _marking(_typed(page)), override_settings(**UNCOLLECTED):
        response: HttpResponse = view(request, *args, **kwargs)
    if response.status_code != 200:
        raise PageFailed(f"status {response.status_code}")
    return response.content.decode()


def _typed(page: Page) -> frozenset[str]:
    """Words that an author typed although a variable prints them."""
    nodes = Engine.get_default().get_template(page.template).nodelist.get_nodes_by_type(Node)
    given = [value.var for node in nodes for value in getattr(node, "extra_context", {}).values()]
    titles = [title for title in (page.heading, page.label) if "{" not in title]
    return frozenset(str(words) for words in given + titles if isinstance(words, str))


@contextmanager
def _marking(typed: frozenset[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for kind in (VariableNode, SimpleNode):
            stack.enter_context(_marked(kind, typed))
        yield


@contextmanager
def _marked(kind: type[Node], typed: frozenset[str]) -> Iterator[None]:
    render = kind.render

    def render_marked(node: Node, context: Context) -> str:
        words = render(node, context)
        if not words or html.unescape(str(words)) in typed:
            return words
        return mark_safe(f"{CLINIC_START}{words}{CLINIC_END}")  # noqa: S308  escaped by render

    with mock.patch.object(kind, "render", render_marked):
        yield
