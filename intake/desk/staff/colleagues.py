"""Colleagues' accounts as managers see and change them.

Each change is one transaction with its ledger line, which holds the account's id and codes. Nobody
changes their own account, so at least the manager who acts is always left.
"""

from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from intake.desk.entrance import accounts, rights, second_factor
from intake.models import Request
from intake.store import ledger


class ChangeRefused(Exception):
    """The change is not allowed; the message says why, in words for the person who tried."""


class Colleague(NamedTuple):
    """A staff account, as managers see it."""

    user: User
    role: str
    has_factor: bool
    open_requests: int


def everybody() -> list[Colleague]:
    """The whole staff by username, deactivated accounts last."""
    staff = User.objects.filter(is_staff=True).order_by("-is_active", "username")
    owned = Request.objects.count_open_by_owner()
    with_factor = second_factor.accounts_with_factor()
    return [
        Colleague(user, rights.role_of(user), user.pk in with_factor, owned.get(user.username, 0))
        for user in staff.prefetch_related("groups")
    ]


def one(colleague_id: int) -> Colleague:
    """The staff account with this id. Raises User.DoesNotExist."""
    for colleague in everybody():
        if colleague.user.pk == colleague_id:
            return colleague
    raise User.DoesNotExist


@transaction.atomic
def change_role(colleague_id: int, role: str, *, by: User) -> None:
    """Give the account another staff role.

    Raises ChangeRefused and User.DoesNotExist, like every change here.
    """
    colleague = _held(colleague_id, by)
    before = rights.role_of(colleague) or "no role"
    rights.give(colleague, role)
    _write("role_changed", colleague, by, f": {before} > {role}")


@transaction.atomic
def deactivate(colleague_id: int, *, by: User) -> None:
    """Lock the account and end its sessions. It owns its requests until they are taken over."""
    colleague = _held(colleague_id, by)
    _set_active(colleague, False)
    accounts.end_sessions(colleague)
    _write("account_deactivated", colleague, by)


@transaction.atomic
def activate(colleague_id: int, *, by: User) -> None:
    """Unlock the account; its staff role is what it was."""
    colleague = _held(colleague_id, by)
    _set_active(colleague, True)
    _write("account_activated", colleague, by)


@transaction.atomic
def reset_factor(colleague_id: int, *, by: User) -> str:
    """Reset a lost second factor; return the new password, which is kept as a hash only."""
    colleague = _held(colleague_id, by)
    return accounts.reset_factor(colleague.username, by=by.username)


def _held(colleague_id: int, by: User) -> User:
    """The colleague's row, with every staff row locked until the transaction ends.

    Otherwise two managers could take each other's role away at the same time.
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
