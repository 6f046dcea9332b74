"""The five questions of the planner: words, possible answers, and what was chosen.

Nobody can answer them wrongly: what is not on the list counts as left open, and the form shows
the answers that the week was drawn from.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from clinic_site.value_kinds import DAYS
from pages.planner_answers import (
    DUTIES,
    SHIFTS,
    SLEEP_AFTER_NIGHT,
    Answers,
    Care,
    Preference,
    Work,
)
from pages.planner_week import times

SEVERAL = frozenset({"care", "days"})  # fields that may come more than once
TRIPS = {"15": "15 minutes", "30": "30 minutes", "45": "45 minutes", "60": "1 hour"}

Choice = TypeVar("Choice", bound=StrEnum)


def read(data: QueryDict) -> Answers:
    """The answers of a post, whatever it holds."""
    usual = Answers()
    days = data.getlist("days")
    return Answers(
        work=_known(Work, [data.get("work", "")], None),
        travel=int(data["travel"]) if data.get("travel") in TRIPS else usual.travel,
        care=frozenset(care for care in Care if care.value in data.getlist("care")),
        away=frozenset(number for number, day in enumerate(DAYS) if day.lower() in days),
        preference=_known(Preference, [data.get("preference", "")], usual.preference),
    )


def _known(options: type[Choice], given: Iterable[str], otherwise: Choice | None) -> Choice | None:
    return next((option for option in options if option.value in given), otherwise)


def _shift(work: Work, words: str) -> tuple[str, str]:
    _, start, end = SHIFTS[work]
    return work.value, f"{words}, {times(start, end)}"


def _duty(care: Care, words: str) -> tuple[str, str]:
    spans = " and ".join(times(start, end) for _, start, end in DUTIES[care])
    return care.value, f"{words}, {spans}"


def _one(label: str, choices: Sequence[tuple[str, str]], hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=hint, choices=choices, widget=forms.RadioSelect, required=False
    )


def _some(label: str, choices: Sequence[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class PlannerForm(forms.Form):
    """The questions with these answers filled in."""

    use_required_attribute = False

    work = _one(
        "When do you work?",
        (
            _shift(Work.DAYS, "Days"),
            _shift(Work.EARLY, "Early"),
            _shift(Work.EVENINGS, "Evenings"),
            _shift(Work.NIGHTS, "Nights"),
            (Work.CHANGES.value, "My shifts change"),
            (Work.NONE.value, "I don’t work now"),
        ),
        "We draw Monday to Friday. Nights run from Sunday to Thursday, "
        f"and we keep {times(*SLEEP_AFTER_NIGHT)} for sleep.",
    )
    travel = _one("How long is the trip to us, one way?", tuple(TRIPS.items()))
    care = _some(
        "Who counts on you at a fixed time?",
        (
            _duty(Care.DROP_OFF, "School drop-off"),
            _duty(Care.PICK_UP, "School pick-up"),
            _duty(Care.BEDTIME, "Dinner and bedtime"),
            _duty(Care.WEEKEND, "My family on the weekend"),
            _duty(Care.ADULT, "An adult I care for"),
        ),
    )
    days = _some("On which days can you not come?", tuple((day.lower(), day) for day in DAYS))
    preference = _one(
        "What do you like better?",
        (
            (Preference.MORNING.value, "Morning"),
            (Preference.EVENING.value, "Evening"),
            (Preference.EITHER.value, "Either"),
        ),
    )

    def __init__(self, answers: Answers) -> None:
        super().__init__(
            initial={
                "work": answers.work,
                "travel": str(answers.travel),
                "care": sorted(answers.care),
                "days": [DAYS[day].lower() for day in sorted(answers.away)],
                "preference": answers.preference,
            }
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)
