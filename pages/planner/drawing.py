"""Drawing of a planned week as 168 windows, exact to the minute, as SVG.

Group time is lit, the trip is a narrow light, and work, care and sleep are gray. Where the group
overlaps something else, the window is half lit and half gray.
"""

from collections.abc import Iterable, Iterator
from html import escape

from clinic_site.clinic.opening_hours import DAY_MINUTES
from pages.drawings.window_grid import DAY_HOURS, PANE, STEP
from pages.planner.overlap import TimeBlock, Use
from pages.planner.plan import Fit, WeekPlan

HOUR = 60
HALF_UP = -PANE / 4
"""Distance from the middle of a window to the middle of its upper half."""

Piece = tuple[int, int]


def draw_week(plan: WeekPlan, title: str) -> str:
    """Draw the week; `title` has to say in words what the drawing shows."""
    width, height = DAY_HOURS * STEP - STEP + PANE, 7 * STEP - STEP + PANE
    rows = "".join(f"M0 {row * STEP + PANE / 2:g}h{width}" for row in range(7))
    return (
        f'<svg class="windows" width="100%" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<path stroke-dasharray="{PANE} {STEP - PANE}" d="{rows}"/>{"".join(_layers(plan))}</svg>'
    )


def draw_sample(kind: str) -> str:
    """Draw one window for the legend: "lit", "trip", "busy" or "half"."""
    paths = {
        "lit": _path("lit", "M0 5.5h11"),
        "trip": _path("lit trip", "M0 5.5h11"),
        "busy": _path("busy", "M0 5.5h11"),
        "half": _path("busy", "M0 5.5h11") + _path("lit half", f"M0 {5.5 + HALF_UP:g}h11"),
    }
    size = f'width="1em" viewBox="0 0 {PANE} {PANE}"'
    return f'<svg class="windows" {size} aria-hidden="true">{paths[kind]}</svg>'


def _layers(plan: WeekPlan) -> Iterator[str]:
    visits = plan.best.visits
    trips = [block for visit in visits for block in (visit.there, visit.back)]
    yield _path("busy", _lines(_pieces(plan.fixed)))
    yield _path("lit trip", _lines(_pieces(trips)))
    shared = list(_shared(plan.best))
    groups = _pieces(visit.group for visit in visits)
    yield _path("lit", _lines(_without(groups, shared)))
    yield _path("lit half", _lines(shared, HALF_UP))


def _path(name: str, lines: str) -> str:
    return f'<path class="{name}" d="{lines}"/>' if lines else ""


def _pieces(blocks: Iterable[TimeBlock]) -> list[Piece]:
    return [piece for block in blocks for piece in block.pieces]


def _shared(fit: Fit) -> Iterator[Piece]:
    """The minutes of the group that overlap something else."""
    for clash in fit.clashes:
        if clash.part.use is Use.GROUP:
            for start, end in clash.part.pieces:
                for other_start, other_end in clash.other.pieces:
                    if max(start, other_start) < min(end, other_end):
                        yield max(start, other_start), min(end, other_end)


def _without(pieces: Iterable[Piece], taken: Iterable[Piece]) -> list[Piece]:
    left = list(pieces)
    for start, end in taken:
        left = [
            part
            for a, b in left
            for part in ((a, min(b, start)), (max(a, end), b))
            if part[0] < part[1]
        ]
    return left


def _lines(pieces: Iterable[Piece], up: float = 0) -> str:
    """SVG path data with one stroke for each window, as long as its part of the hour."""
    return "".join(
        _line(start, end, up)
        for piece_start, piece_end in sorted(set(pieces))
        for start, end in _hours(piece_start, piece_end)
    )


def _hours(start: int, end: int) -> Iterator[Piece]:
    while start < end:
        stop = min(end, (start // HOUR + 1) * HOUR)
        yield start, stop
        start = stop


def _line(start: int, end: int, up: float) -> str:
    day, minute = divmod(start, DAY_MINUTES)
    hour, minute = divmod(minute, HOUR)
    left = hour * STEP + minute * PANE / HOUR
    return f"M{left:g} {day * STEP + PANE / 2 + up:g}h{(end - start) * PANE / HOUR:g}"
