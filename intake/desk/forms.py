"""The small forms of the opened record: what they share, and those with little but words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from intake.seal.answers import STAFF_TEXT_LIMIT

WHEN = "%Y-%m-%dT%H:%M"


class StaffWords(forms.CharField):
    """Kept as typed, with one character for a line break. Blanks alone are no words."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


def words(label: str, *, needed: str = "", help_text: str = "") -> StaffWords:
    """`needed` is the error when it is empty; without it the field may stay empty."""
    return StaffWords(
        label=label,
        help_text=help_text,
        required=bool(needed),
        strip=False,
        max_length=STAFF_TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": needed,
            "max_length": "Write at most %(limit_value)d characters; this has %(show_value)d.",
        },
    )


def moment(label: str, *, needed: bool = False, help_text: str = "") -> forms.DateTimeField:
    """A date and a time on the clinic's clock."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=needed,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN),
        error_messages={
            "invalid": "Enter a date and a time.",
            "required": "Enter a date and a time.",
        },
    )


def one_of(
    label: str,
    choices: list[tuple[str, str]],
    needed: str,
    widget: type[forms.Widget] = forms.RadioSelect,
) -> forms.ChoiceField:
    """None is chosen beforehand; `needed` is the error when none is."""
    if widget is forms.Select:
        choices = [("", "Choose …"), *choices]
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=widget,
        error_messages={"required": needed, "invalid_choice": needed},
    )


def offer(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    """Set the choices of a field when they depend on the request or on who asks."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class DeskForm(forms.Form):
    """No `required` and no `maxlength` attributes: the server answers, in words.

    `name` begins the ids, for a form that is more than once on a page.
    """

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        name: str = "",
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id=f"{name or type(self).__name__.lower()}_%s", initial=initial)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class NoteForm(DeskForm):
    """A note, sealed when it is saved."""

    text = words("Note", needed="Write the note first.")


class OverrideForm(DeskForm):
    """Why the number is needed outside the safe window."""

    reason = words("Why do you need the number now?", needed="Write why you need the number now.")


class CoverForm(DeskForm):
    """Why somebody opens a request that another person owns."""

    why = one_of("Why do you open it?", [], "Choose why you open it.")

    def __init__(
        self, choices: list[tuple[str, str]], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        offer(self.fields["why"], choices)


class HoldForm(DeskForm):
    """A legal hold: until when to look at it again, and why."""

    until = forms.DateField(
        label="Look at it again on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter a date.", "invalid": "Enter a date."},
    )
    words = words("Why it must be kept (sealed)", needed="Write why it must be kept.")


class ReleaseForm(DeskForm):
    """The end of a legal hold."""

    words = words("Why it need not be kept (sealed)", needed="Write why it need not be kept.")
