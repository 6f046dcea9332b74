"""Answers to the planner's questions, and the times of the week that they occupy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clinic_site.clinic.opening_hours import DAY_MINUTES
from pages.planner.overlap import TimeBlock, Use, overlap, stretch

TRAVEL = 30
"""Minutes one way, when the question is left open."""

MONDAY_TO_FRIDAY = range(5)
EVERY_DAY = range(7)
WEEKEND_DAYS = (5, 6)
NIGHTS_OF_WORK = (6, 0, 1, 2, 3)
"""Sunday to Thursday, so that the last shift ends on Friday morning."""


class Work(StrEnum):
    """The kind of shift. OWN has times that the person sets; CHANGES and NONE are not drawn."""

    DAYS = "days"
    EARLY = "early"
    EVENINGS = "evenings"
    NIGHTS = "nights"
    OWN = "own"
    CHANGES = "changes"
    NONE = "none"


class Care(StrEnum):
    """Care for somebody else, at its usual time."""

    DROP_OFF = "drop-off"
    PICK_UP = "pick-up"
    BEDTIME = "bedtime"
    WEEKEND = "weekend"
    ADULT = "adult"


class Preference(StrEnum):
    """The preferred time, which decides between groups that fit on equally many days."""

    MORNING = "morning"
    EVENING = "evening"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """Days, start and end that a person set; empty or None where left open.

    Times are minutes from midnight. An end before the start, or at it, is on the next day.
    """

    days: frozenset[int] = frozenset()
    start: int | None = None
    end: int | None = None

    @property
    def hours(self) -> tuple[int, int] | None:
        """Start and end in minutes from midnight of the first day; None if one is left open."""
        if self.start is None or self.end is None:
            return None
        return self.start, self.end if self.start < self.end else self.end + DAY_MINUTES

    @property
    def is_begun(self) -> bool:
        """Whether anything is set, even if only days."""
        return self != OwnTimes()


@dataclass(frozen=True, slots=True)
class PlannerAnswers:
    """The answers of a person.

    `shift` replaces the days of `work`, or its hours. `travel` is in minutes one way. `other` is a
    plan of any kind. `away` are days on which they cannot come, 0 for Monday.
    """

    work: Work | None = None
    shift: OwnTimes = OwnTimes()
    travel: int = TRAVEL
    care: frozenset[Care] = frozenset()
    other: OwnTimes = OwnTimes()
    away: frozenset[int] = frozenset()
    preference: Preference = Preference.EITHER


SHIFTS: Mapping[Work, tuple[Collection[int], int, int]] = {
    Work.DAYS: (MONDAY_TO_FRIDAY, 8 * 60, 17 * 60),
    Work.EARLY: (MONDAY_TO_FRIDAY, 6 * 60, 14 * 60),
    Work.EVENINGS: (MONDAY_TO_FRIDAY, 15 * 60, 23 * 60),
    Work.NIGHTS: (NIGHTS_OF_WORK, 23 * 60, 31 * 60),
}
"""Days, start and end of each shift, in minutes from midnight of the day on which it starts."""

DUTIES: Mapping[Care, tuple[tuple[Collection[int], int, int], ...]] = {
    Care.DROP_OFF: ((MONDAY_TO_FRIDAY, 7 * 60 + 30, 8 * 60 + 30),),
    Care.PICK_UP: ((MONDAY_TO_FRIDAY, 14 * 60 + 30, 15 * 60 + 30),),
    Care.BEDTIME: ((EVERY_DAY, 18 * 60, 20 * 60),),
    Care.WEEKEND: ((WEEKEND_DAYS, 8 * 60, 20 * 60),),
    Care.ADULT: ((EVERY_DAY, 7 * 60, 8 * 60), (EVERY_DAY, 19 * 60, 20 * 60)),
}

DEEP_NIGHT = 2 * 60
"""People who work at 2 am sleep after the shift."""

SLEEP_FROM, SLEEP_UNTIL = 60, 8 * 60
"""Minutes after the end of night work, unless there is work again by then."""


def duties(answers: PlannerAnswers) -> Iterator[TimeBlock]:
    """The times of the week that are taken before a group is added."""
    yield from _work(answers)
    for care in Care:
        if care in answers.care:
            for days, start, end in DUTIES[care]:
                yield from _on(days, start, end, Use.CARE, care)
    if answers.other.hours:
        days = answers.other.days or EVERY_DAY
        yield from _on(days, *answers.other.hours, Use.OTHER, Use.OTHER)
    yield from _on(answers.away, 0, DAY_MINUTES, Use.AWAY, Use.AWAY)


def shift_of(answers: PlannerAnswers) -> tuple[Collection[int], int, int] | None:
    """Days, start and end of the work, as in SHIFTS; None without work or without known times."""
    if answers.work is Work.OWN and answers.shift.hours:
        return answers.shift.days or MONDAY_TO_FRIDAY, *answers.shift.hours
    if answers.work and answers.work in SHIFTS:
        days, start, end = SHIFTS[answers.work]
        return answers.shift.days or days, start, end
    return None


def _work(answers: PlannerAnswers) -> Iterator[TimeBlock]:
    if shift := shift_of(answers):
        days, start, end = shift
        work = list(_on(days, start, end, Use.WORK, Use.WORK))
        yield from work
        if any(start <= night < end for night in (DEEP_NIGHT, DAY_MINUTES + DEEP_NIGHT)):
            sleep = _on(days, end + SLEEP_FROM, end + SLEEP_UNTIL, Use.SLEEP, Use.SLEEP)
            yield from (block for block in sleep if not any(overlap(block, w) for w in work))


def _on(days: Collection[int], start: int, end: int, use: Use, name: str) -> Iterator[TimeBlock]:
    for day in sorted(days):
        yield stretch(use, day * DAY_MINUTES + start, end - start, name)
