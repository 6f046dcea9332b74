"""Staff accounts: create one with a random password, or reset it when a second factor is lost.

Called by management commands, and by managers at the desk (`staff.colleagues`).
"""

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from intake.desk.entrance import rights
from intake.store import ledger

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without look-alikes such as 1 and l, 0 and o
COMMAND = "command"
RESERVED = (COMMAND, ledger.SITE, ledger.WORKER)  # the ledger names parts of the site so


class AccountExists(Exception):
    """The username is taken or reserved."""


def new_password() -> str:
    """A random password of about 99 bits, in four groups that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@transaction.atomic
def create(username: str, role: str, *, by: str = COMMAND) -> str:
    """Create an account with a staff role; return its password, which is kept as a hash only.

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
    """Remove every second factor, end every session, and return a new password.

    The password changes too, because the old one alone would now open the pages that set up a
    factor. Raises User.DoesNotExist.
    """
    user = User.objects.select_for_update().get(username=username)
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    ledger.record("factor_reset", by=by, detail=f"account {user.pk}")
    return password


def end_sessions(user: User) -> None:
    """Sign the account out of every browser."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def is_taken(username: str) -> bool:
    """Whether the username is reserved, or an account has it in any capitalization."""
    if username.lower() in RESERVED:
        return True
    return User.objects.filter(username__iexact=username).exists()
