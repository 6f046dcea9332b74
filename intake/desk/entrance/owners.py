"""Who else works on requests: whom one can be handed to."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def who_can_own() -> QuerySet[User]:
    """Everybody on the staff who may work on a request, by name."""
    people = User.objects.with_perm("intake.change_request", backend=MODEL_BACKEND)
    return people.filter(is_staff=True, is_active=True).order_by("username")


def can_own(username: str) -> bool:
    """Whether a request can be theirs."""
    return who_can_own().filter(username=username).exists()


def choices(*, without: str = "") -> list[tuple[str, str]]:
    """For a form: each but one, by user name and full name."""
    return [
        (person.username, person.get_full_name() or person.username)
        for person in who_can_own().exclude(username=without)
    ]
