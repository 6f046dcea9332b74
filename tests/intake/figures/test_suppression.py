"""Counts of 1 to 12 are hidden and all others rounded to the nearest 5 (T20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.figures.suppression import BASE, LARGEST_HIDDEN, shown, words

SMALL = range(1, 11)
"""Counts that no table may show (CMS cell size suppression policy)."""

COUNTS = st.integers(0, 40) | st.integers(0, 10_000)


@given(COUNTS)
def test_no_shown_count_is_small_or_exact(count: int) -> None:
    found = shown(count)

    assert found is None or (found not in SMALL and found % BASE == 0)


@given(COUNTS)
def test_rounding_is_off_by_two_at_most(count: int) -> None:
    found = shown(count)

    assert found is None or abs(found - count) <= 2


@pytest.mark.parametrize("count", SMALL)
def test_small_counts_are_hidden(count: int) -> None:
    assert shown(count) is None


@pytest.mark.parametrize(
    ("count", "found"),
    [(0, 0), (11, None), (12, None), (13, 15), (15, 15), (17, 15), (18, 20), (302, 300)],
)
def test_other_counts_are_rounded_unless_they_would_look_small(
    count: int, found: int | None
) -> None:
    assert shown(count) == found


def test_only_what_rounds_to_a_small_count_is_hidden_with_the_small_ones() -> None:
    hidden = [count for count in range(1000) if shown(count) is None]

    assert hidden == list(range(1, LARGEST_HIDDEN + 1))


@given(COUNTS, COUNTS)
def test_larger_count_is_never_shown_as_a_smaller_one(one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    known = [each for each in (shown(smaller), shown(larger)) if each is not None]

    assert known == sorted(known)


def test_hidden_count_has_a_word() -> None:
    assert (words(shown(7)), words(shown(0)), words(shown(23))) == ("hidden", "0", "25")
