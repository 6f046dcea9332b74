"""Where the marks of a chart stand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.reports import charts
from intake.desk.reports.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from intake.figures.histogram import SCALE

MONDAY = date(2026, 11, 23)
PAIRS = st.none() | st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)).map(sorted).map(tuple)


def weeks(number: int) -> list[date]:
    return [MONDAY - timedelta(days=7 * each) for each in range(number)][::-1]


@given(st.lists(PAIRS, min_size=1, max_size=60))
def test_every_mark_lies_inside_the_chart(pairs: list[tuple[int, int] | None]) -> None:
    chart = charts.times(weeks(len(pairs)), pairs, running=MONDAY)

    assert len(chart.ranges) == len([each for each in pairs if each])
    for each in chart.ranges:
        assert LEFT < each.x < WIDTH - RIGHT
        assert TOP <= each.high <= each.low <= HEIGHT - BOTTOM
    assert [each.at for each in chart.rows] == sorted(
        (each.at for each in chart.rows), reverse=True
    )
    assert len(chart.rows) >= 2
    assert 1 <= len(chart.weeks) <= charts.MOST_LABELS


def test_longer_times_stand_higher() -> None:
    chart = charts.times(weeks(3), [(5, 60), (60, 1440), (1440, 43200)], running=MONDAY)

    lows = [each.low for each in chart.ranges]
    assert lows == sorted(lows, reverse=True)
    assert [each.running for each in chart.ranges] == [False, False, True]


def test_line_breaks_at_a_gap() -> None:
    pairs = [(5, 60), (5, 60), None, (5, 60), None, (5, 60), (10, 60), (15, 60)]

    chart = charts.times(weeks(8), pairs, running=MONDAY)

    assert [len(line.split()) for line in chart.lines] == [2, 3]


def test_nothing_at_all_is_an_empty_chart() -> None:
    chart = charts.times(weeks(26), [None] * 26, running=MONDAY)

    assert (chart.ranges, chart.lines) == ((), ())


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=60))
def test_columns_are_as_high_as_their_numbers(numbers: list[int]) -> None:
    chart = charts.columns(weeks(len(numbers)), numbers, running=MONDAY)

    heights = [each.height for each in chart.columns]
    assert all(each.y >= TOP and each.y + each.height == HEIGHT - BOTTOM for each in chart.columns)
    assert sorted(range(len(numbers)), key=lambda at: (numbers[at], at)) == sorted(
        range(len(numbers)), key=lambda at: (heights[at], numbers[at], at)
    )
    assert int(chart.rows[-1].words) >= max(numbers)


@pytest.mark.parametrize(
    ("number", "largest", "length"),
    [(0, 0, 0), (0, 9, 0), (1, 9999, 1), (5, 10, 50), (10, 10, 100)],
)
def test_bar_of_what_is_there_is_seen(number: int, largest: int, length: float) -> None:
    assert charts.bar(number, largest) == length
