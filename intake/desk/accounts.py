"""Accounts that are made or rescued from the command line: the first manager, a lost factor."""

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction

from intake import ledger
from intake.desk import rights

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily mistaken for another
COMMAND = "command"


class AccountExists(Exception):
    """The name is taken."""


def new_password() -> str:
    """About 99 bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@transaction.atomic
def create_manager(username: str) -> str:
    """Make a manager, who makes the other accounts, and return the password.

    Raises AccountExists.
    """
    if User.objects.filter(username=username).exists():
        raise AccountExists(username)
    password = new_password()
    user = User.objects.create_user(username, password=password, is_staff=True)
    rights.give(user, rights.MANAGER)
    ledger.record("manager_created", by=COMMAND, detail=f"account {user.pk}")
    return password


@transaction.atomic
def reset_factor(username: str, *, by: str = COMMAND) -> str:
    """Take every factor away, end every login, and return a new password.

    A new password, because the old one alone would now open the set-up pages. Raises
    User.DoesNotExist.
    """
    user = User.objects.select_for_update().get(username=username)
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    for login in UserSession.objects.filter(user=user):
        login.end()
    ledger.record("factor_reset", by=by, detail=f"account {user.pk}")
    return password
