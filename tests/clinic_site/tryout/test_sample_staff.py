"""The sample accounts of the desk."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from clinic_site.tryout import sample_staff
from intake.desk.entrance import rights

pytestmark = pytest.mark.django_db


def test_the_account_is_made_once_with_a_password_that_signs_in():
    password = sample_staff.create()
    user = authenticate(username="coordinator", password=password)
    assert user
    assert user.is_staff
    assert not user.is_superuser
    assert sample_staff.create() is None


@pytest.mark.parametrize("name", sample_staff.ROLES)
def test_each_account_has_the_role_of_its_name(name):
    sample_staff.create(name)
    permissions = User.objects.get(username=name).get_all_permissions()
    assert permissions == rights.ROLES[sample_staff.ROLES[name]]


def test_the_password_is_as_strong_as_the_desk_demands():
    validate_password(sample_staff.reset())


def test_a_forgotten_password_is_replaced():
    old, new = sample_staff.create(), sample_staff.reset()
    assert authenticate(username="coordinator", password=old) is None
    assert authenticate(username="coordinator", password=new)


def test_the_command_prints_the_password_once(capsys):
    call_command("create_sample_staff")
    assert "shown this once" in capsys.readouterr().out
    call_command("create_sample_staff")
    assert capsys.readouterr().out == "coordinator exists already.\n"
    call_command("create_sample_staff", reset=True)
    assert "shown this once" in capsys.readouterr().out
    call_command("create_sample_staff", role="manager")
    assert capsys.readouterr().out.startswith("manager / ")


def test_production_has_no_sample_account(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        call_command("create_sample_staff")
    assert not User.objects.exists()
