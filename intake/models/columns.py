"""Columns that several tables have."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from intake.rules.invariants import ALL_WINDOWS

USERNAME = {"max_length": 150, "blank": True, "default": ""}


def choices(values: Any) -> list[tuple[str, str]]:
    """Of an enum: each value with its words."""
    return [(each.value, each.value.replace("_", " ").capitalize()) for each in values]


def code(choices: list[tuple[str, str]], **options: Any) -> models.CharField:
    """One word of a known list."""
    return models.CharField(max_length=40, choices=choices, **options)


def windows() -> models.PositiveSmallIntegerField:
    """Safe parts of the week, as the bits of `Window`."""
    return models.PositiveSmallIntegerField(validators=[MaxValueValidator(ALL_WINDOWS)])
