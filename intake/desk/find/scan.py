"""Linear scan: decrypt the requests one after the other, and yield what can be compared.

There is no searchable index, not even a blind one: at a clinic's size it is quick to decrypt all
open requests. The number of queries does not depend on the number of requests.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Protocol, cast
from uuid import UUID

from django.db import connection, transaction

from intake.desk.find import comparing
from intake.models import Request, StaffText, Submission
from intake.models.querysets import RequestQuerySet
from intake.seal import keys
from intake.seal.answers import AnswersError, unpack
from intake.seal.keys import KeyFileError, PrivateKey, Purpose
from intake.seal.sealing import SealError, Wrap
from intake.store import ledger

CHUNK = 200  # rows that are in memory at once, about 10 KB each


@dataclass(frozen=True, repr=False)
class Comparable:
    """What can be compared of one request, normalized by `comparing`; its repr shows nothing."""

    request_id: UUID
    names: frozenset[tuple[str, ...]] = frozenset()
    numbers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def with_more(self, other: "Comparable") -> "Comparable":
        """Merge with another text of the same request: an old number finds the person too."""
        return Comparable(
            self.request_id,
            self.names | other.names,
            self.numbers | other.numbers,
            self.addresses | other.addresses,
        )


class _SealedRow(Protocol):
    """A form or an amendment, with its wrap for a key that is here in the same row."""

    pk: UUID
    request_id: UUID
    held_key: str | None
    held_suite: str
    held_wrapped: bytes

    def unseal_by(self, wrap: Wrap, private_key: PrivateKey) -> bytes: ...


class Scan:
    """Iterate to get what can be compared, request by request.

    `read`, `damaged` and `locked` count the texts. The ledger line is committed already: `begin`.
    """

    def __init__(
        self, scopes: Sequence[RequestQuerySet], private_keys: Mapping[str, PrivateKey]
    ) -> None:
        self._scopes = scopes
        self._keys = private_keys
        self.read = 0
        self.damaged = 0
        self._locked: set[UUID] = set()

    def __iter__(self) -> Iterator[Comparable]:
        for requests in self._scopes:
            with transaction.atomic():  # the rows are streamed, which needs one
                _want_all_rows()
                yield from self._over(requests)

    @property
    def locked(self) -> int:
        """How many texts are sealed to none of this server's keys."""
        return len(self._locked)

    def missing_keys(self) -> list[str]:
        """The ids of the keys that would open the locked texts, without offline recovery keys."""
        if not self._locked:
            return []
        texts = (Submission.objects.key_ids(self._locked), StaffText.objects.key_ids(self._locked))
        return sorted(set.union(*texts) - _recovery_keys())

    def _over(self, requests: RequestQuerySet) -> Iterator[Comparable]:
        for _, texts in groupby(_streamed(requests, self._keys), key=attrgetter("request_id")):
            first, *others = map(self._opened, texts)
            for other in others:
                first = first.with_more(other)
            yield first

    def _opened(self, text: _SealedRow) -> Comparable:
        """Decrypt a text; with nothing to compare if that fails."""
        if text.held_key is None:
            self._locked.add(text.pk)
            return Comparable(text.request_id)
        wrap = Wrap(text.held_key, text.held_suite, bytes(text.held_wrapped))
        try:
            found = _comparable(text, text.unseal_by(wrap, self._keys[text.held_key]))
        except (SealError, AnswersError):
            self.damaged += 1
            return Comparable(text.request_id)
        self.read += 1
        return found


def begin(
    action: str, *, over: Sequence[RequestQuerySet], by: str, request: Request | None = None
) -> Scan:
    """Commit the ledger line, with the number of requests that may now be read.

    Raises KeyFileError or DatabaseError; then nothing is decrypted.
    """
    held = keys.private_keys()
    with transaction.atomic(durable=True):
        number = sum(requests.count() for requests in over)
        ledger.record(action, by=by, request=request, detail=f"requests: {number}")
    return Scan(over, held)


def _want_all_rows() -> None:
    """Tell the query planner that the cursor is read to its end.

    By default it expects a tenth, and prefers a plan that walks all closed requests so that the
    first row comes soon; with a million of them that takes longer than everything else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")


def _streamed(requests: RequestQuerySet, held: Iterable[str]) -> Iterator[_SealedRow]:
    """The newest form and the newest amendment of each request, ordered by request."""
    forms = Submission.objects.newest_of(requests, held)
    amendments = StaffText.objects.newest_amendment_of(requests, held)
    both = (texts.iterator(chunk_size=CHUNK) for texts in (forms, amendments))
    rows = heapq.merge(*both, key=attrgetter("request_id"))
    return cast(Iterator[_SealedRow], rows)  # the queries add the columns


def _comparable(text: _SealedRow, packed: bytes) -> Comparable:
    """Normalize the answers of a form or of an amendment, which has the same shape."""
    answers = unpack(packed)
    name, address = comparing.name_words(answers.name), comparing.email_address(answers.email)
    return Comparable(
        text.request_id,
        frozenset([name] if name else []),
        comparing.phone_numbers(answers.phone),
        frozenset([address] if address else []),
    )


def _recovery_keys() -> set[str]:
    try:
        return {key.id for key in keys.public_keys() if key.purpose == Purpose.RECOVERY}
    except KeyFileError:
        return set()
