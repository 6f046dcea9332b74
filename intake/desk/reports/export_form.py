"""The form before an export: which requests, which fields, and why."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from intake.desk.forms import DeskForm
from intake.desk.reports.export import ExportSelection
from intake.desk.reports.export_fields import PLAIN, SEALED, ChosenFields, ExportField

WHICH = [("open", "Open requests"), ("closed", "Closed requests"), ("all", "Both")]
REASONS = [
    ("person_asked", "The person asked for their own data"),
    ("quality", "To see how well we follow up"),
    ("handing_on", "To go on working somewhere else, or while the desk is down"),
    ("audit", "An audit or a supervisory authority asks for it"),
    ("legal", "A court order or a lawyer asks for it"),
]
USUAL = ("request", "received", "state")
USUAL_DAYS = 90


def _boxes(label: str, help_text: str, fields: Iterable[ExportField]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[(field.code, field.words) for field in fields],
        widget=forms.CheckboxSelectMultiple,
    )


class ExportForm(DeskForm):
    """The selection for one CSV file."""

    since = forms.DateField(
        label="Came in from",
        widget=forms.DateInput({"type": "date"}),
        error_messages={"required": "Choose the first day.", "invalid": "Choose the first day."},
    )
    until = forms.DateField(
        label="Came in until",
        widget=forms.DateInput({"type": "date"}),
        error_messages={"required": "Choose the last day.", "invalid": "Choose the last day."},
    )
    which = forms.ChoiceField(
        label="Which requests",
        choices=WHICH,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which requests."},
    )
    plain = _boxes("What the desk knows", "", PLAIN)
    sealed = _boxes(
        "What is sealed",
        "Opened for the file only when you tick it. The ledger then says of each request that "
        "you opened it. Take no more than you need.",
        SEALED,
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose a reason"), *REASONS],
        error_messages={"required": "Choose why."},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.initial = {
            "since": today - timedelta(days=USUAL_DAYS),
            "until": today,
            "which": "all",
            "plain": USUAL,
        }

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and a file without columns."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day lies before the first.")
        if not cleaned.get("plain") and not cleaned.get("sealed"):
            self.add_error("plain", "Choose at least one field.")
        return cleaned

    @property
    def selection(self) -> ExportSelection:
        """The selection of a valid form."""
        given = self.cleaned_data
        return ExportSelection(
            first=given["since"],
            last=given["until"],
            which=given["which"],
            fields=ChosenFields(tuple(given["plain"]), tuple(given["sealed"])),
            reason=given["reason"],
        )
