"""Tables of `clinic.toml` about daily practice, which pages print in the clinic's own words.

They are promises to readers who have not called yet, so a clinic states what it really does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from clinic_site.clinic.file_reader import Conversion
from clinic_site.clinic.tables import at_least_one
from clinic_site.clinic.value_kinds import Amount, Count, MaybeText, Text, must

DAYS_OF_WEEK = 7


def is_weekly_plan(counts: tuple[int, ...]) -> bool:
    """Whether there is at least one week, and each has at most seven sessions."""
    return bool(counts) and all(count <= DAYS_OF_WEEK for count in counts)


SessionCounts = Annotated[
    tuple[int, ...],
    Conversion("sessions in each week, 0 to 7", must(is_weekly_plan), tuple[Amount, ...]),
]


@dataclass(frozen=True, slots=True)
class FirstCall:
    """The first phone call. Minutes count from the moment somebody answers."""

    opening: Text
    asked_from_minute: Count
    your_turn_from_minute: Count
    next_step_from_minute: Count
    asked: Annotated[tuple[str, ...], at_least_one(Text)]
    never_asked: Annotated[tuple[str, ...], at_least_one(Text)]
    cut_off: Text


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of the first session; `minute` counts from its start, negative before it."""

    minute: int
    title: Text
    what: Text


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Rules for everybody who comes, and what to bring."""

    listening: Text
    between_us: Text
    visitors: Text
    phones: Text
    awaited_call: Text
    missed_day: Text
    missed_days: Text
    test_result: Text
    used_again: Text
    bring: Annotated[tuple[str, ...], at_least_one(Text)]
    leave_at_home: Annotated[tuple[str, ...], at_least_one(Text)]


@dataclass(frozen=True, slots=True)
class ProgramAnswers:
    """The clinic's answers to the questions that readers are advised to ask any program."""

    group_leaders: Text
    usual_wait: MaybeText
    mental_health: Text
    not_right_for_you: Text
    afterwards: Text
    progress: Text
    sessions_by_week: SessionCounts
