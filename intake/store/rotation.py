"""Key rotation: change who can open what is stored, by adding wraps and taking wraps away.

Content is never touched. A wrap for a new recipient is made with a private key that opens the
text, so this runs at the desk. A wrap for an old one goes only where every present recipient has
theirs. It works batch by batch, each with its line in the ledger, so it may be stopped and run
again while requests come in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from intake.models import KeyWrap, StaffText, Submission
from intake.seal import keys, sealing
from intake.seal.keys import PrivateKey, PublicKey
from intake.seal.sealing import Sealed, SealError, Wrap
from intake.store import ledger
from intake.store.sealed_rows import wrap_rows

BATCH = 200
Text = Submission | StaffText
TEXTS: tuple[tuple[type[Text], str], ...] = (
    (Submission, "submission"),
    (StaffText, "staff_text"),
)


@dataclass
class Overview:
    """What is stored: the number of sealed texts, and for each key id the number of wraps.

    `missing` counts texts without a wrap for a recipient; `opened` and `unopened` count wraps that
    a private key was tried on.
    """

    texts: int = 0
    wraps: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)


class Progress(NamedTuple):
    """A batch that is done: how many wraps came or went, and how many texts did not open."""

    changed: int
    failed: int = 0


def overview(recipients: tuple[PublicKey, ...], held: Mapping[str, PrivateKey]) -> Overview:
    """Count texts and wraps, and open each text with every private key in `held`.

    What is opened is thrown away.
    """
    found = Overview()
    found.wraps.update(KeyWrap.objects.values_list("key_id", flat=True).iterator())
    for model, _ in TEXTS:
        found.texts += model.objects.count()
        for key in recipients:
            found.missing[key.id] += model.objects.lacking(key.id).count()
        if held:
            _try_to_open(model, held, found)
    return found


def add(new: PublicKey, held: Mapping[str, PrivateKey], *, by: str) -> Iterator[Progress]:
    """Give every text that lacks one a wrap for `new`. Yields a Progress for each batch.

    A text that no held key opens is counted as failed and left as it is.
    """
    for model, _ in TEXTS:
        last = None
        while batch := _batch(model, new.id, last):
            last = batch[-1].pk  # so that one that cannot be opened is not met again
            yield _add_to(batch, new, held, by=by)


def take_away(key_id: str, recipients: tuple[PublicKey, ...], *, by: str) -> Iterator[Progress]:
    """Delete the wraps of a key wherever all recipients have theirs. Yields a Progress per batch.

    Raises KeyError when the key is a recipient.
    """
    if key_id in {key.id for key in recipients}:
        raise KeyError(key_id)
    while changed := _take_batch(key_id, recipients, by=by):
        yield Progress(changed)


def left_with(key_id: str) -> int:
    """The number of texts that still have a wrap for that key."""
    return KeyWrap.objects.for_key(key_id).count()


def _batch(model: type[Text], key_id: str, last: UUID | None) -> list[Text]:
    return list(model.objects.lacking(key_id).batch_after(last, BATCH))


def _add_to(
    batch: list[Text], new: PublicKey, held: Mapping[str, PrivateKey], *, by: str
) -> Progress:
    made = [(row, _rewrapped(row, new, held)) for row in batch]
    rows = [_row(row, wrap) for row, wrap in made if wrap]
    try:
        _store(rows, new, by=by)
    except IntegrityError:  # a text was purged meanwhile
        still = set(type(batch[0]).objects.in_bulk([row.pk for row in batch]))
        rows = [_row(row, wrap) for row, wrap in made if wrap and row.pk in still]
        _store(rows, new, by=by)
    return Progress(len(rows), failed=sum(wrap is None for _, wrap in made))


def _store(rows: list[KeyWrap], new: PublicKey, *, by: str) -> None:
    if rows:
        with transaction.atomic():
            KeyWrap.objects.bulk_create(rows, ignore_conflicts=True)
            ledger.record("wraps_added", by=by, detail=f"key {new.id}: {len(rows)}")


def _rewrapped(row: Text, new: PublicKey, held: Mapping[str, PrivateKey]) -> Wrap | None:
    for wrap in row.wraps.all():
        if wrap.key_id in held:
            try:
                return sealing.rewrap(
                    Wrap(wrap.key_id, wrap.suite, bytes(wrap.wrapped)),
                    record=row.pk,
                    purpose=row.purpose,
                    private_key=held[wrap.key_id],
                    suite=keys.configured_suite(),
                    new=new,
                )
            except SealError:
                continue
    return None


def _row(row: Text, wrap: Wrap) -> KeyWrap:
    return wrap_rows(row, Sealed(b"", (wrap,)))[0]


def _take_batch(key_id: str, recipients: tuple[PublicKey, ...], *, by: str) -> int:
    for _, name in TEXTS:
        wraps = KeyWrap.objects.for_key(key_id)
        complete = wraps.dispensable(name, [key.id for key in recipients])
        batch = list(complete.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if batch:
            with transaction.atomic():
                KeyWrap.objects.with_ids(batch).delete_unread()
                ledger.record("wraps_removed", by=by, detail=f"key {key_id}: {len(batch)}")
            return len(batch)
    return 0


def _try_to_open(model: type[Text], held: Mapping[str, PrivateKey], found: Overview) -> None:
    for row in model.objects.prefetch_related("wraps").iterator(chunk_size=BATCH):
        for wrap in row.wraps.all():
            if wrap.key_id in held:
                counts = found.opened if _opens(row, held[wrap.key_id]) else found.unopened
                counts[wrap.key_id] += 1


def _opens(row: Text, key: PrivateKey) -> bool:
    try:
        row.unseal({key.id: key})
    except SealError:
        return False
    return True
