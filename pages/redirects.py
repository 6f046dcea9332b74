"""Redirects from a clinic's old website: `redirects.toml`, old path -> page name or path.

A line with a mistake is not served, and `manage.py check` reports it. No redirect leads to another
host, and none keeps the query, which could tell what a visitor was looking for.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages.registry import BY_NAME, PAGES

OLD_PATH = re.compile(r"/[^\s?#]+")
OURS = ("/desk/", "/static/", "/calendar/", "/.well-known/")
OUR_FILES = ("/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/favicon.ico")


@dataclass(frozen=True, slots=True)
class Redirect:
    """A line of the file; `line` is its number."""

    old: str
    new: str
    line: int

    @property
    def path(self) -> str:
        """The old path without a slash at its end: "/about-us/" -> "/about-us"."""
        return _bare(self.old)

    @property
    def target(self) -> str:
        """The new path: that of the named page, or as it was written."""
        return f"/{BY_NAME[self.new].path}" if self.new in BY_NAME else self.new


class RedirectsFileError(Exception):
    """The file is not TOML, or the table `redirects` has values that are not strings."""


def load_redirects(path: Path) -> tuple[Redirect, ...]:
    """The lines of the file; none when it does not exist. Raises RedirectsFileError."""
    if not path.exists():
        return ()
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text).get("redirects", {})
    except tomllib.TOMLDecodeError as error:
        raise RedirectsFileError(f"{path.name}: not valid TOML: {error}") from None
    if not all(isinstance(new, str) for new in table.values()):
        raise RedirectsFileError(f"{path.name}: each address needs a page or a path in quotes")
    return tuple(Redirect(old, new, _line(text, old)) for old, new in table.items())


def served(redirects: tuple[Redirect, ...]) -> dict[str, str]:
    """Old path -> final new path, for the lines without a mistake; chains are followed."""
    by_path = {each.path: each for each in redirects}
    return {
        each.path: _followed(each, by_path)[-1].target
        for each in redirects
        if mistake(each, by_path) is None
    }


def mistakes(redirects: tuple[Redirect, ...]) -> Iterator[tuple[Redirect, str]]:
    """Each line that cannot be served, with the reason in words."""
    by_path = {each.path: each for each in redirects}
    for each in redirects:
        if (reason := mistake(each, by_path)) is not None:
            yield each, reason


def mistake(each: Redirect, by_path: dict[str, Redirect]) -> str | None:
    """The reason why a line cannot be served; None when it can."""
    if not OLD_PATH.fullmatch(each.old):
        return f'"{each.old}" is not a path such as "/about-us"'
    if _is_live(each.path) or each.old.startswith(OURS) or each.old in OUR_FILES:
        return f'"{each.old}" is an address of this site and would be hidden'
    if by_path[each.path] is not each:
        return f'"{each.old}" stands here twice'
    return _wrong_end(each, by_path)


def _wrong_end(each: Redirect, by_path: dict[str, Redirect]) -> str | None:
    way = _followed(each, by_path)
    if _bare(way[-1].target) in by_path:
        return f'"{each.old}" leads in a circle'
    if not _is_live(_bare(way[-1].target)):
        return f'"{way[-1].new}" is neither a page nor a path of this site'
    return None


def _followed(each: Redirect, by_path: dict[str, Redirect]) -> list[Redirect]:
    """The line and those that it leads on to, ending before one would be repeated."""
    way = [each]
    while (after := by_path.get(_bare(way[-1].target))) is not None and after not in way:
        way.append(after)
    return way


def _is_live(path: str) -> bool:
    return path in {_bare(f"/{page.path}") for page in PAGES}


def _bare(path: str) -> str:
    return path.partition("#")[0].rstrip("/") or "/"


def _line(text: str, old: str) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith(f'"{old}"')), 0)
