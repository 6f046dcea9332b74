"""The three roles: made by one function, after every `migrate`, and equal to their table."""

from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse

from intake.desk.apps import make_roles
from intake.desk.entrance import rights
from intake.desk.entrance.rights import AUDITOR, COORDINATOR, MANAGER, ROLES
from intake.desk.frame.refusals import forbidden
from tests.plugin.desk import Desk
from tests.plugin.staff import member, signed_in

pytestmark = pytest.mark.django_db


def held_by_groups() -> dict[str, set[str]]:
    """What each group may do, as the database has it."""
    return {
        group.name: {
            f"{each.content_type.app_label}.{each.codename}"
            for each in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }


def test_migrate_has_made_the_roles() -> None:
    assert held_by_groups() == ROLES


def test_roles_are_those_of_the_clinic() -> None:
    assert ROLES[MANAGER] > ROLES[COORDINATOR]
    assert "intake.change_request" in ROLES[COORDINATOR]
    assert not {each for each in ROLES[AUDITOR] if each.endswith("_request")}
    assert rights.roles_with("intake.view_ledgerentry") == (MANAGER, AUDITOR)
    assert rights.roles_with("intake.decide_request", "intake.export_request") == (MANAGER,)


def test_roles_are_made_right_and_other_groups_left_alone() -> None:
    manager, auditor = Group.objects.get(name=MANAGER), Group.objects.get(name=AUDITOR)
    manager.permissions.clear()
    auditor.permissions.set(Permission.objects.all())
    Group.objects.get(name=COORDINATOR).delete()
    night = Group.objects.create(name="night shift")
    night.permissions.add(Permission.objects.get(codename="view_request"))

    for _ in range(2):
        rights.make_roles()

    assert held_by_groups() == {**ROLES, "night shift": {"intake.view_request"}}
    assert Group.objects.get(name=MANAGER).pk == manager.pk, "its members stay in it"


def test_roles_come_back_after_the_tables_were_emptied() -> None:
    call_command("flush", interactive=False, verbosity=0)

    assert held_by_groups() == ROLES


@pytest.mark.parametrize(("app", "model"), [("auth", "group"), ("intake", "request")])
def test_migrations_that_stop_half_way_make_no_roles(app: str, model: str) -> None:
    Group.objects.all().delete()
    half_way = Apps()
    for label in ("auth", "intake"):
        half_way.all_models[label].update(apps.all_models[label])
    del half_way.all_models[app][model]

    make_roles(apps=half_way)
    assert held_by_groups() == {}

    make_roles(apps=apps)
    assert held_by_groups() == ROLES


def test_role_replaces_the_one_before() -> None:
    user = member("sam", MANAGER)
    user.groups.add(Group.objects.create(name="night shift"))

    rights.give(user, AUDITOR)

    assert set(user.groups.values_list("name", flat=True)) == {AUDITOR, "night shift"}


def test_manager_is_who_has_the_right(coordinator: User, manager: User, auditor: User) -> None:
    known = {user.username for user in (coordinator, manager, auditor) if rights.is_manager(user)}

    assert known == {"max"}
    assert not rights.is_manager(AnonymousUser())


@rights.needs("intake.view_request", "intake.export_request")
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown")


def test_guard_lets_through_who_has_every_right(rf: Any, manager: User) -> None:
    request = rf.get("/desk/")
    request.user = manager

    assert guarded(request).status_code == 200


def test_guard_names_the_roles_that_may(rf: Any, coordinator: User) -> None:
    request = rf.get("/desk/")
    request.user = coordinator

    with pytest.raises(rights.MissingPermission) as refused:
        guarded(request)

    assert refused.value.roles == (MANAGER,)


def test_page_of_another_role_says_whose_it_is(auditor_at_desk: Desk) -> None:
    answer = auditor_at_desk.get("/desk/intake/request/")

    assert answer.status == 403
    assert answer.title == "Not with your role | Follow-up desk"
    assert "intake coordinator or clinic manager" in answer.text


def test_what_no_role_may_is_said_so(rf: Any, manager: User) -> None:
    request = rf.get("/desk/")
    request.user, request.session = manager, signed_in(manager).session

    answer: Any = forbidden(request, PermissionDenied())

    assert answer.status_code == 403
    assert "does not belong to your role" in answer.render().content.decode()


def test_readers_page_answers_whoever_is_no_staff(rf: Any) -> None:
    answer = forbidden(rf.get("/contact/"), rights.MissingPermission("intake.view_request"))

    assert answer.status_code == 403
    assert b"coordinator" not in answer.content
