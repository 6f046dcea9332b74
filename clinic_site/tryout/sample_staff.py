"""Staff accounts for trying the desk out. Production has none that it did not make itself."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from intake.desk.entrance import accounts, rights

USERNAME = "coordinator"
ROLES = {USERNAME: rights.COORDINATOR, "manager": rights.MANAGER, "auditor": rights.AUDITOR}


class NotForProduction(Exception):
    """A known user name with rights has no place where real people write."""


@transaction.atomic
def create(username: str = USERNAME) -> str | None:
    """Make one of ROLES and return its password, or None when it exists already."""
    if settings.PRODUCTION:
        raise NotForProduction("The sample account is for trying out, not for production.")
    user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    return _set_up(user) if created else None


def reset(username: str = USERNAME) -> str:
    """Give the account a new password, without a second factor yet, and return it."""
    return create(username) or accounts.reset_factor(username)


def _set_up(user: User) -> str:
    password = accounts.new_password()
    user.set_password(password)
    user.save()
    rights.give(user, ROLES[user.get_username()])
    return password
