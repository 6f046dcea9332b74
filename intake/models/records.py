"""Records of what was told and done: the outbox, the ledger, last signs of life."""

from django.db import models
from django.db.models import Q

from intake.models.columns import code
from intake.models.ledger_querysets import LedgerQuerySet
from intake.models.outbox_querysets import OutboxQuerySet
from intake.models.request import Request
from intake.rules import invariants
from intake.rules.pseudonym import pseudonym


class OutboxMessage(models.Model):
    """A notice that has to go out, written in the transaction of what it tells about."""

    class Kind(models.TextChoices):
        REQUEST = "request", "A request came in"
        QUARANTINE = "quarantine", "Requests wait in quarantine"
        RESCUE = "rescue", "A request was rescued from quarantine"
        ESCALATION = "escalation", "Nobody acted in time"
        DAILY = "daily", "The worker's daily notice"

    id = models.UUIDField(primary_key=True, editable=False)
    kind = code(Kind.choices, editable=False)
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
    """A line of the ledger: who did what to which record, when.

    The database numbers, times and chains the lines (`rules.triggers`).
    """

    number = models.BigIntegerField(primary_key=True, editable=False)
    at = models.DateTimeField(editable=False)
    action = models.CharField(max_length=40, editable=False)
    by = models.CharField(max_length=150, editable=False)
    record = models.UUIDField(null=True, editable=False, db_index=True)
    reason = models.CharField(max_length=40, blank=True, default="", editable=False)
    detail = models.CharField(max_length=200, blank=True, default="", editable=False)
    previous_hash = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ledger entries"
        indexes = [
            models.Index(fields=["action", "number"], name="ledger_action"),
            models.Index(fields=["by", "number"], name="ledger_by"),
            models.Index(fields=["at"], name="ledger_at"),
        ]
        constraints = invariants.LEDGER

    def __str__(self) -> str:
        return pseudonym(self.record) if self.record else f"line {self.number}"

    @property
    def in_words(self) -> str:
        """The action as a person reads it: "Opened outside window"."""
        return self.action.replace("_", " ").capitalize()


class SignOfLife(models.Model):
    """When something that works unseen last worked: the worker, a backup."""

    class Name(models.TextChoices):
        WORKER = "worker", "The worker"
        BACKUP = "backup", "A backup"

    name = models.CharField(primary_key=True, max_length=40, choices=Name.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_name_display()
