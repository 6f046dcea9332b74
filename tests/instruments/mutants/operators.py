"""The mutation operators: which expressions can be broken, and what each becomes."""

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


class Break(NamedTuple):
    """One way to break one node: the node, the operator's name, and the code in its place."""

    node: ast.AST
    operator: str
    code: str


def breaks(function: ast.AST) -> Iterator[Break]:
    """Every break of a function's body, in the order of the syntax tree."""
    for node in _body(function):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
            compared: Any = copy.deepcopy(node)
            compared.ops[0] = SWAPPED[type(node.ops[0])]()
            yield Break(node, "comparison", ast.unparse(compared))
        elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPPED:
            joined: Any = copy.deepcopy(node)
            joined.op = SWAPPED[type(node.op)]()
            yield Break(node, "operator", f"({ast.unparse(joined)})")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield Break(node, "not", f"({ast.unparse(node.operand)})")
        elif isinstance(node, ast.If | ast.IfExp):
            yield Break(node.test, "condition", f"(not ({ast.unparse(node.test)}))")
        elif isinstance(node, ast.Return) and not _is_none(node.value):
            yield Break(node, "return", "return None")
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield Break(node, "call", "pass")
        elif isinstance(node, ast.Constant):
            yield from _of_constant(node)


def _of_constant(node: ast.Constant) -> Iterator[Break]:
    if isinstance(node.value, bool):
        yield Break(node, "constant", repr(not node.value))
    elif isinstance(node.value, int):
        yield Break(node, "constant", repr(node.value + 1))
    elif isinstance(node.value, str) and node.value:
        yield Break(node, "constant", repr("~" + node.value))


def _body(function: ast.AST) -> Iterator[ast.AST]:
    """Nodes of the body; annotations, docstrings, f-string parts and inner functions left out."""
    waiting: list[ast.AST] = list(reversed(getattr(function, "body", [])))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.JoinedStr):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node
        children = [
            child
            for name, value in ast.iter_fields(node)
            if name != "annotation"
            for child in (value if isinstance(value, list) else [value])
            if isinstance(child, ast.AST)
        ]
        waiting.extend(reversed(children))


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
