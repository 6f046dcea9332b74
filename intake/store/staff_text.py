"""Seal and store what staff type: notes, reasons, hand-overs, referrals, amendments."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from intake.models import KeyWrap, Request, StaffText
from intake.seal.answers import FORM_VERSION, Answers, pack, pack_text, unpack_text
from intake.seal.keys import PrivateKey
from intake.store.sealed_rows import seal_into, wrap_rows


def write(request: Request, *, kind: str, text: str, by: str, now: datetime) -> StaffText:
    """Seal and store a text of one `StaffText.Kind`. `by` is the user name.

    The caller records it in the ledger, in the same transaction. Raises AnswersError when the
    text is too long and KeyFileError without recipients.
    """
    return _store(request, kind, pack_text(text), by, now)


def write_amendment(request: Request, answers: Answers, *, by: str, now: datetime) -> StaffText:
    """Seal and store the contact details that hold from now on, as answers. Raises like `write`."""
    return _store(request, StaffText.Kind.AMENDMENT, pack(answers), by, now)


def read(row: StaffText, private_keys: Mapping[str, PrivateKey]) -> str:
    """The text, opened. The caller has written the ledger before. Raises SealError."""
    return unpack_text(row.unseal(private_keys))


def _store(request: Request, kind: str, content: bytes, by: str, now: datetime) -> StaffText:
    row = StaffText(
        id=uuid4(),
        request=request,
        kind=kind,
        form_version=FORM_VERSION,
        written_at=now,
        written_by=by,
    )
    sealed = seal_into(row, content)
    with transaction.atomic():
        row.save(force_insert=True)
        KeyWrap.objects.bulk_create(wrap_rows(row, sealed))
    return row
