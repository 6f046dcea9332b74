"""The scale of `figures.histogram` in Python; the worker rounds in SQL and is compared with it."""

from bisect import bisect_right

from intake.figures.histogram import SCALE


def step_of(minutes: float) -> int:
    """The time rounded down to the scale; 0 for one before the receipt."""
    return SCALE[max(0, bisect_right(SCALE, minutes) - 1)]
