"""Crypto envelopes: what people typed, sealed, and the wrapped keys that open it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models

from intake.models.columns import choices, code
from intake.models.columns import windows as windows_column
from intake.models.request import Request
from intake.models.sealed_querysets import KeyWrapQuerySet, StaffTextQuerySet, SubmissionQuerySet
from intake.rules import invariants
from intake.rules.pseudonym import pseudonym
from intake.seal import sealing
from intake.seal.answers import Answers, Asker, Channel, unpack
from intake.seal.keys import PrivateKey, configured_suite
from intake.seal.sealing import SealError, Suite, Wrap

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class SealedText(models.Model):
    """What the two sealed tables share: a crypto envelope, bound to its row and request."""

    wraps: RelatedManager[KeyWrap]

    id = models.UUIDField(primary_key=True, editable=False)
    form_version = models.PositiveSmallIntegerField(editable=False)
    suite = code(choices(Suite), editable=False)
    ciphertext = models.BinaryField()

    class Meta:
        abstract = True

    @property
    def purpose(self) -> str:
        """What the text is for and whose it is: moved to another request it cannot be opened."""
        raise NotImplementedError

    def unseal(self, private_keys: Mapping[str, PrivateKey]) -> bytes:
        """The plaintext, opened by whichever of these private keys fits. Raises SealError.

        The caller has written the ledger before.
        """
        wraps = [wrap for wrap in self.wraps.all() if wrap.key_id in private_keys]
        if not wraps:
            raise SealError("none of the keys here belongs to this text")
        wrap = wraps[0]
        return self.unseal_by(
            Wrap(wrap.key_id, wrap.suite, bytes(wrap.wrapped)), private_keys[wrap.key_id]
        )

    def answers(self, private_keys: Mapping[str, PrivateKey]) -> Answers:
        """The answers of a form or an amendment. Raises SealError and AnswersError.

        The caller has written the ledger before.
        """
        return unpack(self.unseal(private_keys))

    def unseal_by(self, wrap: Wrap, private_key: PrivateKey) -> bytes:
        """The plaintext, by a wrap of this text that the caller has read. Raises SealError."""
        return sealing.open_sealed(
            bytes(self.ciphertext),
            wrap,
            record=self.id,
            purpose=self.purpose,
            form_version=self.form_version,
            private_key=private_key,
            suite=configured_suite(),
        )


class Submission(SealedText):
    """One sent form, sealed and immutable.

    The plain columns are those that the desk sorts by. A trigger counts `revision`, and hands the
    columns of a revision on to its request (`triggers`).
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="submissions")
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    received = models.DateTimeField(editable=False, help_text="To the minute.")
    deadline = models.DateTimeField(editable=False, help_text="What the visitor was promised.")
    asker = code(choices(Asker), editable=False)
    channel = code(choices(Channel), editable=False)
    windows = windows_column()
    language = models.CharField(max_length=35, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["request", "revision"],
                name="submission_revised",
                condition=models.Q(revision__gt=1),
            )
        ]

    def __str__(self) -> str:
        return pseudonym(self.request_id)

    @property
    def purpose(self) -> str:
        return f"submission of {self.request_id}"


class StaffText(SealedText):
    """A text that somebody on the staff typed, sealed like a visitor's form."""

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        HAND_OVER = "hand_over", "Hand-over"
        REASON = "reason", "Reason"
        AMENDMENT = "amendment", "Contact details learned"
        REFERRAL = "referral", "Referred to"

    request = models.ForeignKey(Request, models.PROTECT, related_name="texts")
    kind = code(Kind.choices, editable=False)
    written_at = models.DateTimeField(editable=False)
    written_by = models.CharField(max_length=150, editable=False)

    objects = StaffTextQuerySet.as_manager()

    class Meta:
        constraints = invariants.STAFF_TEXT

    def __str__(self) -> str:
        return pseudonym(self.request_id)

    @property
    def purpose(self) -> str:
        return f"{self.kind} on {self.request_id}"


class KeyWrap(models.Model):
    """A content key, wrapped for one recipient."""

    id = models.UUIDField(primary_key=True, editable=False)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="wraps"
    )
    staff_text = models.ForeignKey(
        StaffText, models.PROTECT, null=True, blank=True, related_name="wraps"
    )
    key_id = models.CharField(max_length=64, editable=False)
    suite = code(choices(Suite), editable=False)
    wrapped = models.BinaryField()

    objects = KeyWrapQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key_id"], name="key_wrap_key")]
        constraints = invariants.KEY_WRAP

    def __str__(self) -> str:
        return f"wrap for key {self.key_id}"
