"""The readers' stylesheet: layered source files in, minified texts for `<style>` out.

Printed into every page it saves a round trip; its hash stands in the Content Security Policy.
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
    """Texts go between `<style>` and `</style>` as they are; `csp_source` allows exactly them.

    `text` stands on every page. Each of `parts` stands only where a page asks for it:
    `{% style "week" %}` in the block `head_extra`.
    """

    text: SafeString
    parts: Mapping[str, SafeString]
    csp_source: str


def inline() -> Stylesheet:
    """The stylesheet; built once, or anew at each call while DEBUG is on."""
    return build() if settings.DEBUG else _built_once()


def build() -> Stylesheet:
    """Join, minify and hash the sources. ValueError when a font or image is not collected."""
    text = mark_safe(_minified(sources()))  # noqa: S308  our own files
    parts = {path.stem: mark_safe(_minified([path])) for path in part_sources()}  # noqa: S308
    hashes = [csp_source(each) for each in (text, *parts.values())]
    return Stylesheet(text=text, parts=parts, csp_source=" ".join(hashes))


def sources() -> Iterator[Path]:
    """The files of `text` in the order of static/css/layers.css."""
    yield from (SOURCES / name for name in BEFORE_COMPONENTS)
    yield from sorted((SOURCES / "components").glob("*.css"))
    yield from (SOURCES / name for name in AFTER_COMPONENTS)


def part_sources() -> list[Path]:
    """The files of `parts`; the layer that each names decides its place, not its order."""
    return sorted((SOURCES / "parts").glob("*.css"))


def csp_source(text: str) -> str:
    """The CSP source expression of an inline text: 'sha256-…' with its quotes (CSP 3, 6.7.3.3)."""
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
