"""Statistics that may leave the desk: whole quarters, small counts hidden, the others rounded.

A quarter is given out once all its weeks are settled, and then always the same. Somebody who could
compare two reports of a quarter that still grows, or of periods that overlap, would find the counts
of a few people in the difference. Each total is rounded from the true total, not summed from
rounded counts (`suppression`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from intake.figures import weekly_counts
from intake.figures.histogram import DAY, HOUR
from intake.figures.suppression import Shown, shown, words
from intake.figures.weekly_counts import ALL, KINDS, PARTS, RECEIVED, TIMES, WEEK, Figure
from intake.models import Lane, WeeklyCount
from intake.rules.states import State
from intake.seal.answers import Asker, Channel

LIMITS = (0, 15, HOUR, 4 * HOUR, DAY, 3 * DAY)  # minutes; steps of the scale
SPANS = ("under 15 min", "15 min to 1 h", "1 to 4 h", "4 h to 1 day", "1 to 3 days", "over 3 days")
CODES: dict[str, tuple[str, ...]] = {
    "asker": tuple(Asker),
    "channel": tuple(Channel),
    "outcome": tuple(State),
    "lane": tuple(Lane.values),
}


class Quarter(NamedTuple):
    """Three months. A week belongs to the quarter in which its Monday lies."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @classmethod
    def of(cls, monday: date) -> "Quarter":
        return cls(monday.year, (monday.month + 2) // 3)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def first(self) -> date:
        """The first Monday in it."""
        start = date(self.year, 3 * self.number - 2, 1)
        monday = weekly_counts.monday_of(start)
        return monday if monday == start else monday + WEEK

    @property
    def last(self) -> date:
        """The last Monday in it."""
        return self.next.first - WEEK


@dataclass(frozen=True)
class Table:
    """Requests by one thing, such as the channel: one count for each code in `rows`."""

    code: str
    rows: tuple[str, ...]
    cells: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class CrossTable:
    """Counts in rows and columns, each row with its total at the end; `totals` is the last row."""

    cells: tuple[tuple[Shown, ...], ...]
    totals: tuple[Shown, ...]

    @classmethod
    def of(cls, counts: Sequence[Sequence[int]]) -> "CrossTable":
        """From true counts: at least one row, all of one length."""
        rows = [(*row, sum(row)) for row in counts]
        totals = [sum(column) for column in zip(*rows, strict=True)]
        return cls(tuple(tuple(map(shown, row)) for row in rows), tuple(map(shown, totals)))


@dataclass(frozen=True)
class TimeTable:
    """One of the three times: requests by part of the week (`rows`) and SPANS (the columns)."""

    code: str
    rows: tuple[str, ...]
    shown: CrossTable


@dataclass(frozen=True)
class Published:
    """All tables of a quarter that may leave the desk."""

    quarter: Quarter
    tables: tuple[Table, ...]
    times: tuple[TimeTable, ...]


def quarters(now: datetime) -> list[Quarter]:
    """The quarters whose weeks are all settled, from the first counted week on, newest first."""
    settled = weekly_counts.this_week(now) - weekly_counts.young_weeks() * WEEK
    first = WeeklyCount.objects.weeks().order_by("week").first()
    found: list[Quarter] = []
    quarter = Quarter.of(first or date.max)
    while quarter.year <= settled.year and quarter.last < settled:
        found.insert(0, quarter)
        quarter = quarter.next
    return found


def of(quarter: Quarter) -> Published:
    """The tables of a quarter, from two queries."""
    weeks = _by_week(quarter)
    received = Figure(ALL, RECEIVED, "")
    by_week = {str(week): counts[received] for week, counts in weeks.items()}
    sums = sum(weeks.values(), Counter())
    by_kind = {
        kind: {code: sums[Figure(ALL, kind, code)] for code in CODES[kind]} for kind in KINDS
    }
    total = shown(sums[received])
    tables = (
        Table(code, tuple(counts), tuple(map(shown, counts.values())), total)
        for code, counts in {"week": by_week, **by_kind}.items()
    )
    return Published(quarter, tuple(tables), tuple(_times(quarter)))


def lines(published: Published) -> Iterator[tuple[str, ...]]:
    """The lines of a file: quarter, figure, row, column, count."""
    quarter = str(published.quarter)
    for table in published.tables:
        for row, count in zip(table.rows, table.cells, strict=True):
            yield quarter, table.code, row, "", words(count)
    yield quarter, RECEIVED, "", "", words(published.tables[0].total)
    for each in published.times:
        for row, (*cells, _) in zip(each.rows, each.shown.cells, strict=True):
            for span, count in zip(SPANS, cells, strict=True):
                yield quarter, each.code, row, span, words(count)


def _by_week(quarter: Quarter) -> dict[date, Counter[Figure]]:
    """The figures of all requests by the Monday of each week, weeks without any included."""
    number = (quarter.last - quarter.first) // WEEK + 1
    counts: dict[date, Counter[Figure]] = {
        quarter.first + at * WEEK: Counter() for at in range(number)
    }
    kept = WeeklyCount.objects.of(ALL, quarter.first, quarter.last)
    for week, *figure, count in kept.values_list("week", "part", "figure", "bucket", "number"):
        counts[week][Figure(*figure)] = count
    return counts


def _times(quarter: Quarter) -> Iterator[TimeTable]:
    numbers: Counter[tuple[str, str, int]] = Counter()
    for part, figure, bucket, number in WeeklyCount.objects.summed_by_part(
        PARTS, TIMES, quarter.first, quarter.last
    ):
        numbers[figure, part, _span(int(bucket))] += number
    for code in TIMES:
        rows = [[numbers[code, part, span] for span in range(len(SPANS))] for part in PARTS]
        yield TimeTable(code, PARTS, CrossTable.of(rows))


def _span(step: int) -> int:
    """The place in SPANS of a step of the scale, in minutes."""
    return max(at for at, limit in enumerate(LIMITS) if step >= limit)
