"""Sample staff accounts for the local trial, one for each role. Never made in production."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from intake.desk.entrance import accounts, rights

USERNAME = "coordinator"
ROLES = {USERNAME: rights.COORDINATOR, "manager": rights.MANAGER, "auditor": rights.AUDITOR}


class NotForProduction(Exception):
    """Raised in production, where no account may have a name that is generally known."""


@transaction.atomic
def create(username: str = USERNAME) -> str | None:
    """Make one of the accounts in ROLES and return its password; None if it exists already."""
    if settings.PRODUCTION:
        raise NotForProduction("The sample account is for trying out, not for production.")
    user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    return _set_up(user) if created else None


def reset(username: str = USERNAME) -> str:
    """Give the account a new password, which is returned, and remove its second factor."""
    return create(username) or accounts.reset_factor(username)


def _set_up(user: User) -> str:
    password = accounts.new_password()
    user.set_password(password)
    user.save()
    rights.give(user, ROLES[user.get_username()])
    return password
