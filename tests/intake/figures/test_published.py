"""Statistics that leave the desk: whole quarters, once and the same ever after (T20)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from intake.figures import published, weekly_counts
from intake.figures.published import SPANS, CrossTable, Quarter, lines, of, quarters
from intake.figures.suppression import Shown, shown
from intake.figures.weekly_counts import PARTS, WEEK
from intake.models import WeeklyCount
from tests.clock import local

pytestmark = pytest.mark.django_db
NOW = local(9)  # November 24, 2026
THIRD = Quarter(2026, 3)


def counted(monday: date, *rows: tuple[str, str, str, int]) -> None:
    """Part, figure, bucket, number of a week."""
    WeeklyCount.objects.bulk_create(
        WeeklyCount(week=monday, part=part, figure=figure, bucket=bucket, number=number)
        for part, figure, bucket, number in rows
    )


def quarter_of(**more: Any) -> published.Published:
    """14 requests in one week, 40 in another; of them 3 in one way and so on."""
    counted(
        THIRD.first,
        ("", "received", "", 14),
        ("", "asker", "self", 14),
        ("", "lane", "open", 14),
        ("", "channel", "phone", 14),
        ("", "outcome", "admitted", 14),
        ("weekday_morning", "attempt", "5", 12),
        ("weekday_morning", "attempt", "60", 2),
    )
    counted(
        THIRD.last,
        ("", "received", "", 40),
        ("", "asker", "self", 20),
        ("", "asker", "someone", 17),
        ("", "asker", "patient", 3),
        ("", "lane", "open", 40),
        ("", "channel", "phone", 40),
        ("", "outcome", "admitted", 40),
        ("weekend_evening", "attempt", "20", 30),
        ("weekend_evening", "attempt", "0", 11),
    )
    return of(THIRD)


# ---- which quarters


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (Quarter(2026, 1), date(2026, 1, 5), date(2026, 3, 30)),
        (Quarter(2026, 3), date(2026, 7, 6), date(2026, 9, 28)),
        (Quarter(2026, 4), date(2026, 10, 5), date(2026, 12, 28)),
        (Quarter(2024, 1), date(2024, 1, 1), date(2024, 3, 25)),
    ],
)
def test_quarter_is_whole_weeks(quarter: Quarter, first: date, last: date) -> None:
    assert (quarter.first, quarter.last) == (first, last)


def test_each_week_belongs_to_one_quarter() -> None:
    quarter, monday = Quarter(2020, 1), date(2020, 1, 6)
    for _ in range(600):
        if monday > quarter.last:
            quarter = quarter.next
        assert quarter.first <= monday <= quarter.last
        assert Quarter.of(monday) == quarter
        monday += WEEK


def test_without_any_count_no_quarter_is_there() -> None:
    assert quarters(NOW) == []


def test_quarter_appears_when_its_last_week_is_settled() -> None:
    counted(date(2026, 5, 4), ("", "received", "", 1))
    settled = THIRD.last + (weekly_counts.young_weeks() + 1) * WEEK
    morning = datetime(
        settled.year, settled.month, settled.day, 9, tzinfo=settings.CLINIC.time_zone
    )

    assert quarters(morning - WEEK) == [Quarter(2026, 2)]
    assert quarters(morning) == [THIRD, Quarter(2026, 2)]


# ---- what is in them


def test_small_counts_are_hidden_and_others_rounded() -> None:
    tables = {table.code: table for table in quarter_of().tables}

    assert {each for each in tables["week"].cells if each} == {15, 40}
    assert tables["asker"].cells == (35, 15, None)


def test_total_is_rounded_from_the_true_one_in_every_table() -> None:
    """14 and 40: 54, not 15 and 40."""
    assert [table.total for table in quarter_of().tables] == [55] * 5
    assert CrossTable.of([[13, 13], [13, 13]]) == CrossTable(
        cells=((15, 15, 25), (15, 15, 25)), totals=(25, 25, 50)
    )


def test_no_second_count_is_hidden_for_a_small_one() -> None:
    table = CrossTable.of([[3, 40], [50, 60]])

    assert table == CrossTable(cells=((None, 40, 45), (50, 60, 110)), totals=(55, 100, 155))


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@given(TABLES)
def test_every_cell_of_a_table_is_what_its_own_count_says(counts: list[list[int]]) -> None:
    """The same count is shown in the same way in every table, whatever stands beside it."""
    table = CrossTable.of(counts)
    sums = [sum(column) for column in zip(*counts, strict=True)]

    assert [list(row) for row in table.cells] == [each_shown(*row, sum(row)) for row in counts]
    assert list(table.totals) == each_shown(*sums, sum(sums))


def each_shown(*counts: int) -> list[Shown]:
    return [shown(count) for count in counts]


def test_times_are_by_part_of_the_week_and_span() -> None:
    (attempt, *_) = quarter_of().times
    rows = dict(zip(attempt.rows, attempt.shown.cells, strict=True))

    assert attempt.shown.totals[-1] == 55
    assert rows["weekend_morning"] == (0,) * (len(SPANS) + 1)
    assert rows["weekday_morning"][SPANS.index("1 to 4 h")] is None
    assert rows["weekday_morning"][0] is None
    assert rows["weekend_evening"][SPANS.index("15 min to 1 h")] == 30


def test_lines_of_the_file_hold_no_small_count() -> None:
    found = list(lines(quarter_of()))

    assert ("2026-Q3", "received", "", "", "55") in found
    assert ("2026-Q3", "asker", "patient", "", "hidden") in found
    assert ("2026-Q3", "attempt", "weekend_evening", "15 min to 1 h", "30") in found
    numbers = [int(count) for *_, count in found if count != "hidden"]
    assert not [each for each in numbers if 1 <= each <= 10 or each % 5]


def test_file_has_one_line_for_each_cell() -> None:
    found = [line[1:4] for line in lines(quarter_of())]

    assert len(set(found)) == len(found)
    assert len([line for line in found if line[0] == "attempt"]) == len(PARTS) * len(SPANS)


def test_quarter_with_few_requests_tells_no_total() -> None:
    counted(THIRD.first, ("", "received", "", 7), ("", "asker", "self", 7), ("", "lane", "open", 7))

    assert [table.total for table in of(THIRD).tables] == [None] * 5
    assert ("2026-Q3", "received", "", "", "hidden") in list(lines(of(THIRD)))


def test_quarter_without_requests_says_so() -> None:
    counted(THIRD.first, ("", "received", "", 0))

    assert ("2026-Q3", "received", "", "", "0") in list(lines(of(THIRD)))


def test_what_came_later_changes_nothing() -> None:
    before = list(lines(quarter_of()))

    counted(THIRD.last + WEEK, ("", "received", "", 400), ("", "asker", "self", 400))
    counted(THIRD.first - WEEK, ("", "received", "", 9), ("", "asker", "self", 9))

    assert list(lines(of(THIRD))) == before


def test_every_step_falls_into_its_span() -> None:
    found = {step: SPANS[published._span(step)] for step in (0, 10, 15, 45, 60, 180, 240, 720)}

    assert found == {
        0: SPANS[0],
        10: SPANS[0],
        15: SPANS[1],
        45: SPANS[1],
        60: SPANS[2],
        180: SPANS[2],
        240: SPANS[3],
        720: SPANS[3],
    }
    assert published._span(43200) == len(SPANS) - 1


def test_quarters_do_not_overlap_in_time() -> None:
    for quarter in (Quarter(2025, 4), Quarter(2026, 1)):
        assert quarter.next.first - quarter.last == timedelta(days=7)
