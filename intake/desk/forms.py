"""Fields and base classes that the desk's forms share, and the forms with only a field or two."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from intake.seal.answers import STAFF_TEXT_LIMIT

WHEN = "%Y-%m-%dT%H:%M"


class StaffWords(forms.CharField):
    """Free text, kept as typed with `\\n` for each line break; whitespace alone counts as empty."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


def words(label: str, *, needed: str = "", help_text: str = "") -> StaffWords:
    """A text area whose content is sealed.

    `needed` is the error message when it is empty; without it the field is optional.
    """
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
    """A date and time in the clinic's time zone."""
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
    """A choice with nothing preselected; `needed` is the error message when none is made."""
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
    """Base form without `required` and `maxlength` attributes: the server validates, in words.

    `name` prefixes the element ids, for a form that is on one page more than once.
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
    """A note about a request, sealed when it is saved."""

    text = words("Note", needed="Write the note first.")


class OverrideForm(DeskForm):
    """The reason for showing the phone number outside the person's safe times."""

    reason = words("Why do you need the number now?", needed="Write why you need the number now.")


class CoverForm(DeskForm):
    """The reason for opening a request that a colleague owns."""

    why = one_of("Why do you open it?", [], "Choose why you open it.")

    def __init__(
        self, choices: list[tuple[str, str]], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        offer(self.fields["why"], choices)


class HoldForm(DeskForm):
    """A legal hold: the day of its next review, and the reason."""

    until = forms.DateField(
        label="Look at it again on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter a date.", "invalid": "Enter a date."},
    )
    words = words("Why it must be kept (sealed)", needed="Write why it must be kept.")


class ReleaseForm(DeskForm):
    """The end of a legal hold, with the reason."""

    words = words("Why it need not be kept (sealed)", needed="Write why it need not be kept.")
