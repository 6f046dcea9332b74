"""Staff roles and their permissions: three groups of Django's permission system.

`ROLES` is the whole table; no account has a permission by itself. After every `migrate`,
`make_roles` makes the groups in the database equal to it. Code asks for a permission, never for a
role by name. (Database roles, which Postgres enforces, are in `intake.rules.database_roles`.)
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AbstractUser, AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]

COORDINATOR, MANAGER, AUDITOR = "intake coordinator", "clinic manager", "auditor"
DECIDE = "intake.decide_request"
LOOK_AFTER_COLLEAGUES = "auth.change_user"
FOLLOW_UP = frozenset(
    {
        "intake.view_request",
        "intake.add_request",
        "intake.change_request",
        "intake.view_weeklycount",
    }
)
ROLES: dict[str, frozenset[str]] = {
    COORDINATOR: FOLLOW_UP,
    MANAGER: FOLLOW_UP
    | {
        DECIDE,
        "intake.export_request",
        "intake.view_ledgerentry",
        "auth.view_user",
        "auth.add_user",
        LOOK_AFTER_COLLEAGUES,
    },
    AUDITOR: frozenset({"intake.view_ledgerentry", "intake.view_weeklycount"}),
}


class StaffRequest(HttpRequest):
    """What a view behind the desk's guards is given: the user is an account, never anonymous."""

    user: User


class MissingPermission(PermissionDenied):
    """The user lacks a permission; `roles` are the staff roles that include it."""

    def __init__(self, *permissions: str) -> None:
        super().__init__()
        self.roles = roles_with(*permissions)


def needs(*permissions: str) -> Callable[[View], View]:
    """Decorator: let in who has all of these permissions; raise MissingPermission (403) otherwise.

    Use it inside `desk.admin_view`, which checks the second factor first.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.has_perms(permissions):
                raise MissingPermission(*permissions)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def is_manager(user: AbstractUser | AnonymousUser) -> bool:
    """Whether the user may take the steps that are reserved for a manager."""
    return user.has_perm(DECIDE)


def role_of(user: User) -> str:
    """The name of the user's staff role, or "" without one."""
    names = (group.name for group in user.groups.all())
    return next((name for name in names if name in ROLES), "")


def roles_with(*permissions: str) -> tuple[str, ...]:
    """The staff roles that include all of these permissions."""
    return tuple(role for role, held in ROLES.items() if held.issuperset(permissions))


@transaction.atomic
def make_roles() -> None:
    """Create the three groups, or correct their permissions; other groups are left alone."""
    for role, held in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(_permissions(held))


def give(user: User, role: str) -> None:
    """Make this the user's only staff role. Raises Group.DoesNotExist for any other name."""
    others = Group.objects.filter(name__in=ROLES.keys() - {role})
    user.groups.remove(*others)
    user.groups.add(Group.objects.get(name=role))


def _permissions(labels: frozenset[str]) -> QuerySet[Permission]:
    label = Concat("content_type__app_label", Value("."), "codename")
    return Permission.objects.annotate(label=label).filter(label__in=labels)
