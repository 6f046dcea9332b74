"""Phone intake: staff enter a request for a caller, with the questions of the contact form.

Fields, checks, limits and sealing are those of the contact form; only the words differ. This way
no second list of requests is kept on paper.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from clinic_site.clinic.identity import Clinic
from intake.desk.forms import offer
from intake.desk.steps import transitions
from intake.models import Lane, Request
from intake.receive import questions
from intake.receive.forms import ContactForm
from intake.rules.states import State
from intake.seal.answers import LIMITS, Answers, Asker, OtherAnswers
from intake.store import ledger, submission

CHOICES = {
    "about": dict(questions.ABOUT)
    | {
        Asker.SELF.value: "The caller",
        Asker.SOMEONE.value: "Someone the caller cares about",
        Asker.PATIENT.value: "A patient or client of the caller",
    },
    "if_other_answers": dict(questions.IF_OTHER_ANSWERS)
    | {OtherAnswers.ASK_BY_NAME.value: "Ask for the caller by the name above"},
}
WORDS: dict[str, tuple[str, str]] = {
    "about": ("Who is this about?", "If it is not about the caller, leave the other name out."),
    "name": ("What should we call the caller?", "A first name or nickname is fine."),
    "phone": ("Phone number", "If they chose phone or text. The caller’s own, nobody else’s."),
    "email": ("Email", "If they chose email. The caller’s own, nobody else’s."),
    "channel": ("How should we reply to the caller?", "Say to the caller: {}"),
    "if_other_answers": (
        "If someone else answers",
        "If you choose nothing here, we ask for the caller by name. Without a name, we hang up.",
    ),
    "interpreter": ("The caller wants an interpreter", "{}"),
    "tty": ("The caller uses TTY or a relay service", "{}"),
    "contact_need": (
        "Anything else that helps us talk with the caller",
        "Such as the language they speak, or that they are hard of hearing.",
    ),
    "message": (
        "Anything the caller wants us to know",
        f"Please leave out medical details. You can write up to {LIMITS['message']:,} characters.",
    ),
}


class CallForm(ContactForm):
    """The contact form, worded for staff with the caller on the line."""

    # No trap for people who are signed in. None is Django's way to leave a field out.
    subject = None  # type: ignore[assignment]  # the field of the parent is a CharField

    follow_up = forms.BooleanField(label="I will follow it up", required=False, initial=True)

    def __init__(self, clinic: Clinic, *args: Any, **options: Any) -> None:
        super().__init__(clinic, *args, **options)
        for name, field in self.fields.items():
            self._reword(name, field)
        self.helper.layout.append("follow_up")

    def _reword(self, name: str, field: forms.Field) -> None:
        label, hint = WORDS.get(name, (field.label, "{}"))
        field.label, field.help_text = label, hint.format(field.help_text)
        # What a browser remembers here are the details of whoever works at the desk.
        field.widget.attrs["autocomplete"] = "off"
        if name in CHOICES:
            offer(field, CHOICES[name].items())


def enter(
    answers: Answers, *, nonce: bytes, follow_up: bool, user: AbstractUser, now: datetime
) -> Request:
    """Store what the caller said, and claim the request for `user` if they follow it up.

    `nonce` identifies the form: sent again, it changes nothing. Raises KeyFileError without keys
    to seal to, and DatabaseError; then nothing was stored.
    """
    with transaction.atomic(durable=True):
        receipt = submission.store(answers, nonce=nonce, lane=Lane.PHONE, now=now)
        request: Request = Request.objects.select_for_update().get(pk=receipt.request_id)
        if not _is_news(request):
            return request
        _note_entry(request, by=user.get_username(), now=now)
        if follow_up and request.state == State.NEW:
            request = transitions.take_step(
                request.pk, State.CLAIMED, seen=request.changes, user=user, now=now
            )
    return request


def _is_news(request: Request) -> bool:
    """Not so when the same form came twice; an edited one is a revision."""
    return request.submissions.newest_revision() > request.opened_revision


def _note_entry(request: Request, *, by: str, now: datetime) -> None:
    """Count the request as opened, because whoever typed it has read it; write the ledger."""
    request.opened_at = request.worked_at = now
    request.opened_revision += 1
    request.changes += 1
    request.save(update_fields=["opened_at", "opened_revision", "worked_at", "changes"])
    ledger.record("entered", by=by, request=request)
