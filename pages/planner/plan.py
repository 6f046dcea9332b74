"""Planner: places each group in the week of a person, and finds the group that fits best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clinic_site.clinic.opening_hours import DAY_MINUTES, NOON, Session, Track
from pages.planner.answers import PlannerAnswers, Preference, duties
from pages.planner.overlap import WEEK_MINUTES, TimeBlock, Use, overlap, stretch

EVENING = 17 * 60
PAINTED = (Use.OPEN, Use.SLEEP, Use.OTHER, Use.CARE, Use.WORK, Use.TRIP, Use.GROUP)
"""Uses that are counted; a minute with two uses counts for the later one of this list."""


@dataclass(frozen=True, slots=True)
class Clash:
    """An overlap: `part` is the group or a trip, `other` what else is planned."""

    part: TimeBlock
    other: TimeBlock


@dataclass(frozen=True, slots=True)
class Visit:
    """A session of the group with both trips, and what overlaps with them."""

    group: TimeBlock
    there: TimeBlock
    back: TimeBlock
    clashes: tuple[Clash, ...] = ()

    @property
    def parts(self) -> tuple[TimeBlock, TimeBlock, TimeBlock]:
        """Group and trips, the group first: an overlap is reported for the first part only."""
        return self.group, self.there, self.back


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a group fits into the week."""

    track: Track
    visits: tuple[Visit, ...]

    @property
    def days(self) -> frozenset[int]:
        """The days on which the group meets, 0 for Monday."""
        return frozenset(visit.group.day for visit in self.visits)

    @property
    def good_days(self) -> frozenset[int]:
        """The days without any overlap."""
        return self.days - {visit.group.day for visit in self.visits if visit.clashes}

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The overlaps of all visits."""
        return tuple(clash for visit in self.visits for clash in visit.clashes)

    @property
    def shared(self) -> int:
        """Number of minutes in all overlaps."""
        return sum(overlap(clash.part, clash.other) for clash in self.clashes)


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The planned week. `fits` has all groups, the best first; `minutes` add up to 10,080."""

    answers: PlannerAnswers
    fixed: tuple[TimeBlock, ...]
    fits: tuple[Fit, ...]
    minutes: Mapping[Use, int] = field(hash=False)

    @property
    def best(self) -> Fit:
        """The group that fits best, and is drawn."""
        return self.fits[0]

    @property
    def left(self) -> int:
        """Minutes of the week without the group and its trips."""
        return WEEK_MINUTES - self.minutes[Use.GROUP] - self.minutes[Use.TRIP]


def plan(answers: PlannerAnswers, tracks: Sequence[Track]) -> WeekPlan:
    """Plan the week of a person. `tracks` are the groups of the clinic, at least one.

    They are ranked by the share of days without overlap, then by preference, then by the fewest
    minutes of overlap.
    """
    fixed = tuple(duties(answers))
    fits = sorted(
        (_fit(track, answers.travel, fixed) for track in tracks),
        key=lambda fit: (
            -len(fit.good_days) / len(fit.days),
            not _is_preferred(fit, answers.preference),
            fit.shared,
        ),
    )
    return WeekPlan(answers, fixed, tuple(fits), _account(fixed, fits[0].visits))


def _fit(track: Track, travel: int, fixed: Sequence[TimeBlock]) -> Fit:
    return Fit(track, tuple(_visit(session, travel, fixed) for session in track.sessions))


def _visit(session: Session, travel: int, fixed: Sequence[TimeBlock]) -> Visit:
    visit = Visit(
        group=stretch(Use.GROUP, session.start, session.end - session.start),
        there=stretch(Use.TRIP, session.start - travel, travel),
        back=stretch(Use.TRIP, session.end, travel),
    )
    return Visit(*visit.parts, clashes=tuple(_clashes(visit, fixed)))


def _clashes(visit: Visit, fixed: Sequence[TimeBlock]) -> Iterator[Clash]:
    for other in fixed:
        part = next((part for part in visit.parts if overlap(part, other)), None)
        if part:
            yield Clash(part, other)


def _is_preferred(fit: Fit, preference: Preference) -> bool:
    starts = [visit.group.start % DAY_MINUTES for visit in fit.visits]
    if preference is Preference.MORNING:
        return all(start < NOON for start in starts)
    if preference is Preference.EVENING:
        return all(start >= EVENING for start in starts)
    return True


def _account(fixed: Sequence[TimeBlock], visits: Sequence[Visit]) -> dict[Use, int]:
    """Minutes of the week by use, 10,080 in total."""
    minutes = [Use.OPEN] * WEEK_MINUTES
    blocks = [*fixed, *(part for visit in visits for part in visit.parts)]
    painted = [block for block in blocks if block.use in PAINTED]
    for block in sorted(painted, key=lambda block: PAINTED.index(block.use)):
        for start, end in block.pieces:
            minutes[start:end] = [block.use] * (end - start)
    counted = Counter(minutes)
    return {use: counted[use] for use in PAINTED}
