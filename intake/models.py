"""The tables. What a person typed, visitor or staff, is in sealed columns only.

`Request` is the unit of work and `Submission` the sealed form; `StaffText` is whatever staff
typed; `KeyWrap` holds the content keys. Tables that the site writes have exactly one unique
constraint, the id: the site inserts with ON CONFLICT DO NOTHING and cannot read, so a second one
would swallow another person's request in silence. People on the staff are kept as user names,
because the site knows no accounts. Rules that span rows or time are in `triggers`.
"""

from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from intake import invariants, sealing
from intake.answers import Asker, Channel
from intake.keys import PrivateKey, configured_suite
from intake.pseudonym import pseudonym
from intake.querysets import (
    OutboxQuerySet,
    RequestQuerySet,
    StaffTextQuerySet,
    SubmissionQuerySet,
)
from intake.sealing import SealError, Suite, Wrap
from intake.states import CLOSED, OPEN, NextAction, State

USERNAME = {"max_length": 150, "blank": True, "default": ""}


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(each.value, each.value.replace("_", " ").capitalize()) for each in values]


def _code(choices: list[tuple[str, str]], **options: Any) -> models.CharField:
    return models.CharField(max_length=40, choices=choices, **options)


def _windows() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(validators=[MaxValueValidator(invariants.ALL_WINDOWS)])


class Lane(models.TextChoices):
    """How a request came in. It never changes, so that the lanes can be compared."""

    OPEN = "open", "Form"
    QUARANTINE = "quarantine", "Form, quarantined"
    PHONE = "phone", "Taken by telephone"


class Request(models.Model):
    """One person's request, and how far the clinic is with it. `id` is derived from the form."""

    id = models.UUIDField(primary_key=True, editable=False)
    received = models.DateTimeField(editable=False, help_text="To the minute.")
    lane = _code(Lane.choices, editable=False)
    form_version = models.PositiveSmallIntegerField(editable=False)
    suite = _code(_choices(Suite), editable=False)
    asker = _code(_choices(Asker))
    channel = _code(_choices(Channel))
    windows = _windows()
    language = models.CharField(max_length=35, help_text="Of the page that was used.")

    state = _code(_choices(State))
    owner = models.CharField(**USERNAME)
    next_action = _code(_choices(NextAction), blank=True, default="")
    next_due = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, default="")
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )

    opened_at = models.DateTimeField(null=True, blank=True)
    opened_revision = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True, help_text="First appointment.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(**USERNAME)
    no_contact_at = models.DateTimeField(null=True, blank=True, help_text="Hides the number.")
    no_contact_by = models.CharField(**USERNAME)
    held_at = models.DateTimeField(null=True, blank=True, help_text="A legal hold: no purge.")
    held_by = models.CharField(**USERNAME)
    held_until = models.DateField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due"],
                name="request_queue",
                condition=Q(state__in=invariants.codes(OPEN)),
            ),
            models.Index(fields=["state", "closed_at"], name="request_state_closed"),
        ]
        constraints = invariants.REQUEST

    def __str__(self) -> str:
        return pseudonym(self.id)


class SealedText(models.Model):
    """What the two sealed tables share: ciphertext, and what it is bound to."""

    id = models.UUIDField(primary_key=True, editable=False)
    form_version = models.PositiveSmallIntegerField(editable=False)
    suite = _code(_choices(Suite), editable=False)
    ciphertext = models.BinaryField()

    class Meta:
        abstract = True

    purpose: str  # what the text is for and whose it is: moved to another request it stays shut

    def unseal(self, private_keys: Mapping[str, PrivateKey]) -> bytes:
        """The plaintext, by whichever of these keys fits. Raises SealError.

        The caller has written the ledger before.
        """
        wraps = [wrap for wrap in self.wraps.all() if wrap.key_id in private_keys]
        if not wraps:
            raise SealError("none of the keys here belongs to this text")
        wrap = wraps[0]
        return sealing.open_sealed(
            bytes(self.ciphertext),
            Wrap(wrap.key_id, wrap.suite, bytes(wrap.wrapped)),
            record=self.id,
            purpose=self.purpose,
            form_version=self.form_version,
            private_key=private_keys[wrap.key_id],
            suite=configured_suite(),
        )


