"""Configuration of the Django app that only the desk's process installs."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate

NEEDED_MODELS = (("auth", "group"), ("auth", "permission"), ("intake", "request"))


class DeskConfig(AppConfig):
    """The desk: staff sign-in, its cache table, its management commands."""

    name = "intake.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers that act after a sign-in and after `migrate`."""
        from intake.desk.entrance import sign_in_records  # noqa: F401  importing connects its receivers

        post_migrate.connect(make_roles, sender=self)


def make_roles(*, apps: Apps = installed, **kwargs: Any) -> None:
    """Create the staff roles after `migrate`, unless it stopped before their tables were made.

    This app is installed last, so the permissions of all other apps exist by now.
    """
    from intake.desk.entrance import rights

    if all(name in apps.all_models[app] for app, name in NEEDED_MODELS):
        rights.make_roles()
