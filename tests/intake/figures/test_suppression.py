"""Small counts stay hidden from who knows everything else: attackers that share no code with it."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.figures import suppression
from intake.figures.suppression import MOST, OneWay, TwoWay, one_way, two_way, with_one_total

# Close to the limit, tight at one, and plain.
COUNTS = st.one_of(
    st.sampled_from([0, 1, MOST, MOST + 1]), st.integers(0, 3 * MOST), st.integers(0, 500)
)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def test_large_counts_and_zeros_are_shown() -> None:
    assert one_way([11, 0, 300]) == OneWay((11, 0, 300), 311)
    assert two_way([[11, 0], [20, 30]]) == TwoWay(((11, 0), (20, 30)), (11, 50), (31, 30), 61)


def test_no_count_at_all_is_shown_as_none() -> None:
    assert one_way([]) == OneWay((), 0)
    assert one_way([0, 0]) == OneWay((0, 0), 0)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([5], OneWay((None,), None)),
        ([3, 40, 50], OneWay((None, None, 50), 93)),
        ([3, 4, 50], OneWay((None, None, 50), 57)),
        ([1, 1, 50], OneWay((None, None, None), 52)),
        ([10, 10, 50], OneWay((None, None, None), 70)),
        ([3, 0, 40], OneWay((None, 0, None), 43)),
        ([4, 3], OneWay((None, None), None)),
        ([6, 6], OneWay((None, None), 12)),
        ([1] * 12, OneWay((None,) * 12, None)),
    ],
)
def test_one_way(counts: list[int], shown: OneWay) -> None:
    assert one_way(counts) == shown


def test_two_way_hides_a_rectangle_and_no_more() -> None:
    shown = two_way([[3, 40, 50], [60, 70, 80], [20, 30, 40]])

    assert shown == TwoWay(
        ((None, None, 50), (None, None, 80), (20, 30, 40)), (93, 210, 90), (83, 140, 170), 393
    )


def test_two_way_leads_the_change_round_through_the_sums() -> None:
    assert two_way([[5, 0], [0, 20]]) == TwoWay(
        ((None, 0), (0, None)), (None, None), (None, None), 25
    )


@given(st.lists(COUNTS, max_size=8))
def test_no_small_count_is_shown_in_one_way_tables(counts: list[int]) -> None:
    shown = one_way(counts)

    assert [each for each in (*shown.cells, shown.total) if each in range(1, MOST + 1)] == []
    assert all(each in (None, number) for each, number in zip(shown.cells, counts, strict=True))


@given(ROWS)
@settings(max_examples=300)
def test_nobody_computes_a_hidden_count(rows: list[list[int]]) -> None:
    """T20. The attacker knows every shown count and sum, and that a hidden one is not zero."""
    shown = two_way(rows)
    hidden = hidden_places(shown)

    assert small_places(rows) <= hidden
    assert computable(rows, shown) == set()


@pytest.mark.parametrize("counts", [[1, 1, 50], [3, 40, 50], [5], [1] * 12, [1, 12], [2, 0, 11]])
def test_nobody_computes_a_hidden_count_of_one_way(counts: list[int]) -> None:
    shown = one_way(counts)
    as_two_way = TwoWay((shown.cells,), (shown.total,), shown.cells, shown.total)

    assert computable([counts], as_two_way) == set()


def test_attacker_finds_what_is_hidden_badly() -> None:
    """The control: without complements, and with a tight pair."""
    alone = TwoWay(((None, 40, 50),), (93,), (None, 40, 50), 93)
    tight = TwoWay(((None, None, 50),), (52,), (None, None, 50), 52)

    assert (0, 0) in computable([[3, 40, 50]], alone)
    assert {(0, 0), (0, 1)} <= computable([[1, 1, 50]], tight)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_who_knows_this_module_learns_no_more(width: int) -> None:
    """Every table up to a size, grouped by what is shown of it: in no group is a hidden count the
    same throughout.
    """
    most, largest = 3, 12
    groups: dict[OneWay, list[tuple[int, ...]]] = {}
    for counts in product(range(largest + 9), repeat=width):
        groups.setdefault(one_way(counts, most=most), []).append((*counts, sum(counts)))

    for shown, tables in groups.items():
        if max(tables[0]) > largest:  # its like may be beyond what was tried
            continue
        for place, each in enumerate((*shown.cells, shown.total)):
            values = {table[place] for table in tables}
            assert (len(values) > 1) is (each is None), (shown, tables[:3])


def test_one_sum_is_hidden_in_all_tables_or_none() -> None:
    tight, roomy = with_one_total([[1] * 12, [12, 0]])

    assert tight.total is None
    assert roomy == OneWay((None, 0), None)
    assert [each.total for each in with_one_total([[20, 30], [3, 47]])] == [50, 50]


def test_neighbors_of_hidden_ones_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the property: only hiding what is small is caught."""
    monkeypatch.setattr(suppression, "_next_to_hide", lambda *_: None)
    rows = [[3, 40], [50, 60]]

    assert computable(rows, two_way(rows)) != set()


Place = tuple[int, int]


def extended(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """With a column and a row of sums."""
    body = [[*row, sum(row)] for row in rows]
    return [*body, [sum(column) for column in zip(*body, strict=True)]]


def shown_table(shown: TwoWay) -> list[list[int | None]]:
    body = [[*row, total] for row, total in zip(shown.cells, shown.row_totals, strict=True)]
    return [*body, [*shown.column_totals, shown.total]]


def hidden_places(shown: TwoWay) -> set[Place]:
    return {
        (at, across)
        for at, row in enumerate(shown_table(shown))
        for across, each in enumerate(row)
        if each is None
    }


def small_places(rows: Sequence[Sequence[int]]) -> set[Place]:
    return {
        (at, across)
        for at, row in enumerate(extended(rows))
        for across, each in enumerate(row)
        if 1 <= each <= MOST
    }


def computable(rows: Sequence[Sequence[int]], shown: TwoWay) -> set[Place]:
    """Hidden places that have one value in every table that looks the same."""
    left = hidden_places(shown)
    truth = extended(rows)
    for other in look_alikes(rows, shown):
        left = {(at, across) for at, across in left if other[at][across] == truth[at][across]}
        if not left:
            break
    return left


def look_alikes(rows: Sequence[Sequence[int]], shown: TwoWay) -> Iterator[list[list[int]]]:
    """Tables with the same shown counts and sums, each count at most one away from the truth."""
    pattern = shown_table(shown)
    width = len(rows[0])

    def go_on(done: list[list[int]]) -> Iterator[list[list[int]]]:
        if len(done) == len(rows):
            if fits(extended(done)[-1], pattern[-1]):
                yield extended(done)
            return
        row = rows[len(done)]
        for steps in product((0, 1, -1), repeat=width):
            other = [number + step for number, step in zip(row, steps, strict=True)]
            if fits([*other, sum(other)], pattern[len(done)]):
                yield from go_on([*done, other])

    return go_on([])


def fits(numbers: Sequence[int], pattern: Sequence[int | None]) -> bool:
    """What is shown is met, and what is hidden is not zero."""
    return all(
        number >= 1 if each is None else number == each
        for number, each in zip(numbers, pattern, strict=True)
    )
