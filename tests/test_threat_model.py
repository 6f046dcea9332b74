"""Every row of the threat model has tests, and they are there."""

import ast
import re
from functools import cache

import pytest

from tests import CHECKOUT

TEXT = (CHECKOUT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| T")]
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


@cache
def functions_of(path: str) -> set[str]:
    """The names of the functions in a module; read once for all rows that name it."""
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_all_twenty_rows_are_there() -> None:
    assert [cells[0].strip() for cells in ROWS] == [f"T{number}" for number in range(1, 21)]


@pytest.mark.parametrize("cells", ROWS, ids=lambda cells: cells[0].strip())
def test_row_has_a_test_or_says_that_it_is_open(cells: list[str]) -> None:
    _, _, _, done, tests, _ = (cell.strip() for cell in cells)

    assert "::test_" in tests or done.startswith("open: ")


@pytest.mark.parametrize(("path", "name"), TESTS, ids=[name for _, name in TESTS])
def test_named_test_is_there(path: str, name: str) -> None:
    assert name in functions_of(path)
