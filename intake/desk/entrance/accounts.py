"""Accounts of the staff: made, and rescued when a factor is lost. From the command line, or by a
manager at the desk (`colleagues`).
"""

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from intake.desk.entrance import rights
from intake.store import ledger

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily mistaken for another
COMMAND = "command"
IN_THE_LEDGER = (COMMAND, ledger.SITE, ledger.WORKER)


class AccountExists(Exception):
    """The name is taken."""


def new_password() -> str:
    """About 99 bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@transaction.atomic
def create(username: str, role: str, *, by: str = COMMAND) -> str:
    """Make an account with this role and return its password, which is kept nowhere.

    Raises AccountExists.
    """
    if is_taken(username):
        raise AccountExists
    password = new_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password=password, is_staff=True)
    except IntegrityError:
        raise AccountExists from None
    rights.give(user, role)
    ledger.record("account_created", by=by, detail=f"account {user.pk}: {role}")
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
    end_logins(user)
    ledger.record("factor_reset", by=by, detail=f"account {user.pk}")
    return password


def end_logins(user: User) -> None:
    """Whoever is signed in with this account is out."""
    for login in UserSession.objects.filter(user=user):
        login.end()


def is_taken(username: str) -> bool:
    """By an account, however it is capitalized, or by what the ledger calls a part of the site."""
    if username.lower() in IN_THE_LEDGER:
        return True
    return User.objects.filter(username__iexact=username).exists()
