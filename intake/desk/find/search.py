"""Search requests by name, phone number, email address or pseudonym. The term is not stored.

The results name nobody: staff see pseudonyms, and open the record if they need to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from intake.clock import deadlines
from intake.desk.find import comparing, scan
from intake.desk.find.scan import Comparable, Scan
from intake.models import Request
from intake.models.querysets import RequestQuerySet
from intake.rules.pseudonym import is_pseudonym, pseudonym
from intake.rules.states import OPEN

MOST_SHOWN = 50
MOST_CLOSED = 5000
SHORTEST_WORD = 2
SHORTEST_NUMBER = 4

Rule = Callable[["Term", Comparable], bool]


@dataclass(frozen=True, repr=False)
class Term:
    """A search term, normalized for comparison; its repr shows nothing of it."""

    words: tuple[str, ...]
    number: str
    address: str

    @classmethod
    def of(cls, text: str) -> "Term":
        """Normalize what was typed. Of a number, the last ten digits count."""
        digits = "" if "@" in text else comparing.digits(text)
        return cls(
            comparing.name_words(text),
            digits[-comparing.NUMBER_LENGTH :],
            comparing.email_address(text),
        )

    @property
    def too_short(self) -> bool:
        """Whether it would match nearly everybody."""
        return not (len(self.number) >= SHORTEST_NUMBER or any(map(_tells_enough, self.words)))


@dataclass(frozen=True)
class Hit:
    """A request that matches, and the rules that matched; never the value."""

    row: Request
    by: tuple[str, ...]
    safe_now: bool


@dataclass(frozen=True, repr=False)
class SearchResult:
    """At most MOST_SHOWN hits, how many there are in all, and how much could be read."""

    hits: tuple[Hit, ...]
    total: int
    scan: Scan | None
    missing_keys: tuple[str, ...] = field(default=())


def find(text: str, *, closed_too: bool, by: str, now: datetime) -> SearchResult:
    """Find the open requests that match, and on demand those closed lately.

    A whole pseudonym is looked up without decrypting anything. Raises KeyFileError and
    DatabaseError like `scan.begin`.
    """
    scopes = [Request.objects.open()]
    if closed_too:
        scopes.append(Request.objects.closed_lately(now)[:MOST_CLOSED])
    if is_pseudonym(text):
        return _result(_by_pseudonym(text, scopes), None, now)
    begun = scan.begin("searched", over=scopes, by=by)
    term = Term.of(text)
    matched = {one.request_id: rules for one in begun if (rules := _matching(term, one))}
    return _result(matched, begun, now)


def _tells_enough(word: str) -> bool:
    """Whether a word can identify a person: two letters, or one character of another script."""
    return not word.isdecimal() and (len(word) >= SHORTEST_WORD or not word.isascii())


def _by_pseudonym(text: str, scopes: Iterable[RequestQuerySet]) -> dict[UUID, tuple[str, ...]]:
    wanted = comparing.name_words(text)
    ids = (each for requests in scopes for each in requests.values_list("pk", flat=True))
    return {each: ("pseudonym",) for each in ids if _pseudonym_words(each) == wanted}


def _result(
    matched: dict[UUID, tuple[str, ...]], begun: Scan | None, now: datetime
) -> SearchResult:
    rows = Request.objects.with_ids(matched).by_due()[:MOST_SHOWN]
    hits = tuple(Hit(row, matched[row.pk], _is_safe(row, now)) for row in rows)
    return SearchResult(hits, len(matched), begun, tuple(begun.missing_keys()) if begun else ())


def _is_safe(row: Request, now: datetime) -> bool:
    return row.state in OPEN and row.no_contact_at is None and deadlines.is_safe(row.windows, now)


def _matching(term: Term, one: Comparable) -> tuple[str, ...]:
    return tuple(name for name, fits in RULES.items() if fits(term, one))


def _name_fits(term: Term, one: Comparable) -> bool:
    """Whether each word of the term begins a word of the name: "jo bak" finds Jordan Baker."""
    return any(_all_begin(term.words, words) for words in one.names)


def _number_fits(term: Term, one: Comparable) -> bool:
    """Whether the term is the number, or its last digits."""
    enough = len(term.number) >= SHORTEST_NUMBER
    return enough and any(number.endswith(term.number) for number in one.numbers)


def _address_fits(term: Term, one: Comparable) -> bool:
    """Whether the term is the address, or its part before the @."""
    parts = {part for address in one.addresses for part in (address, address.split("@")[0])}
    return term.address in parts


def _pseudonym_fits(term: Term, one: Comparable) -> bool:
    return _all_begin(term.words, _pseudonym_words(one.request_id))


def _all_begin(starts: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return bool(starts) and all(any(word.startswith(each) for word in words) for each in starts)


def _pseudonym_words(request_id: UUID) -> tuple[str, ...]:
    return tuple(pseudonym(request_id).lower().split())


RULES: dict[str, Rule] = {
    "name": _name_fits,
    "phone number": _number_fits,
    "email": _address_fits,
    "pseudonym": _pseudonym_fits,
}
