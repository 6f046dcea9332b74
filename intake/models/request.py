"""The request, which is the unit of work, and the attempts to reach the person."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from intake.models.columns import choices, code, username
from intake.models.columns import windows as windows_column
from intake.models.parts import PartQuerySet
from intake.models.queue_querysets import QueueQuerySet
from intake.rules import invariants
from intake.rules.pseudonym import pseudonym
from intake.rules.states import OPEN, NextAction, State
from intake.seal.answers import Asker, Channel
from intake.seal.sealing import Suite


class Lane(models.TextChoices):
    """How a request came in. The lane never changes, so that lanes can be compared."""

    OPEN = "open", "Form"
    QUARANTINE = "quarantine", "Form, quarantined"
    PHONE = "phone", "Taken by telephone"


class Benefits(models.TextChoices):
    """How far the question of paying is. It goes on beside the states; no policy number is kept."""

    ASKED = "asked", "Asked the plan"
    COVERED = "covered", "Covered"
    NOT_COVERED = "not_covered", "Not covered"
    OTHER_WAY = "other_way", "Paying another way"


class Request(models.Model):
    """One person's request for help, and how far the clinic is with it.

    The id is derived from the nonce of the form, so that a form makes one request only.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    received = models.DateTimeField(editable=False, help_text="To the minute.")
    lane = code(Lane.choices, editable=False)
    form_version = models.PositiveSmallIntegerField(editable=False)
    suite = code(choices(Suite), editable=False)
    asker = code(choices(Asker))
    channel = code(choices(Channel))
    windows = windows_column()
    language = models.CharField(max_length=35, help_text="Of the page that was used.")

    state = code(choices(State))
    owner = username()
    next_action = code(choices(NextAction), blank=True, default="")
    next_due = models.DateTimeField(null=True, blank=True)
    changes = models.PositiveIntegerField(default=0, help_text="A form knows which it has seen.")
    worked_at = models.DateTimeField(null=True, blank=True, help_text="When staff last acted.")
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
    benefits = code(Benefits.choices, blank=True, default="")
    benefits_at = models.DateTimeField(null=True, blank=True)
    details_agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="The person agreed that we pass details on."
    )
    hand_off_at = models.DateTimeField(
        null=True, blank=True, help_text="The other clinic confirmed."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = username()
    no_contact_at = models.DateTimeField(null=True, blank=True, help_text="Hides the number.")
    no_contact_by = username()
    held_at = models.DateTimeField(null=True, blank=True, help_text="A legal hold: no purge.")
    held_by = username()
    held_until = models.DateField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_due"],
                name="request_queue",
                condition=Q(state__in=invariants.codes(OPEN)),
            ),
            models.Index(
                fields=["closed_at", "id"],
                name="request_purge",
                condition=Q(closed_at__isnull=False, held_at__isnull=True),
            ),
            models.Index(fields=["received"], name="request_received"),
            models.Index(
                fields=["state"],
                include=["next_due", "opened_at"],
                name="request_stand",
                condition=Q(state__in=invariants.codes(OPEN)),
            ),
            models.Index(
                fields=["received", "id"],
                name="request_unanswered",
                condition=Q(
                    state__in=invariants.codes(OPEN),
                    first_attempt_at__isnull=True,
                    reached_at__isnull=True,
                ),
            ),
            models.Index(
                fields=["closed_at", "id"],
                name="request_closed",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["held_until", "id"],
                name="request_held",
                condition=Q(held_at__isnull=False),
            ),
        ]
        constraints = invariants.REQUEST
        permissions = [
            ("decide_request", "Can decide as a manager"),
            ("export_request", "Can export requests"),
        ]

    def __str__(self) -> str:
        return pseudonym(self.id)


class AttemptQuerySet(PartQuerySet["Attempt"]):
    """Attempts to reach people."""


class Attempt(models.Model):
    """One attempt to reach the person: how, with what outcome, at a safe time or not. No text."""

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", "No answer"
        VOICEMAIL = "voicemail", "Left a message"
        OTHER_PERSON = "other_person", "Somebody else answered"
        WRONG_NUMBER = "wrong_number", "Wrong number or address"
        SENT = "sent", "Text or email sent"
        TALKED = "talked", "Talked"
        REFUSED = "refused", "Asked us not to contact them"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(Request, models.PROTECT, related_name="tries", editable=False)
    at = models.DateTimeField(editable=False)
    by = models.CharField(max_length=150, editable=False)
    channel = code(choices(Channel), editable=False)
    outcome = code(Outcome.choices, editable=False)
    window = models.PositiveSmallIntegerField(editable=False, help_text="Part of the week, or 0.")
    inside = models.BooleanField(editable=False, help_text="At a time that is safe.")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = invariants.ATTEMPT

    def __str__(self) -> str:
        return pseudonym(self.request_id)
