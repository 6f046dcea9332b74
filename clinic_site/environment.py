"""Settings from environment variables; a bad value raises ImproperlyConfigured."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def flag(name: str) -> bool:
    """True for 1, true or yes; False when unset, empty, 0, false or no."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes"):
        return True
    if value in ("", "0", "false", "no"):
        return False
    raise ImproperlyConfigured(f'{name}: expected 1 or 0, got "{value}"')


def choice(name: str, options: tuple[str, ...]) -> str:
    """One of the options; the first one when unset."""
    value = os.environ.get(name) or options[0]
    if value not in options:
        raise ImproperlyConfigured(f'{name}: expected one of {", ".join(options)}, got "{value}"')
    return value


def number(name: str, default: int) -> int:
    """A whole number, 0 or more; the default when unset or empty."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f'{name}: expected a whole number, got "{value}"')
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, empty entries left out; the default when unset or empty."""
    given = os.environ.get(name) or default
    return [word.strip() for word in given.split(",") if word.strip()]


def required(name: str, why: str) -> str:
    """The value of a variable that must be set; `why` is part of the error message."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def kept_secret(path: Path, make: Callable[[], str] = secrets.token_urlsafe) -> str:
    """A development secret: made at the first call, then read from a file with mode 0600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()
