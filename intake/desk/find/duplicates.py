"""Duplicate detection: suggest requests that may be the same person's; a manager decides.

Only open requests by the same kind of asker are compared: a person who asks for themselves and a
relative who asks for them have two secrets. The page shows which rule matched, never the value.
"""

from collections.abc import Callable
from dataclasses import dataclass

from intake.desk.find import scan
from intake.desk.find.comparing import nearly_same
from intake.desk.find.scan import Comparable, Scan
from intake.models import Request

MOST_SHOWN = 20
WHOLE_NAME = 2  # words: a first and a last name

Rule = Callable[[Comparable, Comparable], bool]


@dataclass(frozen=True)
class Suggestion:
    """A request that may be the same person's, and the rules that matched."""

    row: Request
    by: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Suggestions:
    """At most MOST_SHOWN suggestions, how many there are in all, and how much could be read."""

    shown: tuple[Suggestion, ...]
    total: int
    scan: Scan
    missing_keys: tuple[str, ...]


def suggest(request: Request, *, by: str) -> Suggestions:
    """Compare a request with every open one by the same kind of asker. Writes one ledger line.

    Raises KeyFileError and DatabaseError like `scan.begin`.
    """
    mine = Request.objects.with_ids([request.pk])
    others = Request.objects.open().asked_by(request.asker).other_than(request)
    begun = scan.begin("sought_duplicates", over=[mine, others], by=by, request=request)
    texts = iter(begun)
    own = next(texts, Comparable(request.pk))
    matched = {one.request_id: rules for one in texts if (rules := matching(own, one))}
    rows = Request.objects.with_ids(matched).by_due()[:MOST_SHOWN]
    shown = tuple(Suggestion(row, matched[row.pk]) for row in rows)
    return Suggestions(shown, len(matched), begun, tuple(begun.missing_keys()))


def matching(one: Comparable, other: Comparable) -> tuple[str, ...]:
    """The rules by which the two requests may be the same person's."""
    return tuple(words for words, fits in RULES.items() if fits(one, other))


def _same_number(one: Comparable, other: Comparable) -> bool:
    return bool(one.numbers & other.numbers)


def _same_address(one: Comparable, other: Comparable) -> bool:
    return bool(one.addresses & other.addresses)


def _same_whole_name(one: Comparable, other: Comparable) -> bool:
    """The same name of at least two words; a first name alone is shared by many."""
    return any(len(words) >= WHOLE_NAME for words in one.names & other.names)


def _same_name_and_nearly_the_number(one: Comparable, other: Comparable) -> bool:
    pairs = ((a, b) for a in one.numbers for b in other.numbers if a != b)
    return bool(one.names & other.names) and any(nearly_same(a, b) for a, b in pairs)


RULES: dict[str, Rule] = {
    "same phone number": _same_number,
    "same email": _same_address,
    "same first and last name": _same_whole_name,
    "same name, and a phone number with at most two other digits": _same_name_and_nearly_the_number,
}
