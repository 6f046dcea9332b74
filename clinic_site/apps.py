"""Django app that registers the deployment checks."""

from django.apps import AppConfig


class ClinicSiteConfig(AppConfig):
    """The app of the whole site."""

    name = "clinic_site"

    def ready(self) -> None:
        from clinic_site import checks  # noqa: F401  importing registers them
