"""Serves the files of an edition, outermost: no Django request, no database.

Only what Django would answer with exactly these headers and words: GET or HEAD, the exact path,
a known host, https where it is required. A query is ignored, as the pages' view ignores it.
Everything else, and every refusal, is the application's.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags
from whitenoise import WhiteNoise
from whitenoise.responders import Response, StaticFile

from clinic_site.web.own_request import Application
from pages.prerender import static_build

CONTENTS = 2048  # files that each process keeps in memory, 10 KB on average
REMEMBERED = 256  # names of hosts, lists of encodings
ENCODINGS = {"br": ".br", "gzip": ".gz"}
ENCODING = re.compile(r"([\w*-]+)\s*(?:;\s*q=([\d.]+))?", re.ASCII)
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"


class PageFiles(WhiteNoise):
    """An application with files before it. NotWhole when the folder cannot be used."""

    def __init__(self, application: Application, folder: Path) -> None:
        super().__init__(application)
        self.files = {
            path: PageFile(str(folder / static_build.file_of(path)), page)
            for path, page in static_build.read(folder).items()
        }
        self.requires_https = settings.SECURE_SSL_REDIRECT
        self.https_header = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
        self.is_known_host = _judge_of_hosts(list(settings.ALLOWED_HOSTS))

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        file = self.files.get(environ["PATH_INFO"])
        if file is not None and self.is_ordinary(environ):
            with suppress(OSError):  # somebody swept the folder away
                return self.serve(file, environ, start_response)
        return self.application(environ, start_response)

    @staticmethod
    def serve(
        static_file: "PageFile", environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """From memory: to hand a file to the server takes longer than to send what is in it."""
        response = static_file.get_response(environ["REQUEST_METHOD"], environ)
        start_response(response.status, response.headers)
        return response.file

    def is_ordinary(self, environ: dict[str, Any]) -> bool:
        """Django would show the page, and nothing but the page."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("SCRIPT_NAME")
            and "HTTP_IF_MATCH" not in environ
            and "HTTP_IF_UNMODIFIED_SINCE" not in environ
            and (not self.requires_https or self.is_https(environ))
            and self.is_known_host(environ.get("HTTP_HOST", ""))
        )

    def is_https(self, environ: dict[str, Any]) -> bool:
        """By the header that Django trusts. False also when it is written in an unusual way."""
        name, value = self.https_header
        return environ.get(name) == value


class PageFile(StaticFile):
    """One page. It is the application's answer to the word, so nothing is added to its headers."""

    def __init__(self, path: str, page: static_build.Page) -> None:
        copies = {encoding: path + suffix for encoding, suffix in ENCODINGS.items()}
        super().__init__(path, list(page.headers), encodings=copies)
        self.not_modified_response = Response(NOT_MODIFIED, list(page.not_modified), [])

    def get_headers(self, headers_list: list[tuple[str, str]], files: object) -> Headers:
        return Headers(headers_list)

    def get_response(self, method: str, environ: dict[str, Any]) -> Response:
        """No part of a page (Range): Django sends none either."""
        if self.is_not_modified(environ):
            return self.not_modified_response
        path, headers = self.get_path_and_headers(environ)
        return Response(OK, headers, [] if method == "HEAD" else [_content(path)])

    def is_not_modified(self, environ: dict[str, Any]) -> bool:
        known = environ.get("HTTP_IF_NONE_MATCH")
        return known is not None and (known == self.etag or _names(known, self.etag))

    def get_path_and_headers(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
        """The smallest copy that the reader takes; WhiteNoise looks for words alone."""
        taken = _taken(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return super().get_path_and_headers({"HTTP_ACCEPT_ENCODING": taken})  # type: ignore[no-any-return]


@lru_cache(CONTENTS)
def _content(path: str) -> bytes:
    """Of a file in a folder whose files never change. Raises OSError."""
    return Path(path).read_bytes()


@lru_cache(REMEMBERED)
def _taken(accept_encoding: str) -> str:
    """Those of our encodings that are named and not refused: "gzip;q=0, br" -> "br"."""
    named = {name: quality or "1" for name, quality in ENCODING.findall(accept_encoding)}
    return " ".join(each for each in ENCODINGS if named.get(each, "0").strip("0."))


def _names(known: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag; weakly, RFC 9110, 13.1.2."""
    etags = parse_etags(known)
    return etags == ["*"] or etag.removeprefix("W/") in {e.removeprefix("W/") for e in etags}


def _judge_of_hosts(allowed: list[str]) -> Callable[[str], bool]:
    @lru_cache(REMEMBERED)
    def is_known(host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, allowed)

    return is_known
