"""What is read from a histogram is what the times themselves would say, to the step."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.figures.histogram import MEDIAN, NINE_IN_TEN, SCALE, middle, percentile, words
from tests.intake.scale import step_of

MINUTES = st.floats(0, 60 * 24 * 60, allow_nan=False)


@given(st.lists(MINUTES, min_size=1, max_size=60), st.sampled_from([MEDIAN, NINE_IN_TEN]))
def test_percentile_is_the_step_of_the_true_one(times: list[float], percent: int) -> None:
    histogram = Counter(step_of(each) for each in times)

    found = percentile(histogram, percent, fewest=1)

    assert found is not None
    at_most = [each for each in times if step_of(each) <= found]
    below = [each for each in times if step_of(each) < found]
    assert len(at_most) * 100 >= percent * len(times) > len(below) * 100
    assert found == step_of(sorted(times)[(len(times) * percent + 99) // 100 - 1])


@given(MINUTES)
def test_step_is_the_last_one_that_began(minutes: float) -> None:
    assert step_of(minutes) == max(step for step in SCALE if step <= minutes)


@given(st.lists(MINUTES, min_size=5, max_size=9), st.lists(MINUTES, min_size=5, max_size=9))
def test_weeks_can_be_added_up(first: list[float], second: list[float]) -> None:
    added = Counter(map(step_of, first)) + Counter(map(step_of, second))

    assert percentile(added, MEDIAN) == percentile(Counter(map(step_of, first + second)), MEDIAN)


def test_time_before_the_receipt_counts_as_at_once() -> None:
    assert step_of(-0.5) == 0


def test_too_few_times_say_nothing() -> None:
    assert percentile({}, MEDIAN, fewest=0) is None
    assert percentile({15: 4}, MEDIAN) is None
    assert percentile({15: 5}, MEDIAN) == 15
    assert percentile({15: 10}, MEDIAN, fewest=11) is None


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (None, "none yet"),
        (0, "under 5 min"),
        (15, "15 to 20 min"),
        (45, "45 min to 1 h"),
        (60, "1 to 1.5 h"),
        (720, "12 h to 1 day"),
        (1440, "1 to 2 days"),
        (10080, "7 to 10 days"),
        (43200, "over 30 days"),
    ],
)
def test_steps_in_words(step: int | None, text: str) -> None:
    assert words(step) == text


def test_each_step_is_drawn_between_its_ends() -> None:
    ends = [*SCALE[1:], 2 * SCALE[-1]]

    assert all(start < middle(start) < end for start, end in zip(SCALE, ends, strict=True))
