"""Django app of the content pages; registers their system checks."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The app of the content pages."""

    name = "pages"

    def ready(self) -> None:
        from pages import checks  # noqa: F401  importing registers them
