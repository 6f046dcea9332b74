"""The content pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Visitor -> page."""

    name = "pages"
