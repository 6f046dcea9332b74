"""What staff type is sealed like a visitor's words: notes, reasons, hand-overs, amendments."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from intake.answers import FORM_VERSION, pack_text, unpack_text
from intake.keys import PrivateKey
from intake.models import KeyWrap, Request, StaffText
from intake.submission import seal_into, wrap_rows


def write(request: Request, *, kind: str, text: str, by: str, now: datetime) -> StaffText:
    """Seal and store a text of a `StaffText.Kind`. `by` is the user name.

    The caller records it in the ledger, in the same transaction. Raises AnswersError when the
    text is too long and KeyFileError without keys.
    """
    row = StaffText(
        id=uuid4(),
        request=request,
        kind=kind,
        form_version=FORM_VERSION,
        written_at=now,
        written_by=by,
    )
    sealed = seal_into(row, pack_text(text))
    with transaction.atomic():
        row.save(force_insert=True)
        KeyWrap.objects.bulk_create(wrap_rows(row, sealed))
    return row


def read(row: StaffText, private_keys: Mapping[str, PrivateKey]) -> str:
    """The text. The caller has written the ledger before. Raises SealError."""
    return unpack_text(row.unseal(private_keys))