class Submission(SealedText):
    """One sent form, sealed and immutable. The plain columns are those that the desk sorts by;
    a revision hands them on to its request (see `triggers`), which also counts `revision`.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="submissions")
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    received = models.DateTimeField(editable=False, help_text="To the minute.")
    deadline = models.DateTimeField(editable=False, help_text="What the visitor was promised.")
    asker = _code(_choices(Asker), editable=False)
    channel = _code(_choices(Channel), editable=False)
    windows = _windows()
    language = models.CharField(max_length=35, editable=False)

    objects = SubmissionQuerySet.as_manager()

    def __str__(self) -> str:
        return pseudonym(self.request_id)

    @property
    def purpose(self) -> str:
        return f"submission of {self.request_id}"


class StaffText(SealedText):
    """What staff typed: sealed like a visitor's words."""

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        HAND_OVER = "hand_over", "Hand-over"
        REASON = "reason", "Reason"
        AMENDMENT = "amendment", "Contact details learned"
        REFERRAL = "referral", "Referred to"

    request = models.ForeignKey(Request, models.PROTECT, related_name="texts")
    kind = _code(Kind.choices, editable=False)
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
    """One content key for one recipient."""

    id = models.UUIDField(primary_key=True, editable=False)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="wraps"
    )
    staff_text = models.ForeignKey(
        StaffText, models.PROTECT, null=True, blank=True, related_name="wraps"
    )
    key_id = models.CharField(max_length=64, editable=False)
    suite = _code(_choices(Suite), editable=False)
    wrapped = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["key_id"], name="key_wrap_key")]
        constraints = invariants.KEY_WRAP

    def __str__(self) -> str:
        return f"wrap for key {self.key_id}"


class OutboxMessage(models.Model):
    """A notice that has to go out. It is written with what it is about, in one transaction."""

    class Kind(models.TextChoices):
        REQUEST = "request", "A request came in"
        QUARANTINE = "quarantine", "Requests wait in quarantine"
        RESCUE = "rescue", "A request was rescued from quarantine"
        ESCALATION = "escalation", "Nobody acted in time"
        DAILY = "daily", "The worker's daily notice"

    id = models.UUIDField(primary_key=True, editable=False)
    kind = _code(Kind.choices, editable=False)
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, related_name="notices", editable=False
    )
    created = models.DateTimeField(editable=False)
    due = models.DateTimeField(help_text="Not before this.")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True, default="", help_text="Its kind.")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="outbox_due", condition=Q(sent_at__isnull=True))
        ]

    def __str__(self) -> str:
        return pseudonym(self.request_id) if self.request_id else self.kind


class LedgerEntry(models.Model):
    """Who did what to which record, when. Numbered, timed and chained by the database."""

    number = models.BigIntegerField(primary_key=True, editable=False)
    at = models.DateTimeField(editable=False)
    action = models.CharField(max_length=40, editable=False)
    by = models.CharField(max_length=150, editable=False)
    record = models.UUIDField(null=True, editable=False, db_index=True)
    reason = models.CharField(max_length=40, blank=True, default="", editable=False)
    detail = models.CharField(max_length=200, blank=True, default="", editable=False)
    previous_hash = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = invariants.LEDGER

    def __str__(self) -> str:
        return pseudonym(self.record) if self.record else f"line {self.number}"


class Tombstone(models.Model):
    """What remains of a purged request: nothing that leads back to it."""

    month = models.DateField(help_text="The first day of the month in which it came in.")
    final_state = _code(_choices(CLOSED))
    lane = _code(Lane.choices)
    minutes_to_attempt = models.PositiveIntegerField(null=True, help_text="Rounded.")
    minutes_to_talk = models.PositiveIntegerField(null=True, help_text="Rounded.")
    minutes_to_offer = models.PositiveIntegerField(null=True, help_text="Rounded.")

    def __str__(self) -> str:
        return f"{self.final_state} in {self.month:%Y-%m}"
