"""What the dashboard says: weekly figures of the chosen weeks, the current one counted just now."""

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
class Choice:
    """Which weeks, from one Monday to another, and of which requests (a part; empty: all)."""

    first: date
    last: date
    part: str = ALL

    @property
    def weeks(self) -> list[date]:
        number = (self.last - self.first) // WEEK + 1
        return [self.first + at * WEEK for at in range(number)]


@dataclass(frozen=True)
class Spread:
    """How long it took: half of them within one step, nine in ten within another."""

    number: int
    median: int | None
    most: int | None

    @classmethod
    def of(cls, steps: histogram.Histogram) -> "Spread":
        """None instead of a step when there are too few."""
        within = [histogram.percentile(steps, percent) for percent in (MEDIAN, NINE_IN_TEN)]
        return cls(sum(steps.values()), *within)

    @property
    def half_within(self) -> str:
        return histogram.words(self.median)

    @property
    def most_within(self) -> str:
        return histogram.words(self.most)

    @property
    def pair(self) -> tuple[int, int] | None:
        return None if self.median is None or self.most is None else (self.median, self.most)


@dataclass(frozen=True)
class Row:
    """A line of a table: its words, and its times."""

    words: date | str
    spread: Spread
    running: bool = False


@dataclass(frozen=True)
class Time:
    """One of the three times."""

    code: str
    heading: str
    spread: Spread
    chart: Chart
    weeks: tuple[Row, ...]
    parts: tuple[Row, ...]


@dataclass(frozen=True)
class Kind:
    """Requests by one thing, the most frequent first: words, number, length of the bar."""

    code: str
    heading: str
    rows: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class Figures:
    """Everything below the filters."""

    received: int
    received_chart: Chart
    received_rows: tuple[tuple[date, int, bool], ...]
    times: tuple[Time, ...]
    kinds: tuple[Kind, ...]
    uncounted: tuple[date, ...]


def read(choice: Choice, now: datetime) -> Figures:
    """Three queries, however many requests there are."""
    running = weekly_counts.this_week(now)
    live = weekly_counts.count(running) if choice.last >= running else Counter()
    counts = _by_week(choice, live, running)
    by_part = _by_part(choice, live) if choice.part == ALL else {}
    received = [counts[week][Figure(choice.part, RECEIVED, "")] for week in choice.weeks]
    return Figures(
        received=sum(received),
        received_chart=charts.columns(choice.weeks, received, running=running),
        received_rows=tuple(_backwards(choice.weeks, received, running)),
        times=tuple(_time(code, choice, counts, by_part, running) for code in TIMES),
        kinds=tuple(_kinds(choice, counts)),
        uncounted=tuple(_uncounted(choice, counts, running)),
    )


def _uncounted(choice: Choice, counts: Counts, running: date) -> Iterator[date]:
    """Weeks that the worker left out, after the first that it counted."""
    past = [week for week in choice.weeks if week < running]
    for week in dropwhile(lambda week: not counts[week], past):
        if not counts[week]:
            yield week


def _by_week(choice: Choice, live: Counter[Figure], running: date) -> Counts:
    counts: defaultdict[date, Counter[Figure]] = defaultdict(Counter)
    rows = WeeklyCount.objects.of(choice.part, choice.first, choice.last)
    for week, *figure, number in rows.values_list("week", "part", "figure", "bucket", "number"):
        counts[week][Figure(*figure)] = number
    counts[running] = live
    return counts


def _by_part(choice: Choice, live: Counter[Figure]) -> Mapping[tuple[str, str], Counter[int]]:
    """The steps of each part of the week and time."""
    steps: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    kept = WeeklyCount.objects.summed_by_part(PARTS, TIMES, choice.first, choice.last)
    fresh = [(*figure, number) for figure, number in live.items()]
    for part, figure, bucket, number in (*kept, *fresh):
        if part in PARTS and figure in TIMES:
            steps[part, figure][int(bucket)] += number
    return steps


def _time(
    code: str,
    choice: Choice,
    counts: Counts,
    by_part: Mapping[tuple[str, str], Counter[int]],
    running: date,
) -> Time:
    steps = [_steps(counts[week], choice.part, code) for week in choice.weeks]
    spreads = [Spread.of(each) for each in steps]
    pairs = [each.pair for each in spreads]
    rows = [
        Row(week, spread, week == running)
        for week, spread in zip(choice.weeks, spreads, strict=True)
    ]
    return Time(
        code,
        HEADINGS[code],
        Spread.of(sum(steps, Counter())),
        charts.times(choice.weeks, pairs, running=running),
        tuple(reversed(rows)),
        tuple(_part_rows(code, by_part)),
    )


def _part_rows(code: str, by_part: Mapping[tuple[str, str], Counter[int]]) -> Iterator[Row]:
    """Those in which anything came in, in the order of the week."""
    for part in PARTS:
        if steps := by_part.get((part, code)):
            yield Row(PART_WORDS[part], Spread.of(steps))


def _steps(figures: Mapping[Figure, int], part: str, code: str) -> Counter[int]:
    wanted = [each for each in figures if each.part == part and each.figure == code]
    return Counter({int(each.bucket): figures[each] for each in wanted})


def _kinds(choice: Choice, counts: Counts) -> Iterator[Kind]:
    total = sum((counts[week] for week in choice.weeks), Counter())
    for code, (heading, words) in KIND_WORDS.items():
        numbers = {
            words.get(each.bucket, each.bucket): number
            for each, number in total.items()
            if each.part == choice.part and each.figure == code
        }
        yield Kind(code, heading, tuple(_bars(numbers)))


def _bars(numbers: Mapping[str, int]) -> Iterable[tuple[str, int, float]]:
    largest = max(numbers.values(), default=0)
    for words, number in sorted(numbers.items(), key=lambda each: (-each[1], each[0])):
        yield words, number, charts.bar(number, largest)


def _backwards(
    weeks: Sequence[date], numbers: Sequence[int], running: date
) -> Iterator[tuple[date, int, bool]]:
    for week, number in reversed(list(zip(weeks, numbers, strict=True))):
        yield week, number, week == running
