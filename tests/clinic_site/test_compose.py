"""The production set-up gives each process what it needs and no more."""

import re

import pytest
import yaml  # comes with djlint

from tests import CHECKOUT

COMPOSE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (CHECKOUT / ".env.example").read_text()

KNOWN_TO = {
    "DATABASE_PASSWORD": {"database", "migrate"},
    "DATABASE_PASSWORD_SITE": {"migrate", "site"},
    "DATABASE_PASSWORD_DESK": {"migrate", "desk"},
    "DATABASE_PASSWORD_WORKER": {"migrate", "worker"},
    "SECRET_KEY": {"site", "worker"},
    "DESK_SECRET_KEY": {"desk"},
    "MFA_KEY": {"desk"},
    "EMAIL_PASSWORD": {"worker"},
}


def variables_of(text: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+)", text))


@pytest.mark.parametrize("secret", KNOWN_TO)
def test_secret_is_known_to_whom_it_is_for(secret: str) -> None:
    knowing = {name for name, service in SERVICES.items() if secret in variables_of(str(service))}

    assert knowing == KNOWN_TO[secret]


def test_no_process_is_given_the_whole_file_of_secrets() -> None:
    assert [name for name, service in SERVICES.items() if "env_file" in service] == []


def test_each_process_signs_in_as_its_own_role() -> None:
    urls = {
        name: service["environment"]["DATABASE_URL"]
        for name, service in SERVICES.items()
        if "DATABASE_URL" in service.get("environment", {})
    }

    assert {name: url.partition("//")[2].partition(":")[0] for name, url in urls.items()} == {
        "migrate": "clinic",
        "site": "clinic_site",
        "desk": "clinic_desk",
        "worker": "clinic_worker",
    }


def test_private_key_is_mounted_at_the_desk_alone() -> None:
    mounts = {
        name: {mount.split(":")[0] for mount in service.get("volumes", []) if "keys" in mount}
        for name, service in SERVICES.items()
    }

    assert {name: folders for name, folders in mounts.items() if folders} == {
        "site": {"./keys/public"},
        "desk": {"./keys/desk"},
    }


def test_roles_are_made_right_after_every_migration() -> None:
    command = SERVICES["migrate"]["command"][-1]

    assert command.index("migrate") < command.index("&& python manage.py create_roles")
    for name in ("site", "desk", "worker"):
        assert "migrate" in SERVICES[name]["depends_on"]


def test_every_variable_is_in_the_example() -> None:
    named = set(re.findall(r"^#?\s?([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))

    assert variables_of((CHECKOUT / "compose.yaml").read_text()) <= named
