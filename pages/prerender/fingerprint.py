"""A name for everything that a page is made of: another clinic.toml, template, static file or line
of code, another name.

Contents count, not dates: a file that was copied or checked out again makes no new name.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings

CODE = ("clinic_site", "pages", "intake")
ADDED = ("templates", "static/css")  # the stylesheet is read from its sources
MANIFEST = "staticfiles.json"
LENGTH = 32


def fingerprint() -> str:
    """The name, as hexadecimal digits."""
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
