"""Functions of the product, and mutants in them: drawn by a seed, found again by their function."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from tests import CHECKOUT
from tests.instruments.mutants.operators import Break, breaks

PRODUCT = ("intake", "pages", "clinic_site/web")
ALIKE = 0.35  # of a function that was renamed, to what it was
REWRITTEN = 0.5  # of an expression in it


class Function(NamedTuple):
    """A function or method: its file, its name with its classes, its text, its node."""

    path: Path
    name: str
    text: str
    node: ast.AST


@dataclass(frozen=True, slots=True)
class Mutant:
    """A break, known by what does not change when its function moves.

    `place` counts equal breaks in one function, from 0; `text` is the function as it was drawn.
    """

    number: int
    module: str
    function: str
    operator: str
    was: str
    becomes: str
    place: int
    text: str


class Found(NamedTuple):
    """Where a mutant is today: the file, the first line, and the file's text with the break."""

    path: Path
    line: int
    last_line: int
    text: str


def functions(paths: Iterable[Path]) -> Iterator[Function]:
    """Every function of those files, outermost first."""
    for path in paths:
        source = path.read_text(encoding="utf-8")
        yield from _inside(path, source, ast.parse(source), "")


def product(root: Path = CHECKOUT) -> list[Path]:
    """The modules of `intake`, `pages` and `clinic_site.web`, without migrations."""
    found = [path for part in PRODUCT for path in sorted((root / part).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def mutants(function: Function, root: Path = CHECKOUT) -> Iterator[Mutant]:
    """All mutants of a function, numbered 0."""
    module = ".".join(function.path.relative_to(root).with_suffix("").parts)
    for each, was, place in _told_apart(function.node):
        yield Mutant(0, module, function.name, each.operator, was, each.code, place, function.text)


def find(mutant: Mutant, today: list[Function]) -> Found | None:
    """The mutant in the function of the same name, or else in the one that looks most like it.

    The same expression counts first, then the one most like it. None when neither is there.
    """
    likely = list(_likely(mutant, today))
    for function in likely:
        for each, was, place in _told_apart(function.node):
            if (each.operator, was, place) == (mutant.operator, mutant.was, mutant.place):
                return _applied(function.path, each)
    for function in likely:
        if rewritten := _most_like(mutant, function):
            return _applied(function.path, rewritten)
    return None


def _likely(mutant: Mutant, today: list[Function]) -> Iterator[Function]:
    named = [each for each in today if each.name == mutant.function]
    named += [each for each in today if _last(each.name) == _last(mutant.function)]
    yield from sorted(named, key=lambda each: -_likeness(each.text, mutant.text))
    rest = [(_likeness(each.text, mutant.text), each) for each in today]
    renamed = [each for each in rest if each[0] >= ALIKE]
    yield from (function for _, function in sorted(renamed, key=lambda each: -each[0]))


def _most_like(mutant: Mutant, function: Function) -> Break | None:
    same = [each for each in breaks(function.node) if each.operator == mutant.operator]
    if _likeness(function.text, mutant.text) < ALIKE:
        return None
    likeness = [(_likeness(ast.unparse(each.node), mutant.was), each) for each in same]
    best, found = max(likeness, key=lambda each: each[0], default=(0, None))
    return found if best >= REWRITTEN else None


def _likeness(one: str, other: str) -> float:
    """From 0 to 1."""
    return SequenceMatcher(None, one, other).ratio()


def _last(name: str) -> str:
    return name.rpartition(".")[2].lstrip("_")


def _told_apart(node: ast.AST) -> Iterator[tuple[Break, str, int]]:
    seen: Counter[tuple[str, str]] = Counter()
    for each in breaks(node):
        was = ast.unparse(each.node)
        yield each, was, seen[each.operator, was]
        seen[each.operator, was] += 1


def _inside(path: Path, source: str, node: ast.AST, outer: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{outer}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield Function(path, name, ast.get_source_segment(source, child) or "", child)
            yield from _inside(path, source, child, f"{name}.")


def _applied(path: Path, broken: Break) -> Found:
    node = broken.node
    assert isinstance(node, ast.expr | ast.stmt)
    lines = path.read_bytes().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: (node.end_lineno or 0) - 1])) + (node.end_col_offset or 0)
    whole = b"".join(lines)
    changed = whole[:start] + broken.code.encode() + whole[end:]
    return Found(path, node.lineno, node.end_lineno or node.lineno, changed.decode())
