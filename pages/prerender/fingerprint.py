"""Fingerprint of everything that pages depend on: clinic.toml, templates, static files and code.

It is a hash of contents, not of dates: copying or checking out a file again does not change it.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings

CODE = ("clinic_site", "pages", "intake")
ADDED = ("templates", "static/css")  # the stylesheet is built from its sources
MANIFEST = "staticfiles.json"
LENGTH = 32


def fingerprint() -> str:
    """The fingerprint, as 32 hexadecimal digits."""
    digest = hashlib.sha256(_circumstances().encode())
    for path in _sources():
        content = path.read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:LENGTH]


def _circumstances() -> str:
    chosen = settings.PRODUCTION, settings.SERVES, settings.STATIC_URL
    return repr((sys.version, django.VERSION, *chosen))


def _sources() -> Iterator[Path]:
    for name in CODE:
        for suffix in ("py", "toml"):
            yield from sorted((settings.BASE_DIR / name).rglob(f"*.{suffix}"))
    for name in ADDED:
        yield from sorted(each for each in (settings.BASE_DIR / name).rglob("*") if each.is_file())
    for path in (settings.CLINIC_FILE, settings.STATIC_ROOT / MANIFEST):
        if path.exists():
            yield path
