"""One staff account for trying the desk out. Production has none that it did not make itself."""

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import transaction

from intake.desk import accounts

USERNAME = "coordinator"


class NotForProduction(Exception):
    """A known user name with rights has no place where real people write."""


@transaction.atomic
def create() -> str | None:
    """Make the account and return its password, or None when it exists already."""
    if settings.PRODUCTION:
        raise NotForProduction("The sample account is for trying out, not for production.")
    user, created = User.objects.get_or_create(username=USERNAME, defaults={"is_staff": True})
    if not created:
        return None
    return _set_up(user)


def reset() -> str:
    """Give the account a new password, without a second factor yet, and return it."""
    return create() or accounts.reset_factor(USERNAME)


def _set_up(user: User) -> str:
    password = accounts.new_password()
    user.set_password(password)
    user.save()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="intake"))
    return password
