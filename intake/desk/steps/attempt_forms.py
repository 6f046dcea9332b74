"""Forms for an attempt to reach the person, and for the contact details learned in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from intake.desk.forms import DeskForm, moment, offer, one_of, words
from intake.desk.steps import outcomes
from intake.desk.steps.attempts import Tried
from intake.models import Attempt
from intake.receive.contact_checks import email_problem, length_problem, phone_problem
from intake.receive.forms import ContactForm
from intake.receive.questions import CHANNELS
from intake.seal.answers import Answers, Channel, OtherAnswers, Voicemail

NO_OUTCOME = "Choose what came of it."


class AttemptForm(DeskForm):
    """An attempt by the channel that the person chose: one button for each outcome."""

    channel = forms.ChoiceField(choices=CHANNELS.items(), widget=forms.HiddenInput)
    outcome = one_of("What came of it?", Attempt.Outcome.choices, NO_OUTCOME)
    due = moment("If you did not reach them, try again by")
    words = words("Why? (sealed)")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        wishes: Answers | None = None,
        due: datetime | None = None,
        name: str = "",
    ) -> None:
        local = due and timezone.localtime(due).replace(second=0, microsecond=0)
        super().__init__(data, name=name, initial={"due": local})
        self.wishes = wishes

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(value, label) of each outcome that the person's choices allow."""
        if self.wishes is None:
            return []
        channel = self.wishes.channel
        return [
            (each, outcomes.label(channel, each))
            for each in outcomes.possible(self.wishes, channel)
        ]

    def tried(self) -> Tried:
        """The attempt of a valid form."""
        given = self.cleaned_data
        channel = Channel(given["channel"])
        return Tried(channel, given["outcome"], given["due"], given["words"])


class OtherWayForm(AttemptForm):
    """An attempt by a channel that the person did not choose, with the reason."""

    channel = one_of("Which way?", [], "Choose which way you took.", forms.Select)
    outcome = one_of("What came of it?", [], NO_OUTCOME, forms.Select)
    words = words(
        "Why another way than they chose? (sealed)", needed="Write why you took another way."
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        chosen = self.wishes and self.wishes.channel
        ways = [name for name in settings.CLINIC.replies.channels if name != chosen]
        outcomes = [(str(each), each.label) for each in Attempt.Outcome if each != "voicemail"]
        offer(self.fields["channel"], [("", "Choose …"), *((way, CHANNELS[way]) for way in ways)])
        offer(self.fields["outcome"], [("", "Choose …"), *outcomes])


LABELS = {
    "name": "Name to use",
    "channel": "Reply by",
    "phone": "Phone number",
    "email": "Email",
    "if_no_answer": "If nobody answers",
    "if_other_answers": "If someone else answers",
    "interpreter": "With an interpreter",
    "tty": "By TTY or relay service",
    "contact_need": "What helps us talk with them",
    "message": "What else you learned about contact (sealed)",
    "any_time": "Any time is safe",
}
TIMES = ("weekdays", "weekend", "any_time")
BESIDE = (*TIMES, "words")
TIMES_PROBLEM = "Choose the safe times, or that any time is safe."

KEPT = "Empty: the one that we have stays."


class AmendmentForm(ContactForm):
    """Changed contact details: the questions of the contact form, filled in with what is known.

    Phone number and email address are filled in only if the page shows them anyway.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        wishes: Answers | None = None,
        shown: bool = False,
    ) -> None:
        super().__init__(settings.CLINIC, data)
        self.auto_id = "amendmentform_%s"
        for name in ("about", "token", "subject"):
            del self.fields[name]
        self.fields["words"] = words("Why you tried outside the safe times (sealed)")
        self.fields["any_time"] = forms.BooleanField(label=LABELS["any_time"], required=False)
        self._speak_to_staff()
        self.initial = self._holding(wishes, shown=shown) if wishes else {}

    def learned(self) -> dict[str, Any]:
        """The answers of a valid form, in the names of `Answers`."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in BESIDE}
        return {
            **given,
            "channel": Channel(given["channel"]),
            "if_no_answer": Voicemail(given.get("if_no_answer") or Voicemail.NOTHING),
            "if_other_answers": OtherAnswers(given.get("if_other_answers") or OtherAnswers.HANG_UP),
            "windows": self.windows,
        }

    def talked(self) -> Tried | None:
        """The attempt in which it was learned; None if the person got in touch themselves."""
        channel = self.data.get("talked", "")
        if channel not in set(Channel):
            return None
        return Tried(Channel(channel), Attempt.Outcome.TALKED, words=self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        """Check lengths and formats; safe times must be chosen, or said to be any time."""
        for name, problem in self._problems(self.cleaned_data).items():
            self.add_error(name, problem)
        return self.cleaned_data

    def _problems(self, given: dict[str, Any]) -> dict[str, str]:
        checks: dict[str, str | None] = {
            name: length_problem(given.get(name, ""), name, LABELS[name].lower())
            for name in ("name", "contact_need", "message")
        }
        if given.get("phone"):
            checks["phone"] = phone_problem(given["phone"])
        if given.get("email"):
            checks["email"] = email_problem(given["email"])
        if bool(self.windows) is given.get("any_time", False):
            checks["any_time"] = TIMES_PROBLEM
        return {name: problem for name, problem in checks.items() if problem}

    def _speak_to_staff(self) -> None:
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = KEPT if name in ("phone", "email") else ""
            if isinstance(field.widget, forms.Textarea | forms.TextInput):
                field.widget.attrs["autocomplete"] = "off"
            field.widget.attrs.pop("spellcheck", None)

    def _holding(self, wishes: Answers, *, shown: bool) -> dict[str, Any]:
        texts = ("name", "language", "interpreter", "tty", "contact_need")
        holding: dict[str, Any] = {name: getattr(wishes, name) for name in texts}
        holding["any_time"] = not wishes.windows
        for name in ("channel", "if_no_answer", "if_other_answers"):
            holding[name] = str(getattr(wishes, name))
        for name, parts in self._parts.items():
            ticked = [part.name for part in parts if part.window & wishes.windows]
            holding[name] = ticked
        if shown:
            holding |= {"phone": wishes.phone, "email": wishes.email}
        return holding
