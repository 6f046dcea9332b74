"""Columns that several tables have, and choices from enums."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from intake.rules.invariants import ALL_WINDOWS


def choices(values: Iterable[Enum]) -> list[tuple[str, str]]:
    """The choices of a column: each member's value, and the value in words ("Not a fit")."""
    return [(each.value, each.value.replace("_", " ").capitalize()) for each in values]


def code(choices: list[tuple[str, str]], **options: Any) -> models.CharField[str, str]:
    """A column for one code of a list."""
    return models.CharField(max_length=40, choices=choices, **options)


def username() -> models.CharField[str, str]:
    """A column for the user name of somebody on the staff; empty for nobody."""
    return models.CharField(max_length=150, blank=True, default="")


def windows() -> models.PositiveSmallIntegerField[int, int]:
    """A column for the safe parts of the week, as the bits of `Window`."""
    return models.PositiveSmallIntegerField(validators=[MaxValueValidator(ALL_WINDOWS)])
