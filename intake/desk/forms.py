"""The small forms of the opened record."""

from collections.abc import Iterable

from django import forms

from intake.answers import STAFF_TEXT_LIMIT
from intake.states import State, Transition


class StaffWords(forms.CharField):
    """Kept as typed, with one character for a line break. Blanks alone are no words."""

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value).replace("\r\n", "\n")
        return text if text.strip() else ""


def _words(label: str, *, needed: str = "") -> StaffWords:
    """`needed` is the error when it is empty; without it the field may stay empty."""
    return StaffWords(
        label=label,
        required=bool(needed),
        strip=False,
        max_length=STAFF_TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": needed,
            "max_length": "Write at most %(limit_value)d characters; this has %(show_value)d.",
        },
    )


class DeskForm(forms.Form):
    """No `required` and no `maxlength` attributes: the server answers, in words."""

    use_required_attribute = False

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s")
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class NoteForm(DeskForm):
    """A note, sealed when it is saved."""

    text = _words("Note", needed="Write the note first.")


class StepForm(DeskForm):
    """Where the request goes from here. `followup` says which steps are possible."""

    seen = forms.CharField(required=False)
    target = forms.ChoiceField(
        label="Next state",
        choices=[(state.value, state.label) for state in State],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose where it goes from here.",
            "invalid_choice": "Choose where it goes from here.",
        },
    )
    due = forms.DateTimeField(
        label="When is the next step due?",
        required=False,
        help_text="Needed for waiting and scheduled. Empty: the desk proposes a time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Enter a date and a time."},
    )
    reason = _words("Reason, in your own words (sealed)")

    def offer(self, steps: Iterable[Transition]) -> None:
        """Show these steps; what is posted may name others, which are refused in words."""
        self.fields["target"].widget.choices = [
            (each.target.value, f"{each.target.label}: {each.guard}") for each in steps
        ]


class OverrideForm(DeskForm):
    """Why the number is needed outside the safe window."""

    reason = _words("Why do you need the number now?", needed="Write why you need the number now.")
