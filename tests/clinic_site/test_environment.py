"""Values from the environment, and clear complaints about wrong ones."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic_site import environment


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("yes", True), ("", False), ("0", False), ("No", False)]
)
def test_flag(monkeypatch, value, expected):
    monkeypatch.setenv("X_FLAG", value)
    assert environment.flag("X_FLAG") is expected


def test_flag_that_is_neither(monkeypatch):
    monkeypatch.setenv("X_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match='X_FLAG: expected 1 or 0, got "maybe"'):
        environment.flag("X_FLAG")


def test_choice_defaults_to_the_first(monkeypatch):
    monkeypatch.delenv("X_CHOICE", raising=False)
    assert environment.choice("X_CHOICE", ("both", "site")) == "both"


def test_choice_that_is_unknown(monkeypatch):
    monkeypatch.setenv("X_CHOICE", "all")
    with pytest.raises(ImproperlyConfigured, match="one of both, site"):
        environment.choice("X_CHOICE", ("both", "site"))


def test_number(monkeypatch):
    monkeypatch.setenv("X_NUMBER", "12")
    assert environment.number("X_NUMBER", 3) == 12
    monkeypatch.setenv("X_NUMBER", "-1")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        environment.number("X_NUMBER", 3)


def test_words(monkeypatch):
    monkeypatch.setenv("X_WORDS", "a, b,,c")
    assert environment.words("X_WORDS") == ["a", "b", "c"]
    monkeypatch.setenv("X_WORDS", "")
    assert environment.words("X_WORDS", "a,b") == ["a", "b"]


def test_required_says_why(monkeypatch):
    monkeypatch.delenv("X_NEEDED", raising=False)
    with pytest.raises(ImproperlyConfigured, match="X_NEEDED is not set. It signs forms."):
        environment.required("X_NEEDED", "It signs forms.")


def test_kept_secret_is_made_once_and_private(tmp_path):
    path = tmp_path / "deep" / "secret"
    first = environment.kept_secret(path)
    assert len(first) > 30
    assert environment.kept_secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
