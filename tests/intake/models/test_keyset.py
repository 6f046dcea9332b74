"""Pages by where the last one ended: every row once, also while rows come, go and move."""

import random
from datetime import timedelta
from typing import Any

import pytest

from intake.models import Request, keyset
from intake.models.keyset import Order
from intake.rules.states import State
from tests.intake import rows

pytestmark = pytest.mark.django_db
BY_DUE = Order(("next_due", "id"))
LATEST_FIRST = Order(("closed_at", "id"), descending=True)


def walk(order: Order, size: int, between: Any = lambda: None) -> list[Any]:
    """The ids on all pages."""
    seen, after = [], ""
    while True:
        page = keyset.page(Request.objects.all(), order, after, size)
        seen += [row.id for row in page.rows]
        after = page.after
        if not after:
            return seen
        between()


def put(number: int, **columns: Any) -> None:
    Request.objects.filter(pk__in=Request.objects.values("pk")[:number]).update(**columns)


@pytest.mark.parametrize("size", [1, 3, 7, 8, 50])
@pytest.mark.parametrize("same", [True, False])
def test_pages_hold_every_row_once_in_order(size: int, same: bool) -> None:
    """Also when all have the same due time, and when times differ by a microsecond."""
    made = [rows.request() for _ in range(7)]
    for number, row in enumerate(made):
        late = timedelta(microseconds=0 if same else number)
        Request.objects.filter(pk=row.pk).update(next_due=rows.NOW + late)

    ids = walk(BY_DUE, size)

    expected = sorted(Request.objects.all(), key=lambda row: (row.next_due, row.id))
    assert ids == [row.id for row in expected]


@pytest.mark.parametrize("size", [1, 3, 7])
def test_latest_first_runs_the_other_way(size: int) -> None:
    for number in range(7):
        row = rows.request()
        rows.step(row, State.SPAM, closed_at=rows.NOW + timedelta(minutes=number // 2))

    expected = sorted(Request.objects.all(), key=lambda row: (row.closed_at, row.id), reverse=True)
    assert walk(LATEST_FIRST, size) == [row.id for row in expected]


def test_rows_that_stay_are_met_once_while_others_come_go_and_move() -> None:
    chance = random.Random(7)
    made = [rows.request() for _ in range(30)]
    for row in made:
        due = rows.NOW + timedelta(minutes=chance.randrange(20))
        Request.objects.filter(pk=row.pk).update(next_due=due)
    moving, staying = made[:12], {row.id for row in made[12:]}

    def between() -> None:
        rows.request()
        row = chance.choice(moving)
        due = rows.NOW + timedelta(minutes=chance.randrange(20))
        Request.objects.filter(pk=row.pk).update(next_due=due)

    seen = walk(BY_DUE, 4, between)

    assert [each for each in seen if each in staying] == list(
        dict.fromkeys(each for each in seen if each in staying)
    )
    assert staying <= set(seen)


def test_last_page_has_no_next_one() -> None:
    for _ in range(4):
        rows.request()

    assert keyset.page(Request.objects.all(), BY_DUE, "", 4).after == ""
    assert keyset.page(Request.objects.all(), BY_DUE, "", 3).after != ""


@pytest.mark.parametrize(
    "after", ["mallow", "1", "1.2.3", "1.mallow", f"x.{'0' * 32}", f"{'9' * 30}.{'0' * 32}"]
)
def test_what_is_no_cursor_is_refused(after: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        keyset.page(Request.objects.all(), BY_DUE, after, 5)


def test_rank_beyond_what_a_column_holds_does_no_harm() -> None:
    order = Order(("rank", "next_due", "id"))
    rows.request()
    from django.db.models import Value

    found = Request.objects.annotate(rank=Value(0))
    assert keyset.page(found, order, f"{'9' * 30}.0.{'0' * 32}", 5).rows == []
