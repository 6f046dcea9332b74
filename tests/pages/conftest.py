"""Every registered page, rendered once for the whole run. Tests must not change what they get."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from pages.editorial.rendered_pages import rendered_text
from pages.editorial.visible_text import VisibleText
from pages.registry import PAGES


@pytest.fixture(scope="session")
def rendered() -> Mapping[str, Any]:
    """The response of each page, by its name."""
    client = Client()
    return {page.name: client.get(f"/{page.path}") for page in PAGES}


@pytest.fixture(scope="session")
def html(rendered: Mapping[str, Any]) -> Mapping[str, str]:
    """The HTML of each page, by its name."""
    return {name: response.content.decode() for name, response in rendered.items()}


@pytest.fixture(scope="session")
def texts() -> Mapping[str, VisibleText]:
    """The text of each page as the reading rules see it, by its name."""
    return {page.name: rendered_text(page) for page in PAGES}
