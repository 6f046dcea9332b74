"""Locked dependencies: pinned with hashes, each chosen for a reason."""

import re

import pytest
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from tests import CHECKOUT

LISTS = ("requirements.in", "requirements-dev.in")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def lines(name):
    return (CHECKOUT / name).read_text().splitlines()


def packages(name):
    """The entries of a lock: each package with its hashes."""
    entries = (CHECKOUT / name).read_text().replace("\\\n", " ").splitlines()
    return [entry for entry in entries if entry and not entry.startswith((" ", "#"))]


def test_no_package_moves_django_to_another_driver():
    assert is_psycopg3 is False


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name):
    assert packages(name)
    for entry in packages(name):
        assert re.match(r"[\w.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry


def test_both_sets_agree_on_what_they_share():
    pins = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", "\n".join(packages(lock)), re.M)) for lock in LOCKS
    ]
    for package in pins[0].keys() & pins[1].keys():
        assert pins[0][package] == pins[1][package]


@pytest.mark.parametrize("name", LISTS)
def test_every_choice_has_its_reason_above_it(name):
    reason = False
    for line in lines(name):
        if line and not line.startswith(("#", "-c ")):
            assert reason, f"{name}: {line} has no reason on the line above"
        reason = bool(line) and (line.startswith("#") or reason)


def test_django_stays_on_its_long_term_release():
    assert "Django>=5.2,<5.3" in lines("requirements.in")


@pytest.mark.parametrize("name", [*LOCKS, *LISTS, "package-lock.json", "package.json", ".npmrc"])
def test_no_lock_names_a_host(name):
    assert "://" not in _locked(name)


def _locked(name):
    """npm repeats each package's page for sponsors; what counts is where packages come from."""
    text = (CHECKOUT / name).read_text()
    return "\n".join(line for line in text.splitlines() if '"url":' not in line)


def test_every_npm_package_is_pinned_with_a_hash():
    lock = (CHECKOUT / "package-lock.json").read_text()
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
