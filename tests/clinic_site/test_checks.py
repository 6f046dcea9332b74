"""Mistakes of a deployment are found before the site starts."""

from dataclasses import replace

import pytest

from clinic_site import checks


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
    ("production", "desk", "second_factor", "found"),
    [
        (True, True, False, ["clinic_site.E003"]),
        (True, True, True, []),
        (True, False, False, []),
        (False, True, False, []),
    ],
)
def test_desk_needs_its_second_factor(settings, production, desk, second_factor, found):
    settings.PRODUCTION = production
    settings.SERVES_DESK = desk
    settings.DESK_SECOND_FACTOR = second_factor
    assert [error.id for error in checks.desk_has_its_second_factor()] == found
