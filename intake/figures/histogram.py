"""Histogram of response times on one fixed scale, its percentiles, and their words.

A time is kept as the step of SCALE that it was rounded down to, so that weeks can be added up and
nothing leads back to a request. A median of such times is a step too: "15 to 20 min".

Pure: no Django.
"""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from math import sqrt

HOUR, DAY = 60, 24 * 60
SCALE = (
    *(0, 5, 10, 15, 20, 30, 45, HOUR, 90),
    *(hours * HOUR for hours in (2, 3, 4, 6, 8, 12)),
    *(days * DAY for days in (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)),
)
"""The start of each step, in minutes. The last step has no end."""

MEDIAN, NINE_IN_TEN = 50, 90  # percent
FEWEST = 5  # times that it takes for a percentile to be given

Histogram = Mapping[int, int]
"""The number of times on each step: {15: 4} is four times of 15 to 20 minutes."""


def percentile(histogram: Histogram, percent: int, *, fewest: int = FEWEST) -> int | None:
    """The step of the percentile by nearest rank, in minutes; None of fewer than `fewest` times."""
    steps = sorted(histogram)
    sums = list(accumulate(histogram[step] for step in steps))
    if not sums or sums[-1] < max(1, fewest):
        return None
    rank = -(-sums[-1] * percent // 100)
    return steps[bisect_left(sums, rank)]


def words(step: int | None) -> str:
    """A step in words: "under 5 min", "15 to 20 min", "45 min to 1 h", "over 30 days"."""
    if step is None:
        return "none yet"
    if step == SCALE[0]:
        return f"under {_with_unit(SCALE[1])}"
    if step == SCALE[-1]:
        return f"over {_with_unit(step)}"
    after = SCALE[SCALE.index(step) + 1]
    return f"{_start(step, after)} to {_with_unit(after)}"


def middle(step: int) -> float:
    """The minutes at which a step is drawn: the geometric mean of its two ends."""
    place = SCALE.index(step)
    start = max(step, 1)
    end = SCALE[place + 1] if place + 1 < len(SCALE) else 2 * start
    return sqrt(start * end)


def _with_unit(minutes: int) -> str:
    number, unit = _parts(minutes)
    return f"{number} {unit}" if unit != "day" or number == "1" else f"{number} days"


def _start(step: int, after: int) -> str:
    """The start of a range in words, without its unit when the end has the same."""
    number, unit = _parts(step)
    return number if unit == _parts(after)[1] else _with_unit(step)


def _parts(minutes: int) -> tuple[str, str]:
    if minutes < HOUR:
        return str(minutes), "min"
    if minutes < DAY:
        return f"{minutes / HOUR:g}", "h"
    return str(minutes // DAY), "day"
