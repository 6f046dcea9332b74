"""Mistakes of a deployment are found before the site starts."""

import subprocess
import sys
from dataclasses import replace

import pytest

from clinic_site import checks
from intake.seal import keys
from intake.seal.keys import Purpose
from intake.seal.sealing import Suite
from tests import CHECKOUT
from tests.plugin.processes import PRODUCTION


def test_sample_clinic_is_refused(settings, clinic):
    settings.CLINIC = clinic
    assert [error.id for error in checks.sample_clinic_is_not_published()] == ["clinic_site.E001"]
    settings.CLINIC = replace(clinic, sample=False)
    assert checks.sample_clinic_is_not_published() == []


def test_keys_must_be_pinned(settings):
    settings.INTAKE_PINNED_KEYS = []
    assert [error.id for error in checks.keys_are_pinned()] == ["clinic_site.E002"]
    settings.INTAKE_PINNED_KEYS = ["abc"]
    assert checks.keys_are_pinned() == []


@pytest.mark.parametrize(
    ("desk", "keys", "found"),
    [
        (True, [], ["clinic_site.E003"]),
        (True, ["short"], ["clinic_site.E003"]),
        (True, ["n" * 32, "short"], ["clinic_site.E003"]),
        (True, ["n" * 32], []),
        (False, [], []),
    ],
)
def test_second_factor_needs_its_key(settings, desk, keys, found):
    settings.SERVES_DESK = desk
    settings.MFA_KEYS = keys
    assert [error.id for error in checks.second_factor_keeps_its_secrets()] == found


@pytest.fixture
def site_keys(settings, tmp_path):
    """Public halves, pinned, as the site has them."""
    settings.INTAKE_KEYS = tmp_path / "keys"
    made = [_make(purpose, settings) for purpose in Purpose]
    for path in settings.INTAKE_KEYS.glob("*.private.json"):
        path.unlink()
    settings.INTAKE_PINNED_KEYS = [key.id for key in made]
    return settings.INTAKE_KEYS


def _make(purpose, settings, *, development=False):
    return keys.make(
        label=purpose,
        purpose=purpose,
        suite=Suite.HYBRID,
        development=development,
        folder=settings.INTAKE_KEYS,
    )


def _found():
    return [
        (each.id, each.msg) for each in (*checks.keys_are_fit(), *checks.pinned_keys_are_here())
    ]


def test_fit_and_pinned_keys_are_no_mistake(site_keys):
    assert _found() == []


def test_swapped_key_is_found(site_keys, settings):
    _make(Purpose.DESK, settings)
    assert [each for each, _ in _found()] == ["clinic_site.E004"]


def test_private_key_at_the_site_is_found(site_keys, settings):
    settings.INTAKE_PINNED_KEYS += [_make(Purpose.DESK, settings).id]
    ((found, text),) = _found()
    assert found == "clinic_site.E004"
    assert "holds a private key" in text


def test_private_key_at_the_desk_is_none(site_keys, settings):
    settings.INTAKE_PINNED_KEYS += [_make(Purpose.DESK, settings).id]
    settings.SERVES_SITE = False
    assert _found() == []


@pytest.mark.parametrize("production", [True, False])
def test_development_key_is_found(site_keys, settings, production):
    added = _make(Purpose.DESK, settings, development=True)
    (site_keys / f"{added.id}.private.json").unlink()
    settings.INTAKE_PINNED_KEYS += [added.id]
    settings.PRODUCTION = production
    ((found, text),) = _found()
    assert found == "clinic_site.E004"
    assert text.startswith(f"key {added.id}: made for development")


def test_pin_without_its_key_is_a_warning(site_keys, settings):
    settings.INTAKE_PINNED_KEYS += ["0" * 32]
    assert _found() == [
        ("clinic_site.W001", f"key {'0' * 32}: in INTAKE_PINNED_KEYS, but not in INTAKE_KEYS.")
    ]


def test_missing_folder_is_one_mistake(settings, tmp_path):
    settings.INTAKE_KEYS = tmp_path / "nowhere"
    assert [each for each, _ in _found()] == ["clinic_site.E004"]


def test_deployment_check_ends_the_start_of_the_image(deployment):
    """As the image starts: the sample clinic and a swapped key, each with its line."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=CHECKOUT,
        env=deployment.environment("site", **PRODUCTION, INTAKE_PINNED_KEYS="0" * 32),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "clinic_site.E001" in done.stderr
    assert "clinic_site.E004" in done.stderr
    assert "not in INTAKE_PINNED_KEYS" in done.stderr
