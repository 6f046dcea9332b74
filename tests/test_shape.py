"""The shape of the product's code: short functions, short modules, folders that fit on a page.

The limits are the figures that this code has reached; they are better than those of every code
base that it was measured against (whitenoise: functions median 8.5 lines, 90 % under 21). A change
that makes one of them worse fails here and says where.
"""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import CHECKOUT

APPS = ("clinic_site", "pages", "intake")
MEDIAN_FUNCTION, NINE_OF_TEN_FUNCTIONS, LONGEST_FUNCTION = 5, 12, 30  # lines
LONGEST_MODULE = 300
MOST_MODULES = 15  # in one folder, without its __init__.py
LONGEST_TEMPLATE = 40  # of those that other templates include


@cache
def modules() -> dict[str, str]:
    """The text of each module of the product, by its path; no migrations."""
    return {
        str(path.relative_to(CHECKOUT)): path.read_text(encoding="utf-8")
        for app in APPS
        for path in sorted((CHECKOUT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def functions() -> dict[str, int]:
    """How many lines each function has, by module and name."""
    return {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, text in modules().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def crowded(root: Path) -> Iterator[str]:
    """A line for each folder below the root that has too many modules, and what to do about it."""
    for folder in sorted({path.parent for path in root.rglob("*.py")}):
        found = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        if len(found) > MOST_MODULES:
            yield (
                f"{folder.relative_to(root.parent)}/ has {len(found)} modules, {MOST_MODULES} at "
                "most: merge two of them, or give those that belong together a folder of their own"
            )


@pytest.mark.parametrize("app", APPS)
def test_no_folder_is_crowded(app: str) -> None:
    assert list(crowded(CHECKOUT / app)) == []


def test_module_put_into_a_full_folder_is_refused_with_the_folders_name(tmp_path: Path) -> None:
    full = tmp_path / "intake" / "full"
    full.mkdir(parents=True)
    for number in range(MOST_MODULES):
        (full / f"module{number}.py").touch()
    (full / "__init__.py").touch()
    assert list(crowded(tmp_path / "intake")) == []

    (full / "one_more.py").touch()

    (line,) = crowded(tmp_path / "intake")
    assert line.startswith("intake/full/ has 16 modules")


def test_no_module_is_too_long() -> None:
    lengths = {path: len(text.splitlines()) for path, text in modules().items()}

    long = {path: length for path, length in lengths.items() if length > LONGEST_MODULE}
    assert not long, f"split by what they do: {long}"


def test_functions_stay_short() -> None:
    lengths = list(functions().values())
    median, nine_of_ten = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    at_the_limit = sorted(name for name, n in functions().items() if n > NINE_OF_TEN_FUNCTIONS)

    print(f"functions: {len(lengths)}, median {median}, 90 % up to {nine_of_ten:.1f} lines")
    assert median <= MEDIAN_FUNCTION
    assert nine_of_ten <= NINE_OF_TEN_FUNCTIONS, "take one of these apart: " + ", ".join(
        at_the_limit
    )


def test_no_function_is_too_long() -> None:
    long = {name: length for name, length in functions().items() if length > LONGEST_FUNCTION}
    assert not long, f"take them apart: {long}"


@pytest.mark.parametrize("folder", ["components", "partials"])
def test_included_templates_stay_short(folder: str) -> None:
    paths = [
        path for path in (CHECKOUT / "templates").rglob("*.html") if folder in path.parent.parts
    ]
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}

    assert paths
    assert {name: length for name, length in lengths.items() if length > LONGEST_TEMPLATE} == {}
