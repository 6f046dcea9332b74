"""What managers see of colleagues' accounts, and do with them.

One transaction each, the ledger line in it; the line has the account's number and codes. Nobody
changes their own account here: so a manager who is signed in is always left.
"""

from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from intake.desk.entrance import accounts, rights, second_factor
from intake.models import Request
from intake.store import ledger


class ChangeRefused(Exception):
    """Why nothing was changed, in words for the person who tried."""


class Colleague(NamedTuple):
    """An account of the staff, as managers see it."""

    user: User
    role: str
    has_factor: bool
    open_requests: int


def everybody() -> list[Colleague]:
    """The whole staff by name; those who left come last."""
    staff = User.objects.filter(is_staff=True).order_by("-is_active", "username")
    owned = Request.objects.count_open_by_owner()
    with_factor = second_factor.who_have_one()
    return [
        Colleague(user, rights.role_of(user), user.pk in with_factor, owned.get(user.username, 0))
        for user in staff.prefetch_related("groups")
    ]


def one(colleague_id: int) -> Colleague:
    """One of them. Raises User.DoesNotExist."""
    for colleague in everybody():
        if colleague.user.pk == colleague_id:
            return colleague
    raise User.DoesNotExist


@transaction.atomic
def change_role(colleague_id: int, role: str, *, by: User) -> None:
    """Raises ChangeRefused and User.DoesNotExist, like the others here."""
    colleague = _held(colleague_id, by)
    before = rights.role_of(colleague) or "no role"
    rights.give(colleague, role)
    _write("role_changed", colleague, by, f": {before} > {role}")


@transaction.atomic
def deactivate(colleague_id: int, *, by: User) -> None:
    """The account opens nothing any more, and its logins end at once. Its requests stay its own
    until somebody takes them over.
    """
    colleague = _held(colleague_id, by)
    _set_active(colleague, False)
    accounts.end_logins(colleague)
    _write("account_deactivated", colleague, by)


@transaction.atomic
def activate(colleague_id: int, *, by: User) -> None:
    """The account opens again what it opened before."""
    colleague = _held(colleague_id, by)
    _set_active(colleague, True)
    _write("account_activated", colleague, by)


@transaction.atomic
def reset_factor(colleague_id: int, *, by: User) -> str:
    """For a lost phone or key: a new start, with the password that is returned."""
    colleague = _held(colleague_id, by)
    return accounts.reset_factor(colleague.username, by=by.username)


def _held(colleague_id: int, by: User) -> User:
    """The colleague's row. All rows of the staff are held until the transaction ends, so that two
    managers cannot take each other's role away at the same time.
    """
    held = User.objects.select_for_update().filter(is_staff=True).order_by("pk")
    staff = {user.pk: user for user in held}
    if by.pk not in staff or not staff[by.pk].has_perm(rights.LOOK_AFTER_COLLEAGUES):
        raise ChangeRefused("You are not a manager any more. Nothing was changed.")
    if colleague_id == by.pk:
        raise ChangeRefused("This is your own account: another manager changes it.")
    if colleague_id not in staff:
        raise User.DoesNotExist
    return staff[colleague_id]


def _set_active(colleague: User, active: bool) -> None:
    colleague.is_active = active
    colleague.save(update_fields=["is_active"])


def _write(action: str, colleague: User, by: User, change: str = "") -> None:
    ledger.record(action, by=by.username, detail=f"account {colleague.pk}{change}")
