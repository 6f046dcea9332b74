"""The readers' stylesheet: joins and minifies static/css for `<style>` elements.

Inlined into every page it saves a round trip. Its hash is part of the Content Security Policy.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rcssmin
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe

SOURCES = settings.BASE_DIR / "static" / "css"
BEFORE_COMPONENTS = ("layers.css", "reset.css", "tokens.css", "base.css", "layout.css")
AFTER_COMPONENTS = ("utilities.css", "print.css")
STATIC_URL = re.compile(r"""url\(["']?\.\./(?P<name>[^"')]+)["']?\)""")


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """Texts to print between `<style>` and `</style>`, and the CSP sources that allow them.

    `text` is part of every page. Each of `parts`, by name, is part of the pages that ask for it:
    `{% style "week" %}` in the block `head_extra`.
    """

    text: SafeString
    parts: Mapping[str, SafeString]
    csp_source: str


def inline() -> Stylesheet:
    """The stylesheet, built at the first call, or at every call while DEBUG is on."""
    return build() if settings.DEBUG else _built_once()


def build() -> Stylesheet:
    """Join, minify and hash the sources. ValueError when a font or image is not collected."""
    text = mark_safe(_minified(sources()))  # noqa: S308  our own files
    parts = {path.stem: mark_safe(_minified([path])) for path in part_sources()}  # noqa: S308
    hashes = [csp_source(each) for each in (text, *parts.values())]
    return Stylesheet(text=text, parts=parts, csp_source=" ".join(hashes))


def sources() -> Iterator[Path]:
    """The files of `text`, in the order of static/css/layers.css."""
    yield from (SOURCES / name for name in BEFORE_COMPONENTS)
    yield from sorted((SOURCES / "components").glob("*.css"))
    yield from (SOURCES / name for name in AFTER_COMPONENTS)


def part_sources() -> list[Path]:
    """The files of `parts`. Their order does not matter: each declares its cascade layer."""
    return sorted((SOURCES / "parts").glob("*.css"))


def csp_source(text: str) -> str:
    """The source expression of an inline text, with quotes: 'sha256-…' (CSP Level 3, 6.7.3.3)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@lru_cache
def _built_once() -> Stylesheet:
    return build()


def _minified(paths: Iterable[Path]) -> str:
    text = rcssmin.cssmin("".join(path.read_text("utf-8") for path in paths))
    return STATIC_URL.sub(_static_address, text)


def _static_address(found: re.Match[str]) -> str:
    return f"url({staticfiles_storage.url(found['name'])})"
