"""The small forms of the opened record."""

from django import forms
from django.contrib.auth.models import AbstractUser

from intake.answers import STAFF_TEXT_LIMIT
from intake.desk.followup import steps_for
from intake.models import Request


def _words(label: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        strip=False,
        max_length=STAFF_TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class DeskForm(forms.Form):
    """No `required` and no `maxlength` attributes: the server answers, in words."""

    use_required_attribute = False

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class NoteForm(DeskForm):
    """A note, sealed when it is saved."""

    text = _words("Note", required=True)


class StepForm(DeskForm):
    """Where the request goes from here."""

    seen = forms.CharField(widget=forms.HiddenInput)
    target = forms.ChoiceField(label="Next state", widget=forms.RadioSelect)
    due = forms.DateTimeField(
        label="When is the next step due?",
        required=False,
        help_text="Needed for waiting and scheduled. Empty: the desk proposes a time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = _words("Reason, in your own words (sealed)", required=False)

    def __init__(self, request: Request, user: AbstractUser, data: object = None) -> None:
        super().__init__(data, initial={"seen": request.state})
        self.fields["target"].choices = [
            (each.target.value, f"{each.target.label}: {each.guard}")
            for each in steps_for(request, user)
        ]


class OverrideForm(DeskForm):
    """Why the number is needed outside the safe window."""

    reason = _words("Why do you need the number now?", required=True)
