"""Forms for colleagues' accounts: a new one, and a change of staff role."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from intake.desk.entrance.rights import AUDITOR, COORDINATOR, MANAGER
from intake.desk.forms import DeskForm

MEANS = {
    COORDINATOR: "Intake coordinator: opens and works requests",
    MANAGER: "Clinic manager: also decides, exports, and looks after colleagues",
    AUDITOR: "Auditor: reads the ledger and the figures, opens no request",
}


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=list(MEANS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role."},
    )


class NewColleagueForm(DeskForm):
    """The username and the staff role of a new account."""

    username = forms.CharField(
        label="Username",
        max_length=150,
        validators=[User.username_validator],
        help_text="Letters, digits and @ . + - _ only. It stays in the ledger for good.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={
            "required": "Enter a username.",
            "invalid": "Use letters, digits and @ . + - _ only.",
        },
    )
    role = _role()


class RoleForm(DeskForm):
    """Another staff role for an account."""

    role = _role()

    def __init__(self, data: Mapping[str, Any] | None = None, role: str = "") -> None:
        super().__init__(data)
        self.initial["role"] = role
