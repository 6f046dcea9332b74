from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What only the desk's process has: staff sign-in, its table of limits, its commands."""

    name = "intake.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intake.desk import sign_in_records  # noqa: F401  importing connects its receivers
