"""The list of what is checked by hand names every rule, and tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests import CHECKOUT

TEXT = (CHECKOUT / "docs" / "manual-checks.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if re.match(r"\| \d\.\d", line)]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
CRITERIA = re.findall(
    r"\S+",
    """
    1.1.1 1.3.1 1.3.2 1.3.4 1.3.5 1.4.1 1.4.3 1.4.4 1.4.5 1.4.6 1.4.10 1.4.11 1.4.12 1.4.13
    2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.3 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.4.12
    2.4.13 2.5.3 2.5.5 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3
    3.3.4 3.3.7 3.3.8 4.1.2 4.1.3
    """,
)


@cache
def functions_of(path: str) -> set[str]:
    """The names of the functions in a module; read once for all rows that name it."""
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_criterion_has_one_row() -> None:
    named = [number for row in ROWS for number in row.split("|")[1].replace(",", " ").split()]

    assert sorted(named) == sorted(CRITERIA)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_row_says_how_it_is_checked(row: str) -> None:
    assert "::test_" in row or "by hand" in row or "axe" in row


@pytest.mark.parametrize(("path", "name"), TESTS, ids=[f"{Path(p).stem}-{n}" for p, n in TESTS])
def test_named_test_is_there(path: str, name: str) -> None:
    assert name in functions_of(path)
