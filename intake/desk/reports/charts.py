"""Geometry of the dashboard's charts, in SVG units; templates draw them as inline SVG.

A chart is as wide as a phone, so that its few words stay readable; colors come from the style
sheet. Next to every chart stand a title, one sentence about it, and its numbers in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from django.utils.formats import date_format

from intake.figures import histogram
from intake.figures.histogram import DAY, HOUR

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 54, 8, 10, 26
BAR = 100  # the length of the longest bar
TICKS = {
    5: "5 min",
    15: "15 min",
    HOUR: "1 h",
    4 * HOUR: "4 h",
    DAY: "1 day",
    3 * DAY: "3 days",
    7 * DAY: "1 week",
    30 * DAY: "30 days",
    90 * DAY: "90 days",
}
MOST_LABELS = 4  # of weeks
HALF_END = 3.5


@dataclass(frozen=True)
class Mark:
    """A tick: its place on the axis, and its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Range:
    """The times of one week: `low` is the height of the median, `high` that of nine in ten."""

    x: float
    low: float
    high: float
    running: bool

    @property
    def start(self) -> float:
        """The left end of the small bar at the top."""
        return self.x - HALF_END

    @property
    def end(self) -> float:
        """The right end of the small bar at the top."""
        return self.x + HALF_END


@dataclass(frozen=True)
class Column:
    """The count of one week, as a rectangle."""

    x: float
    y: float
    width: float
    height: float
    running: bool


@dataclass(frozen=True)
class Chart:
    """A chart, ready for a template; `lines` are the points of polylines."""

    rows: tuple[Mark, ...]
    weeks: tuple[Mark, ...]
    ranges: tuple[Range, ...] = ()
    columns: tuple[Column, ...] = ()
    lines: tuple[str, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def times(
    weeks: Sequence[date], steps: Sequence[tuple[int, int] | None], *, running: date
) -> Chart:
    """Chart of response times on a logarithmic scale.

    `steps` holds each week's median and ninth decile in minutes, None for too few requests;
    `running` is the Monday of the current week.
    """
    shown = [each for pair in steps if pair for each in pair]
    ticks = _ticks_around(shown)
    ranges = tuple(
        Range(
            _center(at, len(weeks)),
            low=_on_ratio_scale(pair[0], ticks),
            high=_on_ratio_scale(pair[1], ticks),
            running=week == running,
        )
        for at, (week, pair) in enumerate(zip(weeks, steps, strict=True))
        if pair
    )
    rows = tuple(Mark(_height(tick, ticks), TICKS[tick]) for tick in ticks)
    return Chart(rows, _week_marks(weeks), ranges, lines=_lines(weeks, steps, ticks))


def columns(weeks: Sequence[date], numbers: Sequence[int], *, running: date) -> Chart:
    """Chart of the number of requests in each week."""
    top = _round_up(max(numbers, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    bars = tuple(
        _column(_center(at, len(weeks)), number / top, step * 0.7, week == running)
        for at, (week, number) in enumerate(zip(weeks, numbers, strict=True))
    )
    rows = (_share_mark(0, "0"), _share_mark(0.5, f"{top / 2:g}"), _share_mark(1, str(top)))
    return Chart(rows, _week_marks(weeks), columns=bars)


def bar(number: int, largest: int) -> float:
    """The length of a bar, up to BAR; at least 1 for a number that is not zero."""
    return max(1.0, round(BAR * number / largest, 1)) if number else 0.0


def _column(center: float, share: float, width: float, running: bool) -> Column:
    height = round(share * (HEIGHT - TOP - BOTTOM), 1)
    return Column(
        round(center - width / 2, 1), HEIGHT - BOTTOM - height, round(width, 1), height, running
    )


def _share_mark(share: float, words: str) -> Mark:
    return Mark(round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1), words)


def _round_up(number: int) -> int:
    """The next round number whose half is whole too."""
    size: int = 10 ** max(0, len(str(number)) - 1)
    return next(size * each for each in (2, 4, 6, 8, 10) if number <= size * each)


def _ticks_around(steps: Sequence[int]) -> list[int]:
    """The ticks from below the shortest time to above the longest, at least two."""
    least, most = min(steps, default=0), max(steps, default=0)
    below = max((tick for tick in TICKS if tick <= histogram.middle(least)), default=min(TICKS))
    above = min(tick for tick in TICKS if tick > max(below, histogram.middle(most)))
    return [tick for tick in TICKS if below <= tick <= above]


def _on_ratio_scale(step: int, ticks: Sequence[int]) -> float:
    return _height(histogram.middle(step), ticks)


def _height(minutes: float, ticks: Sequence[int]) -> float:
    share = log(max(minutes, ticks[0]) / ticks[0]) / log(ticks[-1] / ticks[0])
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _center(at: int, number: int) -> float:
    return round(LEFT + (at + 0.5) * (WIDTH - LEFT - RIGHT) / number, 1)


def _lines(
    weeks: Sequence[date], steps: Sequence[tuple[int, int] | None], ticks: Sequence[int]
) -> tuple[str, ...]:
    """Polylines through the medians of consecutive weeks."""
    stretches: list[list[str]] = [[]]
    for at, pair in enumerate(steps):
        if pair is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{_center(at, len(weeks))},{_on_ratio_scale(pair[0], ticks)}")
    return tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1)


def _week_marks(weeks: Sequence[date]) -> tuple[Mark, ...]:
    every = max(1, -(-len(weeks) // MOST_LABELS))
    return tuple(
        Mark(_center(at, len(weeks)), date_format(week, "M j"))
        for at, week in enumerate(weeks)
        if at % every == 0
    )
