"""WSGI middleware that serves the static build before Django sees the request.

It answers only where Django would send exactly these headers and this body: GET or HEAD, the exact
path, a known host, https where required. It ignores the query, as the view of pages does. Anything
else, and every error, is left to the application.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags

from pages.prerender import static_build

CONTENTS = 2048  # files that a process keeps in memory, 10 KB each on average
REMEMBERED = 256  # host names and Accept-Encoding headers that a process keeps parsed
SUFFIXES = {"br": ".br", "gzip": ".gz"}
ENCODING = re.compile(r"([\w*-]+)\s*(?:;\s*q=([\d.]+))?", re.ASCII)
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file with a page in one content encoding ("" for none), and its headers."""

    encoding: str
    path: Path
    size: int
    headers: list[tuple[str, str]]


class PageFiles:
    """The middleware. Raises IncompleteBuild when the folder cannot be used."""

    def __init__(self, application: WSGIApplication, folder: Path) -> None:
        self.application = application
        self.files = {
            path: PageFile(folder / static_build.file_of(path), page)
            for path, page in static_build.read_build(folder).items()
        }
        self.requires_https = settings.SECURE_SSL_REDIRECT
        self.https_header = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
        self.is_known_host = _judge_of_hosts(list(settings.ALLOWED_HOSTS))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        file = self.files.get(environ["PATH_INFO"])
        if file is not None and self.is_ordinary(environ):
            with suppress(OSError):  # the folder has been removed
                return file.respond(environ, start_response)
        return self.application(environ, start_response)

    def is_ordinary(self, environ: WSGIEnvironment) -> bool:
        """Whether Django would answer with the page, and not with a redirect or an error."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("SCRIPT_NAME")
            and "HTTP_IF_MATCH" not in environ
            and "HTTP_IF_UNMODIFIED_SINCE" not in environ
            and (not self.requires_https or self.is_https(environ))
            and self.is_known_host(environ.get("HTTP_HOST", ""))
        )

    def is_https(self, environ: WSGIEnvironment) -> bool:
        """Whether the header that Django trusts says https, in exactly the configured words."""
        name, value = self.https_header
        return environ.get(name) == value


class PageFile:
    """A page: its stored response in several encodings, and the 304 that can replace it."""

    def __init__(self, path: Path, page: static_build.StoredPage) -> None:
        self.etag = dict(page.headers)["ETag"]
        self.not_modified_headers = list(page.not_modified)
        self.copies = sorted(_copies(path, page), key=lambda copy: copy.size)

    def respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send the page or 304. Ignores Range headers, as Django does for pages.

        Raises OSError when the file is missing, before anything is sent.
        """
        if self.is_not_modified(environ):
            start_response(NOT_MODIFIED, self.not_modified_headers)
            return []
        copy = self.smallest_copy(environ)
        body = [] if environ["REQUEST_METHOD"] == "HEAD" else [_content(copy.path)]
        start_response(OK, copy.headers)
        return body

    def is_not_modified(self, environ: WSGIEnvironment) -> bool:
        """Whether If-None-Match says that the client has the page already (RFC 9110, 13.1.2)."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        return known is not None and (known == self.etag or _names(known, self.etag))

    def smallest_copy(self, environ: WSGIEnvironment) -> Copy:
        """The smallest copy in an encoding that the client accepts."""
        taken = _taken(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return next(copy for copy in self.copies if copy.encoding in taken)


def _copies(path: Path, page: static_build.StoredPage) -> Iterator[Copy]:
    """The page without an encoding, and each compressed copy that exists."""
    size = path.stat().st_size
    yield Copy("", path, size, [*page.headers, ("Content-Length", str(size))])
    for encoding, suffix in SUFFIXES.items():
        packed = path.with_name(path.name + suffix)
        if packed.exists():
            size = packed.stat().st_size
            own = [("Content-Length", str(size)), ("Content-Encoding", encoding)]
            yield Copy(encoding, packed, size, [*page.headers, *own])


@lru_cache(CONTENTS)
def _content(path: Path) -> bytes:
    """The contents of a file, which never change. Raises OSError."""
    return path.read_bytes()


@lru_cache(REMEMBERED)
def _taken(accept_encoding: str) -> tuple[str, ...]:
    """The encodings that we have and the client accepts: "gzip;q=0, br" -> ("", "br")."""
    named = {name: quality or "1" for name, quality in ENCODING.findall(accept_encoding)}
    return "", *(each for each in SUFFIXES if named.get(each, "0").strip("0."))


def _names(known: str, etag: str) -> bool:
    """Whether If-None-Match includes the ETag, by weak comparison (RFC 9110, 8.8.3.2)."""
    etags = parse_etags(known)
    return etags == ["*"] or etag.removeprefix("W/") in {e.removeprefix("W/") for e in etags}


def _judge_of_hosts(allowed: list[str]) -> Callable[[str], bool]:
    @lru_cache(REMEMBERED)
    def is_known(host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, allowed)

    return is_known
