"""Schema validation: reads a TOML table into frozen dataclasses and reports all mistakes at once.

The dataclass is the schema: its fields are the keys, with their types; a field with a default may
be left out, and a key that is not a field is a mistake. A type that TOML does not have is written
`Annotated[Type, Conversion(...)]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

WRONG: Final = object()
"""Returned in the place of a value that is wrong."""

PLAIN_KINDS: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text in quotes",
    date: "a date such as 2026-11-26",
}


class ClinicFileError(Exception):
    """The file is wrong. The message has one line for each of `mistakes`."""

    def __init__(self, file: str, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{file}: {mistake}" for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class Conversion:
    """Reads a value as `kind` (object: any TOML value), then converts it with `convert`.

    `convert` raises ValueError, TypeError, KeyError or OSError when the value is wrong; the mistake
    then says that `expected` was expected.
    """

    expected: str
    convert: Callable[[Any], object]
    kind: Any = object


class Reader:
    """Reads values by the types of their fields; `mistakes` has texts by path: "hours.monday"."""

    def __init__(self) -> None:
        self.mistakes: dict[str, str] = {}

    def read_table(
        self, kinds: Mapping[str, Any], optional: set[str], value: object, path: str
    ) -> Any:
        """The values of the keys that the table has, by key; or WRONG.

        `kinds` has the type of each key; those in `optional` may be missing.
        """
        if not isinstance(value, dict):
            return self._expected("a table", value, path)
        before = len(self.mistakes)
        self._note_keys(kinds, optional, value, path)
        read = {
            key: self.read_value(kind, value[key], joined(path, key))
            for key, kind in kinds.items()
            if key in value
        }
        return read if len(self.mistakes) == before else WRONG

    def read_value(self, kind: Any, value: object, path: str) -> Any:
        """The value as an instance of the type `kind`, or WRONG with the mistakes noted."""
        if get_origin(kind) is Annotated:
            return self._converted(get_args(kind)[1], value, path)
        if get_origin(kind) is UnionType:
            return self.read_value(get_args(kind)[0], value, path)
        if get_origin(kind) is tuple:
            return self._items(get_args(kind)[0], value, path)
        if isinstance(kind, type) and is_dataclass(kind):
            return self._instance(kind, value, path)
        return self._plain(kind, value, path)

    def _note_keys(
        self, kinds: Mapping[str, Any], optional: set[str], value: Mapping[str, Any], path: str
    ) -> None:
        missing = [key for key in kinds if key not in value and key not in optional]
        spare = [key for key in kinds if key not in value]
        for key in missing:
            self.mistakes[joined(path, key)] = f"missing; expected {wanted(kinds[key])}"
        for key in value:
            if key not in kinds:
                self.mistakes[joined(path, key)] = "unknown key" + did_you_mean(key, spare)

    def _converted(self, conversion: Conversion, value: object, path: str) -> Any:
        if conversion.kind in PLAIN_KINDS and not is_plain(conversion.kind, value):
            return self._expected(conversion.expected, value, path)
        plain = self.read_value(conversion.kind, value, path)
        if plain is WRONG:
            return WRONG
        try:
            return conversion.convert(plain)
        except (ValueError, TypeError, KeyError, OSError):
            return self._expected(conversion.expected, value, path)

    def _items(self, kind: Any, value: object, path: str) -> Any:
        if not isinstance(value, list):
            return self._expected("a list", value, path)
        items = tuple(self.read_value(kind, item, f"{path}[{n}]") for n, item in enumerate(value))
        return WRONG if WRONG in items else items

    def _instance(self, cls: type[DataclassInstance], value: object, path: str) -> Any:
        found = self.read_table(kinds_of(cls), left_out(fields(cls)), value, path)
        return WRONG if found is WRONG else cls(**found)

    def _plain(self, kind: Any, value: object, path: str) -> Any:
        if kind is object or is_plain(kind, value):
            return value
        return self._expected(PLAIN_KINDS[kind], value, path)

    def _expected(self, expected: str, value: object, path: str) -> object:
        self.mistakes[path] = f"expected {expected}{got(value)}"
        return WRONG


def is_plain(kind: type, value: object) -> bool:
    """Whether a value has the TOML type `kind`. A boolean is no number, a date-time is no date."""
    return type(value) is kind or (kind is float and type(value) is int)


def wanted(kind: Any) -> str:
    """The expected value in words: "a whole number"."""
    if get_origin(kind) is Annotated:
        conversion: Conversion = get_args(kind)[1]
        whole = conversion.kind is object or conversion.kind in PLAIN_KINDS
        return conversion.expected if whole else wanted(conversion.kind)
    if get_origin(kind) is tuple:
        return "a list"
    return PLAIN_KINDS.get(kind, "a table")


def kinds_of(cls: type) -> dict[str, Any]:
    """The types of the fields by name, with their `Annotated`."""
    return get_type_hints(cls, include_extras=True)


def left_out(described: Iterable[Field[Any]]) -> set[str]:
    """The names of the fields that the file may leave out."""
    return {field.name for field in described if field.default is not MISSING}


def joined(path: str, key: str) -> str:
    """The path of a key of the table at `path`, which is "" for the outermost table."""
    return f"{path}.{key}" if path else key


def did_you_mean(key: str, known: Iterable[str]) -> str:
    """`; did you mean "monday"?`, or "" when no known key is close."""
    close = get_close_matches(key, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def got(value: object) -> str:
    """`, got 8`; "" for a list or a table."""
    if isinstance(value, list | dict):
        return ""
    return f", got {json.dumps(value, default=str, ensure_ascii=False)}"
