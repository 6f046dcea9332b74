"""Forms of a step, each asking what `states` says that it needs, and of work beside the steps."""

from collections.abc import Mapping
from typing import Any

from django import forms

from intake.desk.entrance import owners
from intake.desk.forms import DeskForm, moment, offer, one_of, words
from intake.desk.steps import reasons, step_words
from intake.desk.steps.guards import Given
from intake.models import Benefits
from intake.rules.states import OPEN, Need, Transition

STILL_SAFE = [
    ("yes", "Yes, as they told us"),
    ("changed", "No, and I have written down what changed"),
]
AGREED = [("yes", "Yes"), ("no", "No")]
NEEDED_REASON = "Choose a reason."
FIELDS: dict[str, Need] = {
    "owner": Need.OWNER,
    "reason": Need.REASON,
    "still_safe": Need.STILL_SAFE,
    "where": Need.PLACE,
    "details_agreed": Need.CONSENT,
}
"""The need that each field of a StepForm is there for."""


class StepForm(DeskForm):
    """One step, with a field for each thing that it needs and no others.

    A time for the next action may be given with every step that leaves the request open.
    """

    owner = one_of("Who takes it over?", [], "Choose who takes it over.", forms.Select)
    reason = one_of("Reason", [], NEEDED_REASON, forms.Select)
    still_safe = one_of(
        "Is contact still safe as they told us?",
        STILL_SAFE,
        "Say whether contact is still safe as they told us.",
    )
    where = words(
        "Where did you refer them to? (sealed)",
        needed="Write where you referred this person to.",
    )
    details_agreed = one_of(
        "Did they agree that we pass details on?",
        AGREED,
        "Say whether this person agreed that we pass details on.",
    )
    due = moment("When is the next step due?", help_text="Empty: the desk proposes a time.")
    words = words("In your own words (sealed)")

    def __init__(
        self, step: Transition, data: Mapping[str, Any] | None = None, *, owner: str = ""
    ) -> None:
        super().__init__(data, name=f"step_{step.target}")
        self.step = step
        offered = reasons.choices(reasons.asked_for(step))
        offer(self.fields["reason"], [("", "Choose …"), *offered])
        for name, need in FIELDS.items():
            if need not in step.needs:
                del self.fields[name]
        if Need.OWNER in step.needs:
            offer(self.fields["owner"], [("", "Choose …"), *owners.choices()])
        if Need.DATE in step.needs:
            self.fields["due"].required = True
            self.fields["due"].help_text = ""
        if step.target not in OPEN:
            del self.fields["due"]

    @property
    def does(self) -> str:
        """What somebody does, for the drawer and its button."""
        return step_words.does(self.step)

    @property
    def when(self) -> str:
        """In which case the step is right, for the drawer."""
        return step_words.when(self.step)

    def given(self) -> Given:
        """What a valid form says."""
        chosen = dict(self.cleaned_data)
        if "details_agreed" in chosen:
            chosen["details_agreed"] = chosen["details_agreed"] == "yes"
        return Given(**chosen)


class SnoozeForm(DeskForm):
    """A later time for the next action."""

    due = moment("Do it by", needed=True)
    reason = one_of("Reason", reasons.choices(reasons.SNOOZE), NEEDED_REASON, forms.Select)
    words = words("In your own words (sealed)")


class HandOverForm(DeskForm):
    """A new owner, and what they have to know."""

    owner = one_of("Who takes it over?", [], "Choose who takes it over.", forms.Select)
    words = words(
        "What do they have to know? (sealed)", needed="Write what the new owner has to know."
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, owner: str = "") -> None:
        super().__init__(data)
        offer(self.fields["owner"], [("", "Choose …"), *owners.choices(without=owner)])


class BenefitsForm(DeskForm):
    """How far the question of paying is."""

    benefits = one_of("How far is it?", Benefits.choices, "Choose how far it is.")


class HandOffForm(DeskForm):
    """Nothing to fill in: the button says it all."""
