"""Statistics that may leave the desk: of whole quarters, with small counts hidden.

A quarter is given out once all its weeks are settled, and then always the same: who compared two
reports of a time that still grows, or of times that overlap, would find the counts of a few people
in the difference. Its tables are of the same requests, so that their sum is hidden in all or none.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from intake.figures import suppression, weekly_counts
from intake.figures.histogram import DAY, HOUR
from intake.figures.suppression import OneWay, TwoWay
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
    """Three months; a week belongs to the one in which its Monday lies."""

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
        """The first Monday."""
        start = date(self.year, 3 * self.number - 2, 1)
        monday = weekly_counts.monday_of(start)
        return monday if monday == start else monday + WEEK

    @property
    def last(self) -> date:
        """The last Monday."""
        return self.next.first - WEEK


@dataclass(frozen=True)
class Table:
    """Requests by one thing. `rows` are codes."""

    code: str
    rows: tuple[str, ...]
    shown: OneWay


@dataclass(frozen=True)
class TimeTable:
    """One of the three times: parts of the week by SPANS."""

    code: str
    rows: tuple[str, ...]
    shown: TwoWay


@dataclass(frozen=True)
class Published:
    """All tables of a quarter."""

    quarter: Quarter
    tables: tuple[Table, ...]
    times: tuple[TimeTable, ...]


def quarters(now: datetime) -> list[Quarter]:
    """Those that are settled, from the first that was counted on; the newest first."""
    settled = weekly_counts.this_week(now) - weekly_counts.young_weeks() * WEEK
    first = WeeklyCount.objects.weeks().order_by("week").first()
    found: list[Quarter] = []
    quarter = Quarter.of(first or date.max)
    while quarter.year <= settled.year and quarter.last < settled:
        found.insert(0, quarter)
        quarter = quarter.next
    return found


def of(quarter: Quarter) -> Published:
    """Two queries."""
    counts = _by_week(quarter)
    total = sum(counts.values(), Counter())
    rows = {"week": tuple(map(str, counts)), **{kind: CODES[kind] for kind in KINDS}}
    numbers = [
        [each[Figure(ALL, RECEIVED, "")] for each in counts.values()],
        *([total[Figure(ALL, kind, code)] for code in CODES[kind]] for kind in KINDS),
    ]
    shown = suppression.with_one_total(numbers)
    tables = (Table(code, rows[code], each) for code, each in zip(rows, shown, strict=True))
    return Published(quarter, tuple(tables), tuple(_times(quarter)))


def lines(published: Published) -> Iterator[tuple[str, ...]]:
    """For a file: quarter, figure, row, column, count."""
    quarter = str(published.quarter)
    for table in published.tables:
        for row, count in zip(table.rows, table.shown.cells, strict=True):
            yield quarter, table.code, row, "", words(count)
    yield quarter, "received", "", "", words(published.tables[0].shown.total)
    for each in published.times:
        for row, cells in zip(each.rows, each.shown.cells, strict=True):
            for span, count in zip(SPANS, cells, strict=True):
                yield quarter, each.code, row, span, words(count)


def words(count: suppression.Shown) -> str:
    """What stands in the place of a count."""
    return "hidden" if count is None else str(count)


def _by_week(quarter: Quarter) -> Mapping[date, Counter[Figure]]:
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
        rows: list[Sequence[int]] = [
            [numbers[code, part, span] for span in range(len(SPANS))] for part in PARTS
        ]
        yield TimeTable(code, PARTS, suppression.two_way(rows))


def _span(step: int) -> int:
    return max(at for at, limit in enumerate(LIMITS) if step >= limit)
