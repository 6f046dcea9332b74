"""The contact form of one clinic: what it offers, what it checks, and the answers in it.

Nothing is stripped, reformatted or cut: a person gets back exactly what they typed.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django.forms import ChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict

from clinic_site.clinic.identity import Clinic
from clinic_site.clinic.opening_hours import listed
from intake.receive import window_choices
from intake.receive.contact_checks import email_problem, length_problem, phone_problem
from intake.receive.questions import CHANNELS, TRAP, Questions
from intake.receive.window_choices import ANY, Part
from intake.seal.answers import Answers, Asker, Channel, OtherAnswers, Voicemail, Window

NAME = "Enter the name we should ask for, or choose another answer"
DAMAGED = "Part of this answer did not reach us as you typed it. Check it, then send it again"
ANOTHER_LANGUAGE = "Another language"
SEVERAL = frozenset({"weekdays", "weekend"})
"""Fields that a post may hold more than once."""

_PRESELECTED = {"me": Asker.SELF, "someone": Asker.SOMEONE, "patient": Asker.PATIENT}


class ContactForm(Questions):
    """All questions on one page, as far as this clinic needs them.

    `damaged` names the fields of `data` that did not arrive as they were typed. An unbound form
    takes its `token`, and `about` as in `?for=`: "me", "someone" or "patient" preselects who the
    request is about, anything else does not.
    """

    def __init__(
        self,
        clinic: Clinic,
        data: QueryDict | None = None,
        *,
        damaged: Collection[str] = (),
        token: str = "",
        about: str | None = None,
    ) -> None:
        super().__init__(data, initial={"token": token, "about": _PRESELECTED.get(about or "")})
        self._damaged = frozenset(damaged)
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._offer_channels(clinic)
        self._offer_windows("weekdays", window_choices.WEEKDAY, clinic)
        self._offer_windows("weekend", window_choices.WEEKEND, clinic)
        self._offer_languages(clinic)

    @cached_property
    def helper(self) -> FormHelper:
        """The layout, made when it is needed: a post that is accepted is never shown."""
        return _helper(self.fields)

    @property
    def trapped(self) -> bool:
        """Whether the field is filled that no person sees."""
        return bool(self.data.get(TRAP))

    @property
    def windows(self) -> Window:
        """The safe windows chosen so far. None chosen means any."""
        windows = Window(0)
        for name, parts in self._parts.items():
            windows |= window_choices.chosen(parts, self[name].data)
        return windows

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the control, message) for every error, in the order of the fields."""
        return [(_control_id(field), str(message)) for field in self for message in field.errors]

    def answers(self) -> Answers:
        """The answers of a valid form; of phone and email only the one that the channel needs."""
        given = self.cleaned_data
        return Answers(
            about=Asker(given["about"]),
            name=given["name"],
            channel=Channel(given["channel"]),
            **{_contact_field(given): given[_contact_field(given)]},
            if_no_answer=Voicemail(given.get("if_no_answer") or Voicemail.NOTHING),
            if_other_answers=OtherAnswers(given.get("if_other_answers") or _by_name_if(given)),
            windows=self.windows,
            language=given["language"],
            interpreter=given["interpreter"],
            tty=given.get("tty", False),
            contact_need=given["contact_need"],
            message=given["message"],
        )

    def clean_message(self) -> str:
        """The message with one character for a line break, as it was typed; browsers send two."""
        text: str = self.cleaned_data["message"]
        return text.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Check what depends on other answers, and what arrived damaged."""
        given = self.cleaned_data
        problems = {
            **_text_problems(given),
            **_contact_problem(given),
            **dict.fromkeys(self._checked(given) & self._damaged, DAMAGED),
        }
        for name, problem in problems.items():
            self.errors.pop(name, None)
            self.add_error(name, problem)
        return given

    def _checked(self, given: dict[str, Any]) -> set[str]:
        """The fields that a person sees, without the contact detail that is not kept."""
        unused = {"phone", "email"} - {_contact_field(given)}
        return set(self.fields) - unused - {"token", TRAP}

    def _offer_channels(self, clinic: Clinic) -> None:
        staffed = clinic.replies.channels
        self._choice("channel").choices = [(name, CHANNELS[name]) for name in staffed]
        self.fields["channel"].help_text = _what_shows(clinic)
        by_number = [name for name in ("phone", "text") if name in staffed]
        self._offer("phone", by_number)
        self._offer("email", ["email"] if "email" in staffed else [])
        if "phone" not in staffed:
            for name in ("if_no_answer", "if_other_answers", "tty"):
                del self.fields[name]

    def _choice(self, name: str) -> ChoiceField:
        field = self.fields[name]
        assert isinstance(field, ChoiceField)
        return field

    def _offer(self, field: str, channels: Sequence[str]) -> None:
        if channels:
            hint = f"If you chose {' or '.join(channels)}. Yours, not the other person’s."
            self.fields[field].help_text = hint
        else:
            del self.fields[field]

    def _offer_windows(self, field: str, half: str, clinic: Clinic) -> None:
        parts = window_choices.offered(half, clinic.hours, clinic.contact_windows)
        if not parts:
            del self.fields[field]
            return
        choices = [(part.name, part.label) for part in parts]
        if len(parts) > 1:
            choices.append((ANY, "Any of these"))
        self._choice(field).choices = choices
        self._parts[field] = parts

    def _offer_languages(self, clinic: Clinic) -> None:
        spoken = clinic.replies.languages
        field = self._choice("language")
        field.choices = [
            ("", "No preference"),
            *((name, name) for name in spoken),
            (ANOTHER_LANGUAGE, ANOTHER_LANGUAGE),
        ]
        field.help_text = (
            f"We speak {listed(spoken)}. For other languages an interpreter joins us. It is free."
        )


def _what_shows(clinic: Clinic) -> str:
    """The hint of the channels: what a reply shows of us, so that a safe one can be chosen."""
    replies, lines = clinic.replies, []
    if "phone" in replies.channels:
        lines.append(
            f"Our call shows on your phone as {replies.caller_id_number}, {replies.caller_id_name}."
        )
    if "email" in replies.channels:
        lines.append(f"Email comes from {replies.mail_from}, subject “{replies.mail_subject}”.")
    return " ".join(lines)


def _contact_field(given: dict[str, Any]) -> str:
    """The field that the chosen channel needs; empty while none is chosen."""
    fields = {Channel.PHONE: "phone", Channel.TEXT: "phone", Channel.EMAIL: "email"}
    return fields.get(given.get("channel", ""), "")


def _contact_problem(given: dict[str, Any]) -> dict[str, str]:
    field = _contact_field(given)
    checks = {"phone": phone_problem, "email": email_problem}
    problem = checks[field](given.get(field, "")) if field else None
    return {field: problem} if problem else {}


def _text_problems(given: dict[str, Any]) -> dict[str, str]:
    called = {"name": "name", "contact_need": "answer", "message": "message"}
    found = {
        name: length_problem(given.get(name, ""), name, words) for name, words in called.items()
    }
    if given.get("if_other_answers") == OtherAnswers.ASK_BY_NAME and not _has_name(given):
        found["name"] = NAME
    return {name: problem for name, problem in found.items() if problem}


def _by_name_if(given: dict[str, Any]) -> OtherAnswers:
    return OtherAnswers.ASK_BY_NAME if _has_name(given) else OtherAnswers.HANG_UP


def _has_name(given: dict[str, Any]) -> bool:
    return bool(given.get("name", "").strip())


def _control_id(field: BoundField) -> str:
    """The id that a link to the field must reach; in a group that of its first option."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


def _helper(fields: Collection[str]) -> FormHelper:
    """The layout of the page, without the fields that this clinic does not need."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(
        "token",
        *(Field(name, template="clinic_forms/trap.html") for name in _present(fields, TRAP)),
        *_present(fields, "about", "name", "channel", "phone", "email"),
        *_present(fields, "if_no_answer", "if_other_answers"),
        Fieldset("Good times", *_present(fields, "weekdays", "weekend")),
        Fieldset(
            "Language and hearing",
            *_present(fields, "language", "interpreter", "tty", "contact_need"),
        ),
        "message",
    )
    return helper


def _present(fields: Collection[str], *names: str) -> list[str]:
    return [name for name in names if name in fields]
