"""Pages as files against a bare application with the same bytes, against Django, against nginx.

One worker each, connections that stay open, brotli.
"""

import http.client
import json
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from tests.instruments.bench import loader, nginx, table
from tests.instruments.bench.table import Row
from tests.plugin.live_site import running_site
from tests.plugin.processes import Deployment

SECONDS = 2
FEW, MANY = 10, 1_000
Header = tuple[str, str]


class Asked:
    """One side: where it answers, what it is asked for, and how."""

    def __init__(
        self, address: str, paths: Sequence[str], scratch: Path, *, encoding: str = "br", etag=""
    ) -> None:
        self.port, self.paths, self.scratch = _port(address), paths, scratch
        self.headers = {"Accept-Encoding": encoding} | ({"If-None-Match": etag} if etag else {})
        self.status = 304 if etag else 200

    def __call__(self, number: int) -> float:
        return loader.per_second(
            self.port,
            self.paths,
            self.headers,
            seconds=SECONDS,
            status=self.status,
            scratch=self.scratch,
        )


def rows(deployment: Deployment) -> Iterator[Row]:
    """Ratios of answers per second."""
    site = deployment.environment("site", ALLOWED_HOSTS="localhost,127.0.0.1")
    asked = partial(Asked, scratch=deployment.folder)
    with ExitStack() as stack:
        files = stack.enter_context(running_site(**site))
        live = stack.enter_context(running_site(**site, CLINIC_PAGES="live"))
        paths = _one_of_each_kind(files)
        answers = {path: _answer(files, path) for path in paths.values()}
        bare = stack.enter_context(_bare(answers, site, deployment.folder))
        yield from _kinds(paths, partial(asked, files), partial(asked, bare))
        path = paths["content"]
        yield _against_django(asked(files, [path]), asked(live, [path]))
        etag = dict(answers[path]["headers"])["ETag"]
        yield _not_modified(asked(files, [path], etag=etag), asked(bare, [path], etag=etag))
        yield from _nginx(asked, files, path, deployment.folder, stack)
    yield from _growth(site, asked)


def _kinds(paths: Mapping[str, str], files, bare) -> Iterator[Row]:
    for kind, path in paths.items():
        runs = table.alternated({"files": files([path]), "bare": bare([path])})
        table.print_sides(f"{kind} page", {name: {"per second": v} for name, v in runs.items()})
        yield table.at_least(f"{kind} page against bare", runs["files"], runs["bare"], 0.75)


def _against_django(files: Asked, live: Asked) -> Row:
    runs = table.alternated({"files": files, "live": live})
    return table.at_least("content page against Django", runs["files"], runs["live"], 12)


def _not_modified(files: Asked, bare: Asked) -> Row:
    runs = table.alternated({"files": files, "bare": bare})
    return table.at_least("304 against a bare 304", runs["files"], runs["bare"], 0.8)


def _nginx(asked, files: str, path: str, folder: Path, stack: ExitStack) -> Iterator[Row]:
    """gzip on both sides: Debian's nginx knows no brotli."""
    if not shutil.which("nginx"):
        yield Row("content page against nginx", "nginx is not installed here")
        return
    front = stack.enter_context(nginx.serving(_folder_of_pages(), folder))
    sides = {
        "files": asked(files, [path], encoding="gzip"),
        "nginx": asked(front, [path], encoding="gzip"),
    }
    runs = table.alternated(sides)
    _, words = table.ratio(runs["files"], runs["nginx"])
    yield Row("content page against nginx", words)


def _growth(site: Mapping[str, str], asked) -> Iterator[Row]:
    """All pages of a side in turn, so that none stays at hand by chance."""
    with ExitStack() as stack:
        sides = {}
        for number in (FEW, 100, MANY):
            more = {"BENCH_PAGES": str(number), "BENCH_SCRATCH": str(asked.keywords["scratch"])}
            address = stack.enter_context(
                running_site("tests.instruments.bench.many_pages_wsgi", **{**site, **more})
            )
            paths = [f"/generated/{each}/" for each in range(number)]
            sides[f"{number} pages"] = asked(address, paths)
        runs = table.alternated(sides)
    table.print_sides("growth", {name: {"per second": each} for name, each in runs.items()})
    yield table.at_most(
        "cost of a page of 1,000 against 10", runs[f"{FEW} pages"], runs[f"{MANY} pages"], 1.1
    )


def _bare(answers: Mapping[str, Any], site: Mapping[str, str], folder: Path):
    file = folder / "answers.json"
    file.write_text(json.dumps(answers))
    return running_site("tests.instruments.bench.bare_pages_wsgi", **site, BENCH_ANSWERS=str(file))


def _one_of_each_kind(address: str) -> dict[str, str]:
    """The first page of each kind that is served from a file."""
    from pages.registry import PAGES, PageKind

    return {
        page.kind: f"/{page.path}" for page in reversed(PAGES) if page.kind is not PageKind.FORM
    }


def _answer(address: str, path: str) -> dict[str, Any]:
    """What the site says to a browser, and to one that has the page already."""
    whole, headers = _get(address, path)
    etag = dict(headers)["ETag"]
    _, not_modified = _get(address, path, {"If-None-Match": etag})
    return {
        "body": b64encode(whole).decode(),
        "headers": headers,
        "not_modified": not_modified,
    }


def _get(address: str, path: str, more: Mapping[str, str] = {}) -> tuple[bytes, list[Header]]:
    """Body and headers, without those that gunicorn adds itself."""
    with closing(http.client.HTTPConnection("127.0.0.1", _port(address))) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "br", **more})
        answer = connection.getresponse()
        body = answer.read()
    own = ("server", "date", "connection")
    return body, [each for each in answer.getheaders() if each[0].lower() not in own]


def _folder_of_pages() -> Path:
    from django.conf import settings

    return max(settings.PAGES_DIR.glob("*/"), key=lambda each: each.stat().st_mtime)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
