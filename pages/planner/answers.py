"""What a person can answer, and what each answer puts into the week. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clinic_site.clinic.opening_hours import DAY_MINUTES
from pages.planner.week import TimeBlock, Use, overlap, stretch

TRAVEL = 30
"""Minutes one way, for who leaves the question open."""

MONDAY_TO_FRIDAY = range(5)
EVERY_DAY = range(7)
WEEKEND_DAYS = (5, 6)
NIGHTS_OF_WORK = (6, 0, 1, 2, 3)
"""Sunday to Thursday: the last shift ends on Friday morning."""


class Work(StrEnum):
    """The shift. OWN has hours of its own; CHANGES and NONE leave work out of the week."""

    DAYS = "days"
    EARLY = "early"
    EVENINGS = "evenings"
    NIGHTS = "nights"
    OWN = "own"
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
class OwnTimes:
    """Days, start and end that a person set; what they left open is empty or None.

    Minutes from midnight. An end that is not later than the start is on the next day.
    """

    days: frozenset[int] = frozenset()
    start: int | None = None
    end: int | None = None

    @property
    def hours(self) -> tuple[int, int] | None:
        """Start and end from midnight of the day on which it starts; None if one is open."""
        if self.start is None or self.end is None:
            return None
        return self.start, self.end if self.start < self.end else self.end + DAY_MINUTES

    @property
    def is_begun(self) -> bool:
        """Something was set, be it days only."""
        return self != OwnTimes()


@dataclass(frozen=True, slots=True)
class PlannerAnswers:
    """What a person chose. `travel`: minutes one way; `away`: days on which they cannot come.

    `shift` changes the days of the work, or its hours; `other` is a plan that none of the
    questions names.
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
"""Days, start and end in minutes from midnight of the day on which the shift starts."""

DUTIES: Mapping[Care, tuple[tuple[Collection[int], int, int], ...]] = {
    Care.DROP_OFF: ((MONDAY_TO_FRIDAY, 7 * 60 + 30, 8 * 60 + 30),),
    Care.PICK_UP: ((MONDAY_TO_FRIDAY, 14 * 60 + 30, 15 * 60 + 30),),
    Care.BEDTIME: ((EVERY_DAY, 18 * 60, 20 * 60),),
    Care.WEEKEND: ((WEEKEND_DAYS, 8 * 60, 20 * 60),),
    Care.ADULT: ((EVERY_DAY, 7 * 60, 8 * 60), (EVERY_DAY, 19 * 60, 20 * 60)),
}

DEEP_NIGHT = 2 * 60
"""Who works at 2 am sleeps in the morning after."""

SLEEP_FROM, SLEEP_UNTIL = 60, 8 * 60
"""Minutes after the end of a night's work, unless there is work again by then."""


def duties(answers: PlannerAnswers) -> Iterator[TimeBlock]:
    """Everything that is fixed before a group comes into the week."""
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
    """Days, start and end of the work, as in SHIFTS; None if there is none or it is not known."""
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
