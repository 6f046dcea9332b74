"""Wording of a planned week for the result page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from clinic_site.clinic.opening_hours import DAY_MINUTES, Track, day_words, listed, spoken
from clinic_site.clinic.value_kinds import DAYS
from pages.planner import drawing
from pages.planner.answers import Care, PlannerAnswers, Work, shift_of
from pages.planner.overlap import TimeBlock, Use, times
from pages.planner.plan import Clash, Fit, Visit, WeekPlan

NAMES: dict[str, str] = {
    Use.WORK: "work",
    Use.SLEEP: "sleep after the shift",
    Care.DROP_OFF: "school drop-off",
    Care.PICK_UP: "school pick-up",
    Care.BEDTIME: "dinner and bedtime",
    Care.WEEKEND: "family time",
    Care.ADULT: "care for an adult",
    Use.OTHER: "your other plan",
    Use.AWAY: "a day that is taken",
}
WAYS: dict[str, str] = {
    Use.WORK: "work",
    Use.SLEEP: "sleep",
    Care.DROP_OFF: "children",
    Care.PICK_UP: "children",
    Care.BEDTIME: "children",
    Care.WEEKEND: "weekend",
    Care.ADULT: "adult",
    Use.OTHER: "other",
    Use.AWAY: "day",
}
ALL_WAYS = frozenset({*WAYS.values(), "trip", "changes"})
"""All parts of templates/planner/ways.html, by name."""

TOGETHER = {
    Use.GROUP: "Group",
    Use.TRIP: "The trip",
    Use.WORK: "Work",
    Use.CARE: "Care for others",
    Use.OTHER: "Your other plan",
    Use.SLEEP: "Sleep after a shift",
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line of a day; `kind` is "lit" for group time, "clash" for an overlap, otherwise ""."""

    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day of the week with its lines."""

    name: str
    lines: tuple[DayLine, ...]

    @property
    def short(self) -> str:
        """The first three letters: "Mon"."""
        return self.name[:3]


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """Everything that the result page says about a plan; `windows` is its drawing."""

    outcome: str
    track: str
    fits_all: bool
    days: tuple[PlannedDay, ...]
    overlaps: tuple[str, ...]
    to_say: str
    others: tuple[str, ...]
    groups: tuple[tuple[Track, str], ...]
    hours: tuple[tuple[str, str], ...]
    left: str
    ways: frozenset[str]
    no_shift: bool
    incomplete: tuple[str, ...]
    nights: bool
    windows: str


def summarize(plan: WeekPlan) -> PlanSummary:
    """Put a plan into words."""
    best = plan.best
    outcome = outcome_of(best)
    return PlanSummary(
        outcome=outcome,
        track=best.track.name,
        fits_all=not best.clashes,
        days=tuple(_day(day, plan) for day in range(7)),
        overlaps=tuple(overlaps(best)),
        to_say=to_say(plan),
        others=tuple(_offer(fit) for fit in plan.fits[1:]),
        groups=tuple((fit.track, _goodness(fit)) for fit in plan.fits),
        hours=tuple(_hours(plan)),
        left=amount(plan.left),
        ways=frozenset(_ways(plan)),
        no_shift=_has_unknown_shift(plan.answers),
        incomplete=tuple(_incomplete(plan.answers)),
        nights=any(block.use is Use.SLEEP for block in plan.fixed),
        windows=drawing.draw_week(plan, _title(best)),
    )


def outcome_of(fit: Fit) -> str:
    """The heading, which says what is possible, never what is not."""
    if not fit.good_days:
        return f"{fit.track.name} comes closest"
    if len(fit.days) == 1:
        return f"{fit.track.name} fits the week"
    return f"{fit.track.name} fits {len(fit.good_days)} of {len(fit.days)} days"


def to_say(plan: WeekPlan) -> str:
    """Sentences to begin a call with; they say so when the plan does not include the work."""
    fit = plan.best
    hard = fit.days - fit.good_days
    unknown = _has_unknown_shift(plan.answers)
    if not hard and unknown:
        found = "It fits what I have planned. My work isn’t in it yet. Could I change groups later?"
    elif not hard:
        found = "It fits my week. Is there a place, and when could I start?"
    elif fit.good_days:
        verb = "is" if len(hard) == 1 else "are"
        found = f"{day_words(fit.good_days)} would work. {day_words(hard)} {verb} hard."
        found += " What do others do?"
    else:
        found = "It overlaps with my week. What do others do, and what else is there?"
    return f"I looked at the {fit.track.name}. {found}"


def overlaps(fit: Fit) -> Iterator[str]:
    """Each overlap with all of its days: "Monday and Thursday: group, 6 to 9 pm, ..."."""
    days: dict[tuple[str, str], set[int]] = {}
    for visit in fit.visits:
        for clash in visit.clashes:
            key = (_named(clash.part), _beside(clash))
            days.setdefault(key, set()).add(visit.group.day)
    for (part, other), on in days.items():
        yield f"{day_words(on)}: {part} {other}."


def amount(minutes: int) -> str:
    """Minutes in words: 540 -> "9 hours", 90 -> "1.5 hours", 60 -> "1 hour"."""
    hours = round(minutes / 60, 2)
    return f"{hours:g} hour" if hours == 1 else f"{hours:g} hours"


def _hours(plan: WeekPlan) -> Iterator[tuple[str, str]]:
    rest = "Everything else" if plan.minutes[Use.SLEEP] else "Sleep and everything else"
    for use, words in {**TOGETHER, Use.OPEN: rest}.items():
        if plan.minutes[use]:
            yield words, amount(plan.minutes[use])


def _goodness(fit: Fit) -> str:
    if len(fit.days) == 1:
        return "without overlap" if fit.good_days else "overlaps"
    return f"{len(fit.good_days)} of {len(fit.days)} days without overlap"


def _offer(fit: Fit) -> str:
    if fit.good_days:
        return f"{fit.track.name}: {_goodness(fit)}"
    return f"{fit.track.name}, if something can move"


def _has_unknown_shift(answers: PlannerAnswers) -> bool:
    return answers.work is not Work.NONE and shift_of(answers) is None


def _incomplete(answers: PlannerAnswers) -> Iterator[str]:
    """What lacks a start or an end although the person has begun to set its times."""
    shift = answers.shift
    half = (shift.start is None) is not (shift.end is None)
    if half or (answers.work is Work.OWN and not shift.hours):
        yield "your work"
    if answers.other.is_begun and not answers.other.hours:
        yield "your other plan"


def _ways(plan: WeekPlan) -> Iterator[str]:
    for clash in plan.best.clashes:
        yield WAYS[clash.other.name]
        if clash.part.use is Use.TRIP:
            yield "trip"
    if plan.answers.work is Work.CHANGES:
        yield "changes"


def _day(day: int, plan: WeekPlan) -> PlannedDay:
    lines = [_rest(block) for block in plan.fixed if block.last_day == day != block.day]
    begun: list[tuple[int, Iterable[DayLine]]] = [
        *((block.start, [_line(block)]) for block in plan.fixed if block.day == day),
        *((v.group.start, _visit(v)) for v in plan.best.visits if v.group.day == day),
    ]
    for _, more in sorted(begun, key=itemgetter(0)):
        lines.extend(more)
    return PlannedDay(DAYS[day], tuple(lines) or (DayLine("Your day"),))


def _rest(block: TimeBlock) -> DayLine:
    """The rest of something that began on the day before."""
    until = spoken(block.end % DAY_MINUTES).replace(" ", "\u00a0")
    return DayLine(f"until {until} {NAMES[block.name]}")


def _line(block: TimeBlock) -> DayLine:
    name = NAMES[block.name]
    return DayLine("A day that is taken" if block.use is Use.AWAY else f"{_times(block)} {name}")


def _visit(visit: Visit) -> Iterator[DayLine]:
    yield DayLine(f"{_times(visit.group)} group", "lit")
    yield DayLine(f"{times(visit.there.start, visit.back.end)} with the trip")
    for clash in visit.clashes:
        yield DayLine(_briefly(clash), "clash")


def _briefly(clash: Clash) -> str:
    part = "The trip" if clash.part.use is Use.TRIP else "Group"
    if clash.other.use is Use.AWAY:
        return f"{part} falls on this day"
    return f"{part} overlaps {NAMES[clash.other.name]}"


def _named(part: TimeBlock) -> str:
    return f"{'group' if part.use is Use.GROUP else 'the trip'}, {_times(part)},"


def _beside(clash: Clash) -> str:
    if clash.other.use is Use.AWAY:
        return "is on a day that is taken"
    return f"overlaps {NAMES[clash.other.name]}, {_times(clash.other)}"


def _times(block: TimeBlock) -> str:
    return times(block.start, block.end)


def _title(fit: Fit) -> str:
    lit = listed([f"{DAYS[v.group.day]} {_times(v.group)}" for v in _in_order(fit.visits)])
    return f"A week drawn as 168 windows, 7 rows of 24. Lit for {fit.track.name}: {lit}."


def _in_order(visits: Iterable[Visit]) -> list[Visit]:
    return sorted(visits, key=lambda visit: visit.group.start)
