"""Statistics as an auditor sees them: only what may leave the desk, as tables in words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.formats import date_format

from intake.desk.reports.statistics import HEADINGS, KIND_WORDS, PART_WORDS
from intake.figures import published
from intake.figures.published import SPANS, CrossTable, Published, Table, TimeTable
from intake.figures.suppression import Shown, words
from intake.models import Request
from intake.rules.states import OPEN

ALL = "All"


class Line(NamedTuple):
    """A row of a table: its words, and its counts in words."""

    words: str
    counts: tuple[str, ...]


class Shape(NamedTuple):
    """A table that a template prints as it is."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def context(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The quarter that was asked for, else the newest; and what is open now."""
    quarters = published.quarters(now)
    asked = request.GET.get("quarter", "")
    quarter = next((each for each in quarters if str(each) == asked), next(iter(quarters), None))
    return {
        "open_now": open_now(now),
        "quarters": quarters,
        "quarter": quarter,
        "published": list(_shapes(published.of(quarter))) if quarter else [],
    }


def open_now(now: datetime) -> Shape:
    """Open requests by state: in time and overdue."""
    rows = {state: numbers for state, *numbers in Request.objects.stand(now)}
    numbers = [rows.get(state, [0, 0, 0]) for state in OPEN]
    table = CrossTable.of([[number - late, late] for number, late, _ in numbers])
    states = [state.label for state in OPEN]
    return Shape("By state", ("In time", "Overdue", ALL), tuple(_cross_lines(states, table)))


def _shapes(quarter: Published) -> Iterator[Shape]:
    for table in quarter.tables:
        heading, known = _KINDS[table.code]
        yield Shape(heading, ("Requests",), tuple(_lines(table, known)))
    for each in quarter.times:
        yield _time_shape(each)


def _time_shape(table: TimeTable) -> Shape:
    heading = f"{HEADINGS[table.code]}, by when they came in"
    rows = [PART_WORDS[part] for part in table.rows]
    return Shape(heading, (*SPANS, ALL), tuple(_cross_lines(rows, table.shown)))


_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "week": ("Requests by week", {}),
    **KIND_WORDS,
}


def _lines(table: Table, known: Mapping[str, str]) -> Iterator[Line]:
    """The rows of a table and its total. Codes without a request are left out, weeks are not."""
    for code, count in zip(table.rows, table.cells, strict=True):
        if count != 0 or not known:
            yield Line(known.get(code) or _day(code), (words(count),))
    yield Line(ALL, (words(table.total),))


def _cross_lines(rows: list[str], table: CrossTable) -> Iterator[Line]:
    for name, cells in zip(rows, table.cells, strict=True):
        yield Line(name, _in_words(cells))
    yield Line(ALL, _in_words(table.totals))


def _in_words(counts: Iterable[Shown]) -> tuple[str, ...]:
    return tuple(map(words, counts))


def _day(code: str) -> str:
    return date_format(date.fromisoformat(code), "M j, Y")
