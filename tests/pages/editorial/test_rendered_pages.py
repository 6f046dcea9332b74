"""What an author typed is told apart from what the clinic's file gave."""

from types import SimpleNamespace
from typing import cast

from pages.editorial.rendered_pages import _typed
from pages.registry import Page


def test_words_that_a_tag_hands_on_count_as_typed() -> None:
    """`{% include "partials/actions.html" with main="button--lamp" %}` is in that template."""
    page = cast(Page, SimpleNamespace(template="layouts/home.html", heading="", label=""))

    assert _typed(page) == {"button--lamp", ""}
