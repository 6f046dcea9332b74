"""Sizes of modules and functions, held in the range of the code bases we learn from.

whitenoise: functions median 8.5, p90 21; modules at most 287 lines.
"""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests import CHECKOUT

LONGEST_MODULE = 300
LONGEST_FUNCTION = 30

# Longer functions, each with its reason.
REASONED: dict[str, str] = {}


def sources() -> Iterator[Path]:
    for app in ("clinic_site", "pages", "intake"):
        for path in sorted((CHECKOUT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions() -> Iterator[tuple[str, int]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(CHECKOUT)}::{node.name}"
                yield name, (node.end_lineno or 0) - node.lineno + 1


def test_no_module_is_too_long():
    lengths = {str(p.relative_to(CHECKOUT)): len(p.read_text().splitlines()) for p in sources()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_functions_are_as_short_as_the_anchors(record_property):
    lengths = [length for _, length in functions()]
    median = statistics.median(lengths)
    p90 = statistics.quantiles(lengths, n=10)[-1]
    modules = [len(p.read_text().splitlines()) for p in sources()]
    report = f"functions: {len(lengths)}, median {median}, p90 {p90:.0f}; modules: median {statistics.median(modules)}, max {max(modules)}"  # noqa: E501
    record_property("shape", report)
    print(report)
    assert median <= 8.5, report
    assert p90 <= 21, report


def test_longer_functions_have_a_reason():
    long = {name for name, length in functions() if length > LONGEST_FUNCTION}
    assert long <= set(REASONED), long - set(REASONED)


def test_reasons_are_still_needed():
    assert set(REASONED) <= {name for name, length in functions() if length > LONGEST_FUNCTION}
