"""Folder of a static build: every page with its compressed copies and its response headers.

    files/faq/index.html, index.html.br, index.html.gz    a front server can serve these, too
    headers.json                                          by path, for status 200 and 304

A digest in headers.json covers all files, so that an incomplete folder is never used.
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
    """The folder is missing or incomplete, or somebody else could have written to it."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """The response headers of a page with status 200, and in `not_modified` those with 304."""

    headers: Headers
    not_modified: Headers


def file_of(path: str) -> str:
    """The file of a path: "/faq/" -> "files/faq/index.html"."""
    return f"{FILES}{path}index.html" if path.endswith("/") else f"{FILES}{path}"


def write_build(folder: Path, pages: Mapping[str, tuple[StoredPage, bytes]]) -> None:
    """Write the folder from headers and body by path. Compression is the strongest possible."""
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
    """Read the headers by path, after checking the digest. Raises IncompleteBuild."""
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
    """Raise IncompleteBuild unless only we can write: anybody could make a folder in /tmp."""
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
