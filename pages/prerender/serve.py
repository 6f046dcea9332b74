"""WSGI middleware that serves the static build, outermost: no Django request, no database.

Only what Django would answer with exactly these headers and words: GET or HEAD, the exact path,
a known host, https where it is required. A query is ignored, as the pages' view ignores it.
Everything else, and every refusal, is the application's.
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

CONTENTS = 2048  # files that each process keeps in memory, 10 KB on average
REMEMBERED = 256  # names of hosts, lists of encodings
SUFFIXES = {"br": ".br", "gzip": ".gz"}
ENCODING = re.compile(r"([\w*-]+)\s*(?:;\s*q=([\d.]+))?", re.ASCII)
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file with the page's words, in one content encoding ("" for none), and its headers."""

    encoding: str
    path: Path
    size: int
    headers: list[tuple[str, str]]


class PageFiles:
    """An application with files before it. IncompleteBuild when the folder cannot be used."""

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
            with suppress(OSError):  # somebody swept the folder away
                return file.respond(environ, start_response)
        return self.application(environ, start_response)

    def is_ordinary(self, environ: WSGIEnvironment) -> bool:
        """Django would show the page, and nothing but the page."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("SCRIPT_NAME")
            and "HTTP_IF_MATCH" not in environ
            and "HTTP_IF_UNMODIFIED_SINCE" not in environ
            and (not self.requires_https or self.is_https(environ))
            and self.is_known_host(environ.get("HTTP_HOST", ""))
        )

    def is_https(self, environ: WSGIEnvironment) -> bool:
        """By the header that Django trusts. False also when it is written in an unusual way."""
        name, value = self.https_header
        return environ.get(name) == value


class PageFile:
    """One page. It is the application's answer to the word, so nothing is added to its headers."""

    def __init__(self, path: Path, page: static_build.StoredPage) -> None:
        self.etag = dict(page.headers)["ETag"]
        self.not_modified_headers = list(page.not_modified)
        self.copies = sorted(_copies(path, page), key=lambda copy: copy.size)

    def respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The page or 304, from memory; no part of a page (Range): Django sends none either.

        Raises OSError, before anything is sent, when the file is gone.
        """
        if self.is_not_modified(environ):
            start_response(NOT_MODIFIED, self.not_modified_headers)
            return []
        copy = self.smallest_copy(environ)
        body = [] if environ["REQUEST_METHOD"] == "HEAD" else [_content(copy.path)]
        start_response(OK, copy.headers)
        return body

    def is_not_modified(self, environ: WSGIEnvironment) -> bool:
        """The reader has the page already, by its ETag."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        return known is not None and (known == self.etag or _names(known, self.etag))

    def smallest_copy(self, environ: WSGIEnvironment) -> Copy:
        """The smallest one in an encoding that the reader takes."""
        taken = _taken(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return next(copy for copy in self.copies if copy.encoding in taken)


def _copies(path: Path, page: static_build.StoredPage) -> Iterator[Copy]:
    """The page as it is, and each compressed copy that was worth writing."""
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
    """Of a file in a folder whose files never change. Raises OSError."""
    return path.read_bytes()


@lru_cache(REMEMBERED)
def _taken(accept_encoding: str) -> tuple[str, ...]:
    """No encoding, and those of ours that are named and not refused: "gzip;q=0, br" -> "", "br"."""
    named = {name: quality or "1" for name, quality in ENCODING.findall(accept_encoding)}
    return "", *(each for each in SUFFIXES if named.get(each, "0").strip("0."))


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
