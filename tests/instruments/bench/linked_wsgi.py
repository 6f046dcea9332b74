"""The pages as they would be with their stylesheet in one file with a hashed name."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import brotli

from clinic_site.web import stylesheet
from clinic_site.web.own_request import WsgiResponse, ask
from clinic_site.wsgi import application as inlined

STYLE = re.compile(rb"<style>.*?</style>", re.DOTALL)
SHEET = "".join([stylesheet.inline().text, *stylesheet.inline().parts.values()]).encode()
NAME = f"/static/css/site.{hashlib.sha256(SHEET).hexdigest()[:12]}.css"
LINK = f'<link rel="stylesheet" href="{NAME}">'.encode()
FOREVER = "max-age=315360000, public, immutable"


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The sheet, pages that link it, and everything else as it is."""
    path = environ["PATH_INFO"]
    if path == NAME:
        return _send(start_response, brotli.compress(SHEET), "text/css; charset=utf-8", FOREVER)
    if path.endswith("/"):
        page = _asked(path)
        words = page.header("Content-Type"), page.header("Cache-Control")
        return _send(start_response, _linked(page.body), *words)
    return inlined(environ, start_response)


@lru_cache
def _asked(path: str) -> WsgiResponse:
    site: Any = inlined
    return ask(site, path)


@lru_cache
def _linked(page: bytes) -> bytes:
    return bytes(brotli.compress(STYLE.sub(b"", STYLE.sub(LINK, page, count=1))))


def _send(start_response: Any, body: bytes, kind: str, cache: str) -> list[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Cache-Control", cache),
        ("Content-Encoding", "br"),
        ("Content-Length", str(len(body))),
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'",
        ),
        ("Vary", "Accept-Encoding"),
    ]
    start_response("200 OK", headers)
    return [body]
