"""A folder with every page: the text, its compressed copies, and the headers of the answers.

    files/faq/index.html, index.html.br, index.html.gz    what a front server can serve as well
    headers.json                                          of each path: for 200 and for 304

A folder is read whole or not at all: a digest in `headers.json` covers the rest.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whitenoise.compress import Compressor

Headers = tuple[tuple[str, str], ...]

FILES = "files"
HEADERS = "headers.json"
WRITABLE_BY_OTHERS = 0o022


class IncompleteBuild(Exception):
    """There is no such folder, or not all of it, or somebody else could have written it."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """An answer that everybody gets. `not_modified` goes with the 304 that can stand for it."""

    headers: Headers
    not_modified: Headers


def file_of(path: str) -> str:
    """Where a page's text is: "/faq/" -> "files/faq/index.html"."""
    return f"{FILES}{path}index.html" if path.endswith("/") else f"{FILES}{path}"


def write_build(folder: Path, pages: Mapping[str, tuple[StoredPage, bytes]]) -> None:
    """Make the folder. Texts are compressed as far as it goes: it is done once."""
    compressor = Compressor(quiet=True)
    for path, (_, text) in pages.items():
        file = folder / file_of(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
        compressor.compress(str(file))
    headers = {path: [page.headers, page.not_modified] for path, (page, _) in pages.items()}
    listed = json.dumps(headers, indent=1)
    whole = {"digest": _digest(folder, listed), "pages": listed}
    (folder / HEADERS).write_text(json.dumps(whole), encoding="utf-8")


def read_build(folder: Path) -> dict[str, StoredPage]:
    """Path -> page. IncompleteBuild says that the folder cannot be used."""
    try:
        _require_ours(folder)
        whole = json.loads((folder / HEADERS).read_text(encoding="utf-8"))
        if whole["digest"] != _digest(folder, whole["pages"]):
            raise IncompleteBuild(f"{folder} has changed since it was written")
        pages = json.loads(whole["pages"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IncompleteBuild(str(folder)) from error
    return {
        path: StoredPage(*(tuple((name, value) for name, value in each) for each in both))
        for path, both in pages.items()
    }


def _require_ours(folder: Path) -> None:
    """In a /tmp that many share, anybody can make a folder of this name first."""
    for each in (folder.parent, folder):
        found = each.stat()
        if found.st_uid != os.geteuid() or found.st_mode & WRITABLE_BY_OTHERS:
            raise IncompleteBuild(f"{each} is not ours alone")


def _digest(folder: Path, listed: str) -> str:
    digest = hashlib.sha256(listed.encode())
    for file in sorted(each for each in (folder / FILES).rglob("*") if each.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
