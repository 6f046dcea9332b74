"""Keyset pagination: a page of a long list begins behind the row with which the last one ended.

So no row comes twice and none is left out while others come and go. The cursor stands in the
address: it holds times, ranks and opaque ids, nothing about a person.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Order(NamedTuple):
    """The columns by which a list is sorted, all in one direction.

    None of them is empty, and no two rows have the same values in all of them.
    """

    columns: tuple[str, ...]
    descending: bool = False


class Page(NamedTuple):
    """Some rows of a list, and the cursor of the next page; empty on the last one."""

    rows: list[Any]
    after: str


def page(rows: QuerySet[Any], order: Order, after: str, size: int) -> Page:
    """The next `size` rows behind the cursor `after`; the first ones when it is empty.

    Raises ValueError when it is no cursor of this order.
    """
    columns = [F(each).desc() if order.descending else F(each).asc() for each in order.columns]
    found = list(rows.filter(_beyond(order, after)).order_by(*columns)[: size + 1])
    return Page(found[:size], cursor(order, found[size - 1]) if len(found) > size else "")


def cursor(order: Order, row: Model) -> str:
    """The place of a row in the list, to begin the next page behind it."""
    return ".".join(_written(getattr(row, each)) for each in order.columns)


def _beyond(order: Order, after: str) -> Q:
    """Later in the first column, or equal there and later in the next one, and so on.

    The first column alone is said once more, so that its index is entered at the right place.
    """
    if not after:
        return Q()
    values = _read(order, after)
    way = "lt" if order.descending else "gt"
    first = order.columns[0]
    return Q((f"{first}__{way}e", values[0])) & _later(order.columns, values, way)


def _later(columns: tuple[str, ...], values: list[Any], way: str) -> Q:
    later = Q((f"{columns[0]}__{way}", values[0]))
    if len(columns) == 1:
        return later
    return later | Q((columns[0], values[0])) & _later(columns[1:], values[1:], way)


def _read(order: Order, after: str) -> list[Any]:
    parts = after.split(".")
    kinds = [_KINDS.get(each, _moment) for each in order.columns]
    try:
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, OverflowError):
        raise ValueError("not a cursor") from None


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return str((value - EPOCH) // MICROSECOND)
    return value.hex if isinstance(value, UUID) else str(value)


def _moment(text: str) -> datetime:
    return EPOCH + int(text) * MICROSECOND


def _rank(text: str) -> int:
    return min(int(text), 1)


_KINDS: dict[str, Any] = {"id": UUID, "rank": _rank}
