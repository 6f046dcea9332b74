"""The content pages. Registers the deployment checks."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Visitor -> page."""

    name = "pages"

    def ready(self) -> None:
        from pages import checks  # noqa: F401  importing registers them
