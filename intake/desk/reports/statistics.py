"""Statistics of the dashboard: stored weekly counts, and the current week counted live."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile

from intake.desk.reports import charts
from intake.desk.reports.charts import Chart
from intake.figures import histogram, weekly_counts
from intake.figures.histogram import MEDIAN, NINE_IN_TEN
from intake.figures.weekly_counts import ALL, PARTS, RECEIVED, TIMES, WEEK, Figure
from intake.models import Lane, WeeklyCount
from intake.rules.states import State
from intake.seal.answers import Asker, Channel

Counts = Mapping[date, Counter[Figure]]

HEADINGS = {
    "attempt": "First attempt",
    "talk": "First conversation",
    "offer": "Appointment offered",
}
PART_WORDS = {
    part: part.replace("_", " ").capitalize() + ("" if part == weekly_counts.OTHER_TIMES else "s")
    for part in PARTS
}
ASKER_WORDS: dict[str, str] = {
    Asker.SELF: "For themselves",
    Asker.SOMEONE: "For someone they care about",
    Asker.PATIENT: "For a patient or client",
}
CHANNEL_WORDS: dict[str, str] = {
    Channel.PHONE: "Phone call",
    Channel.TEXT: "Text message",
    Channel.EMAIL: "Email",
}
KIND_WORDS: dict[str, tuple[str, Mapping[str, str]]] = {
    "asker": ("Who wrote", ASKER_WORDS),
    "channel": ("How we may reply", CHANNEL_WORDS),
    "outcome": ("How far they are", {state: state.label for state in State}),
    "lane": ("How they came in", dict(Lane.choices)),
}


@dataclass(frozen=True)
class StatisticsFilter:
    """Weeks from one Monday to another, and the part of the requests ("" for all of them)."""

    first: date
    last: date
    part: str = ALL

    @property
    def weeks(self) -> list[date]:
        """The Monday of each week."""
        number = (self.last - self.first) // WEEK + 1
        return [self.first + at * WEEK for at in range(number)]


@dataclass(frozen=True)
class Spread:
    """How long it took: the median and the ninth decile, as steps of `histogram` in minutes."""

    number: int
    median: int | None
    most: int | None

    @classmethod
    def of(cls, steps: histogram.Histogram) -> "Spread":
        """The spread of a histogram; None for a step if there are too few requests."""
        within = [histogram.percentile(steps, percent) for percent in (MEDIAN, NINE_IN_TEN)]
        return cls(sum(steps.values()), *within)

    @property
    def half_within(self) -> str:
        """The median in words."""
        return histogram.words(self.median)

    @property
    def most_within(self) -> str:
        """The ninth decile in words."""
        return histogram.words(self.most)

    @property
    def pair(self) -> tuple[int, int] | None:
        """Median and ninth decile for a chart; None if there are too few requests."""
        return None if self.median is None or self.most is None else (self.median, self.most)


@dataclass(frozen=True)
class SpreadRow:
    """A row of a table: a week or a part of the week, and its spread."""

    words: date | str
    spread: Spread
    running: bool = False


@dataclass(frozen=True)
class ResponseTime:
    """Time to the first attempt, the first conversation or the first appointment offered."""

    code: str
    heading: str
    spread: Spread
    chart: Chart
    weeks: tuple[SpreadRow, ...]
    parts: tuple[SpreadRow, ...]


@dataclass(frozen=True)
class Breakdown:
    """Requests by one property, the most frequent first: words, number, length of the bar."""

    code: str
    heading: str
    rows: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class Statistics:
    """Everything that the dashboard shows below its filter."""

    received: int
    received_chart: Chart
    received_rows: tuple[tuple[date, int, bool], ...]
    times: tuple[ResponseTime, ...]
    kinds: tuple[Breakdown, ...]
    uncounted: tuple[date, ...]


def compute(choice: StatisticsFilter, now: datetime) -> Statistics:
    """Compute the statistics in three queries, however many requests there are."""
    running = weekly_counts.this_week(now)
    live = weekly_counts.count(running) if choice.last >= running else Counter()
    counts = _by_week(choice, live, running)
    by_part = _by_part(choice, live) if choice.part == ALL else {}
    received = [counts[week][Figure(choice.part, RECEIVED, "")] for week in choice.weeks]
    return Statistics(
        received=sum(received),
        received_chart=charts.columns(choice.weeks, received, running=running),
        received_rows=tuple(_backwards(choice.weeks, received, running)),
        times=tuple(_time(code, choice, counts, by_part, running) for code in TIMES),
        kinds=tuple(_kinds(choice, counts)),
        uncounted=tuple(_uncounted(choice, counts, running)),
    )


def _uncounted(choice: StatisticsFilter, counts: Counts, running: date) -> Iterator[date]:
    """Past weeks that the worker has not counted, after the first one that it did."""
    past = [week for week in choice.weeks if week < running]
    for week in dropwhile(lambda week: not counts[week], past):
        if not counts[week]:
            yield week


def _by_week(choice: StatisticsFilter, live: Counter[Figure], running: date) -> Counts:
    counts: defaultdict[date, Counter[Figure]] = defaultdict(Counter)
    rows = WeeklyCount.objects.of(choice.part, choice.first, choice.last)
    for week, *figure, number in rows.values_list("week", "part", "figure", "bucket", "number"):
        counts[week][Figure(*figure)] = number
    counts[running] = live
    return counts


def _by_part(
    choice: StatisticsFilter, live: Counter[Figure]
) -> Mapping[tuple[str, str], Counter[int]]:
    """The histogram for each part of the week and each response time."""
    steps: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    kept = WeeklyCount.objects.summed_by_part(PARTS, TIMES, choice.first, choice.last)
    fresh = [(*figure, number) for figure, number in live.items()]
    for part, figure, bucket, number in (*kept, *fresh):
        if part in PARTS and figure in TIMES:
            steps[part, figure][int(bucket)] += number
    return steps


def _time(
    code: str,
    choice: StatisticsFilter,
    counts: Counts,
    by_part: Mapping[tuple[str, str], Counter[int]],
    running: date,
) -> ResponseTime:
    steps = [_steps(counts[week], choice.part, code) for week in choice.weeks]
    spreads = [Spread.of(each) for each in steps]
    pairs = [each.pair for each in spreads]
    rows = [
        SpreadRow(week, spread, week == running)
        for week, spread in zip(choice.weeks, spreads, strict=True)
    ]
    return ResponseTime(
        code,
        HEADINGS[code],
        Spread.of(sum(steps, Counter())),
        charts.times(choice.weeks, pairs, running=running),
        tuple(reversed(rows)),
        tuple(_part_rows(code, by_part)),
    )


def _part_rows(code: str, by_part: Mapping[tuple[str, str], Counter[int]]) -> Iterator[SpreadRow]:
    """A row for each part of the week in which requests came in."""
    for part in PARTS:
        if steps := by_part.get((part, code)):
            yield SpreadRow(PART_WORDS[part], Spread.of(steps))


def _steps(figures: Mapping[Figure, int], part: str, code: str) -> Counter[int]:
    wanted = [each for each in figures if each.part == part and each.figure == code]
    return Counter({int(each.bucket): figures[each] for each in wanted})


def _kinds(choice: StatisticsFilter, counts: Counts) -> Iterator[Breakdown]:
    total = sum((counts[week] for week in choice.weeks), Counter())
    for code, (heading, words) in KIND_WORDS.items():
        numbers = {
            words.get(each.bucket, each.bucket): number
            for each, number in total.items()
            if each.part == choice.part and each.figure == code
        }
        yield Breakdown(code, heading, tuple(_bars(numbers)))


def _bars(numbers: Mapping[str, int]) -> Iterable[tuple[str, int, float]]:
    largest = max(numbers.values(), default=0)
    for words, number in sorted(numbers.items(), key=lambda each: (-each[1], each[0])):
        yield words, number, charts.bar(number, largest)


def _backwards(
    weeks: Sequence[date], numbers: Sequence[int], running: date
) -> Iterator[tuple[date, int, bool]]:
    for week, number in reversed(list(zip(weeks, numbers, strict=True))):
        yield week, number, week == running
