"""Who can own a request: active staff with the permission to work on requests."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def who_can_own() -> QuerySet[User]:
    """The accounts that can own a request, ordered by username."""
    people = User.objects.with_perm("intake.change_request", backend=MODEL_BACKEND)
    return people.filter(is_staff=True, is_active=True).order_by("username")


def can_own(username: str) -> bool:
    """Whether the account with this username can own a request."""
    return who_can_own().filter(username=username).exists()


def choices(*, without: str = "") -> list[tuple[str, str]]:
    """Form choices (username, full name) of everybody who can own a request, except `without`."""
    return [
        (person.username, person.get_full_name() or person.username)
        for person in who_can_own().exclude(username=without)
    ]
