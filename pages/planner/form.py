"""Form of the planner: five questions, their choices, and a lenient parser of the answers.

There are no wrong answers. Unknown values count as left open, and the form always shows the answers
from which the week was drawn.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from django import forms
from django.http import QueryDict

from clinic_site.clinic.opening_hours import DAY_MINUTES, iso_time, spoken
from clinic_site.clinic.value_kinds import DAYS
from pages.planner.answers import DUTIES, SHIFTS, Care, OwnTimes, PlannerAnswers, Preference, Work
from pages.planner.overlap import times

SEVERAL = frozenset({"care", "days", "work_days", "other_days"})
"""Fields that may be repeated in a post."""

TRIPS = {15: "15 minutes", 30: "30 minutes", 45: "45 minutes", 60: "1 hour", 90: "1½ hours"}
"""Minutes one way, in words."""

HALF_HOURS = {iso_time(minute): minute for minute in range(0, DAY_MINUTES, 30)}
WEEK = tuple((day.lower(), day) for day in DAYS)

Choice = TypeVar("Choice", bound=StrEnum)


def read_answers(data: QueryDict) -> PlannerAnswers:
    """Read the answers from any posted data."""
    usual = PlannerAnswers()
    shift = _own_times(data, "work")
    work = _known(Work, data.get("work", ""))
    return PlannerAnswers(
        work=Work.OWN if shift.hours and work not in (Work.CHANGES, Work.NONE) else work,
        shift=shift,
        travel=_trip(data.get("travel", "")) or usual.travel,
        care=frozenset(care for care in Care if care.value in data.getlist("care")),
        other=_own_times(data, "other"),
        away=_days(data, "days"),
        preference=_known(Preference, data.get("preference", "")) or usual.preference,
    )


def _own_times(data: QueryDict, plan: str) -> OwnTimes:
    return OwnTimes(
        days=_days(data, f"{plan}_days"),
        start=HALF_HOURS.get(data.get(f"{plan}_from", "")),
        end=HALF_HOURS.get(data.get(f"{plan}_until", "")),
    )


def _days(data: QueryDict, name: str) -> frozenset[int]:
    chosen = data.getlist(name)
    return frozenset(number for number, day in enumerate(DAYS) if day.lower() in chosen)


def _trip(given: str) -> int | None:
    return next((minutes for minutes in TRIPS if str(minutes) == given), None)


def _known(options: type[Choice], given: str) -> Choice | None:
    return next((option for option in options if option.value == given), None)


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


def _time(label: str) -> forms.ChoiceField:
    choices = [("", "–"), *((value, spoken(minute)) for value, minute in HALF_HOURS.items())]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class PlannerForm(forms.Form):
    """The questions, filled in with answers."""

    use_required_attribute = False

    work = _one(
        "When do you work?",
        (
            _shift(Work.DAYS, "Days"),
            _shift(Work.EARLY, "Early"),
            _shift(Work.EVENINGS, "Evenings"),
            _shift(Work.NIGHTS, "Nights"),
            (Work.OWN.value, "At other hours: set them below"),
            (Work.CHANGES.value, "My shifts change"),
            (Work.NONE.value, "I don’t work now"),
        ),
        "We draw Monday to Friday, and nights from Sunday to Thursday. "
        "After a night we keep 7 hours for sleep.",
    )
    work_days = _some("On which days do you work?", WEEK)
    work_from = _time("Work starts")
    work_until = _time("Work ends")
    travel = _one(
        "How long is the trip to us, one way?",
        tuple((str(minutes), words) for minutes, words in TRIPS.items()),
    )
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
    other_days = _some("On which days is the other plan?", WEEK)
    other_from = _time("The other plan starts")
    other_until = _time("The other plan ends")
    days = _some("On which days can you not come?", WEEK)
    preference = _one(
        "What do you like better?",
        (
            (Preference.MORNING.value, "Morning"),
            (Preference.EVENING.value, "Evening"),
            (Preference.EITHER.value, "Either"),
        ),
    )

    def __init__(self, answers: PlannerAnswers) -> None:
        super().__init__(
            initial={
                "work": answers.work,
                "travel": str(answers.travel),
                "care": sorted(answers.care),
                "days": _names(answers.away),
                "preference": answers.preference,
                **_shown("work", answers.shift),
                **_shown("other", answers.other),
            }
        )


def _shown(plan: str, own: OwnTimes) -> dict[str, str | list[str]]:
    return {
        f"{plan}_days": _names(own.days),
        f"{plan}_from": "" if own.start is None else iso_time(own.start),
        f"{plan}_until": "" if own.end is None else iso_time(own.end),
    }


def _names(days: Iterable[int]) -> list[str]:
    return [DAYS[day].lower() for day in sorted(days)]
