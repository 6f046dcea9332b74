from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate

MADE_BEFORE = (("auth", "group"), ("auth", "permission"), ("intake", "request"))


class DeskConfig(AppConfig):
    """What only the desk's process has: staff sign-in, its table of limits, its commands."""

    name = "intake.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intake.desk.entrance import sign_in_records  # noqa: F401  importing connects its receivers

        post_migrate.connect(make_roles, sender=self)


def make_roles(*, apps: Apps = installed, **kwargs: Any) -> None:
    """The roles of the staff. This app comes last, so the permissions of the others are there."""
    from intake.desk.entrance import rights

    if all(name in apps.all_models[app] for app, name in MADE_BEFORE):
        rights.make_roles()
