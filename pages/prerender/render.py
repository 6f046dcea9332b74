"""Static site generation: renders each page once, through views and middleware, into a folder.

The first process that needs the folder makes it, while others wait; it appears complete or not at
all. Its name is the fingerprint of what pages depend on, so that no page is served after a change.
If the folder cannot be made, pages are rendered for each request.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import WSGIApplication

from django.conf import settings

from clinic_site.web.own_request import WsgiResponse, ask
from pages.prerender import static_build
from pages.prerender.fingerprint import fingerprint
from pages.prerender.serve import PageFiles
from pages.prerender.static_build import IncompleteBuild, StoredPage
from pages.registry import PAGES, PageKind

ADDRESSES = (
    *(f"/{page.path}" for page in PAGES if page.kind is not PageKind.FORM),
    "/robots.txt",
)
KEPT = 4  # folders, as processes of another version may still be using theirs
LOCK = ".lock"

logger = logging.getLogger(__name__)


class NotRendered(Exception):
    """A page could not be rendered, or a file has changed since this process loaded its code."""


def wrap(application: WSGIApplication, name: str) -> WSGIApplication:
    """Serve the static build before the application, or the application alone if that fails.

    `name` is the fingerprint, taken before the application was loaded.
    """
    if not settings.PAGES_FROM_FILES:
        return application
    try:
        return PageFiles(application, ensure_build(application, name))
    except Exception:  # the site works without the folder, only more slowly
        logger.exception("pages are rendered for each request")
        return application


def ensure_build(application: WSGIApplication, name: str) -> Path:
    """The folder of that name, made unless it exists. Raises NotRendered or OSError."""
    folder = settings.PAGES_DIR / name
    settings.PAGES_DIR.mkdir(parents=True, exist_ok=True)
    with _alone(settings.PAGES_DIR):
        try:
            static_build.read_build(folder)
        except IncompleteBuild:
            _make(application, folder)
        os.utime(folder)
        _sweep(settings.PAGES_DIR)
    return folder


def render_all(application: WSGIApplication) -> dict[str, tuple[StoredPage, bytes]]:
    """Headers and body by path, for the addresses that are cacheable (Cache-Control: public).

    Raises NotRendered.
    """
    found = {}
    for path in ADDRESSES:
        answer = _expect(HTTPStatus.OK, ask(application, path))
        if answer.header("Cache-Control").startswith("public"):
            known = ask(application, path, HTTP_IF_NONE_MATCH=answer.header("ETag"))
            headers = tuple(each for each in answer.headers if each[0] != "Content-Length")
            page = StoredPage(headers, _expect(HTTPStatus.NOT_MODIFIED, known).headers)
            found[path] = page, answer.body
    return found


def _expect(status: HTTPStatus, answer: WsgiResponse) -> WsgiResponse:
    if answer.status is not status:
        raise NotRendered(f"{answer.status.value} instead of {status.value}")
    return answer


def _make(application: WSGIApplication, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as scratch:
        made = Path(scratch) / "made"
        static_build.write_build(made, render_all(application))
        if fingerprint() != folder.name:
            raise NotRendered("a file has changed meanwhile")
        if folder.exists():
            folder.rename(Path(scratch) / "broken")
        made.rename(folder)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold a file lock; the kernel releases it when the process is killed."""
    with (place / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(place: Path) -> None:
    """Remove the folders that were used least recently, and those of killed processes."""
    folders = sorted(place.glob("*/"), key=lambda each: each.stat().st_mtime, reverse=True)
    left = [each for each in folders if each.name.startswith(".")]
    done = [each for each in folders if each not in left]
    for each in (*left, *done[KEPT:]):
        shutil.rmtree(each, ignore_errors=True)
