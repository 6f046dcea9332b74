"""How the clinic does things, in its own words: tables of `clinic.toml` that the pages print.

Each is a promise to a reader who has not called yet, so a clinic writes what it really does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from clinic_site.clinic.file_reader import Conversion
from clinic_site.clinic.tables import at_least_one
from clinic_site.clinic.value_kinds import Amount, Count, MaybeText, Text, must

DAYS_OF_WEEK = 7


def is_weekly_plan(counts: tuple[int, ...]) -> bool:
    """There is a week, and none has more sessions than days."""
    return bool(counts) and all(count <= DAYS_OF_WEEK for count in counts)


SessionCounts = Annotated[
    tuple[int, ...],
    Conversion("sessions in each week, 0 to 7", must(is_weekly_plan), tuple[Amount, ...]),
]


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What happens on the phone. Minutes count from the moment somebody answers."""

    opening: Text
    asked_from_minute: Count
    your_turn_from_minute: Count
    next_step_from_minute: Count
    asked: Annotated[tuple[str, ...], at_least_one(Text)]
    never_asked: Annotated[tuple[str, ...], at_least_one(Text)]
    cut_off: Text


@dataclass(frozen=True, slots=True)
class Moment:
    """One part of a first session; `minute` counts from its start and may be below 0."""

    minute: int
    title: Text
    what: Text


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What holds for everybody who comes, and what to bring."""

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
    """Our own answers to the questions that a reader may put to any program."""

    group_leaders: Text
    usual_wait: MaybeText
    mental_health: Text
    not_right_for_you: Text
    afterwards: Text
    progress: Text
    sessions_by_week: SessionCounts
