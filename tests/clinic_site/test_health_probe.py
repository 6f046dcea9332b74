"""The health probe of the container."""

import pytest

from clinic_site import health_probe


@pytest.fixture
def bound(live_site, monkeypatch):
    """The surroundings of the site's container."""
    monkeypatch.setenv("BIND", f"0.0.0.0:{live_site.rpartition(':')[2]}")


@pytest.mark.usefixtures("bound")
def test_a_site_that_answers_is_healthy(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost,other.example")
    assert health_probe.main() == 0


@pytest.mark.usefixtures("bound")
def test_a_name_that_the_site_refuses_is_not_healthy(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "elsewhere.example")
    assert health_probe.main() == 1


def test_no_site_is_not_healthy(monkeypatch):
    monkeypatch.setenv("BIND", "0.0.0.0:1")
    assert health_probe.main() == 1


def test_the_clinics_own_name_is_used_when_no_other_is_set(clinic, monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert health_probe.host() == clinic.host


def test_a_whole_domain_is_asked_by_its_name(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", ".clinic.example")
    assert health_probe.host() == "clinic.example"
