"""What a person can answer, and what each answer puts into the week. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clinic_site.opening_hours import DAY_MINUTES
from pages.planner_week import Block, Use, stretch

TRAVEL = 30
"""Minutes one way, for who leaves the question open."""

MONDAY_TO_FRIDAY = range(5)
EVERY_DAY = range(7)
WEEKEND_DAYS = (5, 6)
NIGHTS_OF_WORK = (6, 0, 1, 2, 3)
"""Sunday to Thursday: the last shift ends on Friday morning."""


class Work(StrEnum):
    """The shift. CHANGES and NONE leave work out of the week."""

    DAYS = "days"
    EARLY = "early"
    EVENINGS = "evenings"
    NIGHTS = "nights"
    CHANGES = "changes"
    NONE = "none"


class Care(StrEnum):
    """What somebody else counts on, at its usual time."""

    DROP_OFF = "drop-off"
    PICK_UP = "pick-up"
    BEDTIME = "bedtime"
    WEEKEND = "weekend"
    ADULT = "adult"


class Preference(StrEnum):
    """Decides between groups that fit equally well."""

    MORNING = "morning"
    EVENING = "evening"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person chose. `travel`: minutes one way; `away`: days on which they cannot come."""

    work: Work | None = None
    travel: int = TRAVEL
    care: frozenset[Care] = frozenset()
    away: frozenset[int] = frozenset()
    preference: Preference = Preference.EITHER


SHIFTS: Mapping[Work, tuple[Collection[int], int, int]] = {
    Work.DAYS: (MONDAY_TO_FRIDAY, 8 * 60, 17 * 60),
    Work.EARLY: (MONDAY_TO_FRIDAY, 6 * 60, 14 * 60),
    Work.EVENINGS: (MONDAY_TO_FRIDAY, 15 * 60, 23 * 60),
    Work.NIGHTS: (NIGHTS_OF_WORK, 23 * 60, 31 * 60),
}
"""Days, start and end in minutes from midnight of the day on which the shift starts."""

DUTIES: Mapping[Care, tuple[tuple[Collection[int], int, int], ...]] = {
    Care.DROP_OFF: ((MONDAY_TO_FRIDAY, 7 * 60 + 30, 8 * 60 + 30),),
    Care.PICK_UP: ((MONDAY_TO_FRIDAY, 14 * 60 + 30, 15 * 60 + 30),),
    Care.BEDTIME: ((EVERY_DAY, 18 * 60, 20 * 60),),
    Care.WEEKEND: ((WEEKEND_DAYS, 8 * 60, 20 * 60),),
    Care.ADULT: ((EVERY_DAY, 7 * 60, 8 * 60), (EVERY_DAY, 19 * 60, 20 * 60)),
}

SLEEP_AFTER_NIGHT = (32 * 60, 39 * 60)
"""8 am to 3 pm on the morning after, from midnight of the day on which the shift started."""


def duties(answers: Answers) -> Iterator[Block]:
    """Everything that is fixed before a group comes into the week."""
    if answers.work and answers.work in SHIFTS:
        days, start, end = SHIFTS[answers.work]
        yield from _on(days, start, end, Use.WORK, answers.work)
    if answers.work is Work.NIGHTS:
        yield from _on(NIGHTS_OF_WORK, *SLEEP_AFTER_NIGHT, Use.SLEEP, Use.SLEEP)
    for care in Care:
        if care in answers.care:
            for days, start, end in DUTIES[care]:
                yield from _on(days, start, end, Use.CARE, care)
    yield from _on(sorted(answers.away), 0, DAY_MINUTES, Use.AWAY, Use.AWAY)


def _on(days: Collection[int], start: int, end: int, use: Use, name: str) -> Iterator[Block]:
    return (stretch(use, day * DAY_MINUTES + start, end - start, name) for day in days)
