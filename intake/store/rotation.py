"""Who can open what is stored: looked over, and changed by adding and taking away wraps.

Content is never touched. A new recipient is added with a private key that opens the text, so this
runs at the desk; an old one is taken away only where every present recipient has its wrap. Batch
by batch, each with its line in the ledger: it may be stopped and run again, while requests come in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

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
    """Counts of texts: all of them, by key that has a wrap, by recipient that lacks one."""

    texts: int = 0
    wraps: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)


class Progress(NamedTuple):
    """One batch: how many wraps came or went, and texts that could not be opened."""

    changed: int
    failed: int = 0


def overview(recipients: tuple[PublicKey, ...], held: Mapping[str, PrivateKey]) -> Overview:
    """Look at every text, and open each with every key that is here. Nothing is shown."""
    found = Overview()
    found.wraps.update(KeyWrap.objects.values_list("key_id", flat=True).iterator())
    for model, _ in TEXTS:
        found.texts += model.objects.count()
        for key in recipients:
            found.missing[key.id] += _lacking(model, key.id).count()
        if held:
            _try_to_open(model, held, found)
    return found


def add(new: PublicKey, held: Mapping[str, PrivateKey], *, by: str) -> Iterator[Progress]:
    """Give every text that lacks it a wrap for `new`; one Progress for each batch.

    A text that no held key opens is counted as failed and left as it is.
    """
    for model, _ in TEXTS:
        last = None
        while batch := _next(_lacking(model, new.id), last):
            last = batch[-1].pk
            yield _add_to(batch, new, held, by=by)


def take_away(key_id: str, recipients: tuple[PublicKey, ...], *, by: str) -> Iterator[Progress]:
    """Delete the wraps of a key wherever all recipients have theirs; one Progress for each batch.

    Raises KeyError when the key is a recipient.
    """
    if key_id in {key.id for key in recipients}:
        raise KeyError(key_id)
    while changed := _take_batch(key_id, recipients, by=by):
        yield Progress(changed)


def left_with(key_id: str) -> int:
    """How many texts still have a wrap for that key."""
    return KeyWrap.objects.filter(key_id=key_id).count()


def _lacking(model: type[Text], key_id: str) -> QuerySet:
    """Without their ciphertext, which rotation does not need."""
    return model.objects.exclude(wraps__key_id=key_id).defer("ciphertext")


def _next(rows: QuerySet, last: object) -> list[Text]:
    """Ordered by id, so that one that cannot be opened is not met again."""
    later = rows if last is None else rows.filter(pk__gt=last)
    return list(later.order_by("pk").prefetch_related("wraps")[:BATCH])


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
        complete = KeyWrap.objects.filter(key_id=key_id, **{f"{name}__isnull": False})
        for key in recipients:
            theirs = KeyWrap.objects.filter(key_id=key.id, **{name: OuterRef(name)})
            complete = complete.filter(Exists(theirs))
        batch = list(complete.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if batch:
            with transaction.atomic():
                KeyWrap.objects.filter(pk__in=batch)._raw_delete(connection.alias)
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
