"""Counts of 1 to MOST are hidden, and as many others as it takes to keep them hidden.

For every table that leaves the desk, and for the auditor. Who knows all that is shown, every sum
and this module must not be able to compute a hidden count. Zero is shown: it is about nobody.

A table is a network: each sum is a balance at two places, each count flows from one to the other.
A hidden count can have another value when a change of one can run in a circle of hidden counts
through it; when it cannot, the fewest counts that close such a circle are hidden too. So the check
is exact, not a rule of thumb (D. Gusfield, A graph theoretic approach to statistical data security,
1988).

Pure: no Django.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count as numbered

MOST = 10  # the largest count that is hidden for its own sake
GRAND = 9  # the sum of sums is worth as many of these

Shown = int | None
"""A count as it is shown; None when it is hidden."""


@dataclass(frozen=True)
class OneWay:
    """Counts with their sum."""

    cells: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class TwoWay:
    """Counts in rows and columns with every sum."""

    cells: tuple[tuple[Shown, ...], ...]
    row_totals: tuple[Shown, ...]
    column_totals: tuple[Shown, ...]
    total: Shown


@dataclass(eq=False)
class _Count:
    """One more of it takes one more from `source` to `target`. Sums are hidden last: `rank`."""

    source: object
    target: object
    number: int
    rank: int
    hidden: bool = False

    @property
    def shown(self) -> Shown:
        return None if self.hidden else self.number


def one_way(counts: Sequence[int], *, hide_total: bool = False, most: int = MOST) -> OneWay:
    """The counts of one table and their sum. `hide_total` when a table beside it hides that."""
    cells = [_Count("counts", "sum", number, 0) for number in counts]
    total = _Count("sum", "counts", sum(counts), 1, hidden=hide_total)
    _hide([*cells, total], most)
    return OneWay(tuple(each.shown for each in cells), total.shown)


def with_one_total(tables: Sequence[Sequence[int]], *, most: int = MOST) -> list[OneWay]:
    """Tables of the same requests, counted by different things: one sum, hidden in all or none."""
    shown = [one_way(counts, most=most) for counts in tables]
    if all(table.total is not None for table in shown):
        return shown
    return [one_way(counts, hide_total=True, most=most) for counts in tables]


def two_way(rows: Sequence[Sequence[int]], *, most: int = MOST) -> TwoWay:
    """The counts of a table with at least one row and column, all rows of one length."""
    table = [_row(number, row) for number, row in enumerate(rows)]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    table.append([_Count(("column", at), "rows", number, 1) for at, number in enumerate(sums)])
    table[-1].append(_Count("rows", "columns", sum(sums), GRAND))
    _hide([each for row in table for each in row], most)
    *body, (*foot, total) = [tuple(each.shown for each in row) for row in table]
    return TwoWay(
        tuple(row[:-1] for row in body), tuple(row[-1] for row in body), tuple(foot), total
    )


def _row(number: int, row: Sequence[int]) -> list[_Count]:
    place = ("row", number)
    cells = [_Count(place, ("column", at), each, 0) for at, each in enumerate(row)]
    return [*cells, _Count("columns", place, sum(row), 1)]


def _hide(counts: Sequence[_Count], most: int) -> None:
    """First against who knows which ones are small, as far as it goes; then against everybody."""
    for each in counts:
        each.hidden = each.hidden or 1 <= each.number <= most
    for room in (_within_its_kind(most), _above_zero):
        while more := _next_to_hide(counts, room):
            for each in more:
                each.hidden = True


Room = Callable[[int], tuple[bool, bool]]
"""Whether a hidden count may be one more, and one less, for all that anybody knows."""


def _above_zero(number: int) -> tuple[bool, bool]:
    return True, number > 1


def _within_its_kind(most: int) -> Room:
    return lambda number: (number != most, number > 1)


def _next_to_hide(counts: Sequence[_Count], room: Room) -> tuple[_Count, ...]:
    """What gives the first computable count its freedom; empty when none is left."""
    for each in counts:
        if each.hidden and (circles := list(_circles(each, counts, room))):
            cheapest = min(circles, key=lambda way: way.cost)
            if cheapest.counts:
                return cheapest.counts
    return ()


@dataclass(frozen=True)
class _Way:
    """A way to a place, and what has to be hidden for it."""

    end: object
    counts: tuple[_Count, ...] = ()

    @property
    def cost(self) -> tuple[int, int]:
        """As few sums as can be, then as few counts."""
        return sum(each.rank for each in self.counts), len(self.counts)

    def on(self, end: object, count: _Count) -> "_Way":
        """One step further."""
        return _Way(end, self.counts if count.hidden else (*self.counts, count))


def _circles(count: _Count, counts: Sequence[_Count], room: Room) -> Iterator[_Way]:
    """The cheapest way back for one more of it, and for one less."""
    steps = [
        step for each in counts if each is not count and each.number for step in _steps(each, room)
    ]
    for start, end in _ends(count, room):
        if way := _cheapest(start, end, steps):
            yield way


def _ends(count: _Count, room: Room) -> Iterator[tuple[object, object]]:
    more, less = room(count.number)
    if more:
        yield count.target, count.source
    if less:
        yield count.source, count.target


def _steps(count: _Count, room: Room) -> Iterator[tuple[object, object, _Count]]:
    """The ways in which it can lead a change on, were it hidden."""
    for end, start in _ends(count, room):
        yield start, end, count


def _cheapest(
    start: object, end: object, steps: Sequence[tuple[object, object, _Count]]
) -> _Way | None:
    """The first of equal ones: which count is hidden must not tell how large it is."""
    way, ages = _Way(start), numbered()
    waiting, done = [(way.cost, next(ages), way)], set()
    while waiting:
        _, _, way = heappop(waiting)
        if way.end == end:
            return way
        done.add(way.end)
        for source, target, count in steps:
            if source == way.end and target not in done:
                further = way.on(target, count)
                heappush(waiting, (further.cost, next(ages), further))
    return None
