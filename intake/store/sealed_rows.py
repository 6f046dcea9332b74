"""Rows that hold a crypto envelope: the ciphertext, and one wrapped content key per recipient."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from intake.models import KeyWrap, StaffText, Submission
from intake.seal import keys, sealing
from intake.seal.sealing import Sealed


def seal_into(row: Submission | StaffText, content: bytes) -> Sealed:
    """Seal the content for the present recipients and put the ciphertext into the row.

    The row has its id and request already, and is not stored here. Raises KeyFileError without
    recipients.
    """
    suite = keys.configured_suite()
    row.suite = suite
    sealed = sealing.seal(
        content,
        record=row.id,
        purpose=row.purpose,
        form_version=row.form_version,
        recipients=keys.recipients(),
        suite=suite,
    )
    row.ciphertext = sealed.ciphertext
    return sealed


def wrap_rows(row: Submission | StaffText, sealed: Sealed) -> list[KeyWrap]:
    """The wraps of a row, not stored yet; their ids derive from the row's id and the key's."""
    owner = "submission_id" if isinstance(row, Submission) else "staff_text_id"
    return [
        KeyWrap(
            id=derived_id("wrap", row.id.bytes + wrap.key_id.encode()),
            key_id=wrap.key_id,
            suite=wrap.suite,
            wrapped=wrap.wrapped,
            **{owner: row.id},
        )
        for wrap in sealed.wraps
    ]


def derived_id(kind: str, source: bytes) -> UUID:
    """An id that only this site can compute (HMAC under SECRET_KEY), the same for each source."""
    digest = salted_hmac(f"intake id: {kind}", source, algorithm="sha256").digest()
    return UUID(bytes=digest[:16])
