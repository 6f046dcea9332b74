"""The planned week: every minute has its place, a clash is mutual, Sunday runs into Monday."""

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.planner import drawing, wording
from pages.planner.answers import Care, OwnTimes, PlannerAnswers, Preference, Work, duties
from pages.planner.overlap import WEEK_MINUTES, TimeBlock, Use, overlap, stretch
from pages.planner.plan import plan

DAY = 24 * 60


def track(name: str, days: str, start: float, end: float) -> Track:
    """A group on "Mon Wed" from 18 to 21."""
    numbers = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    span = Span(int(start * 60), int(end * 60))
    return Track(name, tuple(Session(numbers.index(day), span) for day in days.split()))


EVENING = track("Evening group", "Mon Wed Thu", 18, 21)
MORNING = track("Morning group", "Mon Tue Thu", 9, 12)
SUNDAY_NIGHT = track("Late group", "Sun", 21, 24)
BOTH = (EVENING, MORNING)


def sets_of(values):
    return st.frozensets(st.sampled_from(sorted(values)))


spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(
    lambda pair: Span(pair[0], min(DAY, pair[0] + pair[1]))
)
sessions = st.lists(
    st.builds(Session, st.integers(0, 6), spans), min_size=1, max_size=8, unique_by=lambda s: s.day
)
tracks = st.lists(
    st.builds(Track, st.sampled_from(("A group", "{x}")), sessions.map(tuple)),
    min_size=1,
    max_size=4,
)
clocks = st.none() | st.integers(0, 47).map(lambda half: 30 * half)
own_times = st.builds(OwnTimes, days=sets_of(range(7)), start=clocks, end=clocks)
answers = st.builds(
    PlannerAnswers,
    work=st.none() | st.sampled_from(Work),
    shift=own_times,
    travel=st.sampled_from((15, 30, 45, 60, 90)),
    care=sets_of(Care),
    other=own_times,
    away=sets_of(range(7)),
    preference=st.sampled_from(Preference),
)
blocks = st.builds(stretch, st.sampled_from(Use), st.integers(-DAY, 8 * DAY), st.integers(1, 3000))


def minutes_of(block: TimeBlock) -> set[int]:
    """The minutes of a block, counted one by one round the ring."""
    return {minute % WEEK_MINUTES for minute in range(block.start, block.end)}


@given(blocks, blocks)
def test_overlap_is_the_number_of_minutes_that_both_hold(one, other):
    assert overlap(one, other) == len(minutes_of(one) & minutes_of(other))


@given(blocks, blocks)
def test_overlap_is_mutual(one, other):
    assert overlap(one, other) == overlap(other, one)


@given(blocks)
def test_pieces_stay_in_the_week_and_keep_every_minute(block):
    assert all(0 <= start < end <= WEEK_MINUTES for start, end in block.pieces)
    assert sum(end - start for start, end in block.pieces) == block.end - block.start


def test_blocks_that_only_touch_do_not_clash():
    assert overlap(stretch(Use.WORK, 0, 60), stretch(Use.GROUP, 60, 60)) == 0
    assert overlap(stretch(Use.WORK, -60, 60), stretch(Use.GROUP, 0, 60)) == 0


def test_sunday_midnight_is_monday():
    night = stretch(Use.WORK, 6 * DAY + 23 * 60, 8 * 60)
    assert night.pieces == ((10_020, 10_080), (0, 420))
    assert overlap(night, stretch(Use.GROUP, 6 * 60, 120)) == 60


@given(answers, tracks)
def test_every_minute_of_the_week_has_one_use(answers, tracks):
    planned = plan(answers, tracks)
    assert sum(planned.minutes.values()) == WEEK_MINUTES
    assert planned.left == WEEK_MINUTES - planned.minutes[Use.GROUP] - planned.minutes[Use.TRIP]


@given(answers, tracks)
def test_clash_is_any_shared_minute_and_nothing_else(answers, tracks):
    for fit in plan(answers, tracks).fits:
        for visit in fit.visits:
            others = {clash.other for clash in visit.clashes}
            whole = set().union(*(minutes_of(part) for part in visit.parts))
            assert others == {block for block in duties(answers) if minutes_of(block) & whole}
            assert all(overlap(clash.part, clash.other) > 0 for clash in visit.clashes)


@given(answers, tracks)
def test_group_that_fits_most_days_comes_first(answers, tracks):
    fits = plan(answers, tracks).fits
    shares = [len(fit.good_days) / len(fit.days) for fit in fits]
    assert shares == sorted(shares, reverse=True)
    assert len(fits) == len(tracks)


@given(answers, tracks)
@example(PlannerAnswers(away=frozenset(range(7))), [EVENING])
@example(PlannerAnswers(work=Work.NIGHTS, care=frozenset(Care)), [SUNDAY_NIGHT])
def test_any_week_can_be_told(answers, tracks):
    told = wording.summarize(plan(answers, tracks))
    assert re.search(r" fits ([1-7] of [2-7] days|the week)$| comes closest$", told.outcome)
    assert len(told.days) == 7
    assert all(day.lines for day in told.days)
    assert bool(told.overlaps) is not told.fits_all
    assert not told.overlaps or told.ways
    said = " ".join([told.outcome, told.to_say, *told.overlaps])
    assert not re.search("cannot|can’t|can't", said)
    lit = [line for day in told.days for line in day.lines if line.kind == "lit"]
    assert len(lit) == len(plan(answers, tracks).best.visits)


@pytest.mark.parametrize(
    ("answers", "outcome", "overlaps"),
    [
        (PlannerAnswers(), "Evening group fits 3 of 3 days", []),
        (PlannerAnswers(preference=Preference.MORNING), "Morning group fits 3 of 3 days", []),
        (
            PlannerAnswers(
                work=Work.DAYS, care=frozenset({Care.BEDTIME}), preference=Preference.EVENING
            ),
            "Evening group comes closest",
            [
                "Monday, Wednesday and Thursday: group, 6 to 9 pm, "
                "overlaps dinner and bedtime, 6 to 8 pm."
            ],
        ),
        (
            PlannerAnswers(away=frozenset({2}), preference=Preference.EVENING),
            "Morning group fits 3 of 3 days",
            [],
        ),
        (
            PlannerAnswers(work=Work.DAYS, away=frozenset({2})),
            "Evening group fits 2 of 3 days",
            ["Wednesday: group, 6 to 9 pm, is on a day that is taken."],
        ),
        (PlannerAnswers(work=Work.EVENINGS), "Morning group fits 3 of 3 days", []),
        (PlannerAnswers(work=Work.NIGHTS, travel=60), "Evening group fits 3 of 3 days", []),
        (
            PlannerAnswers(work=Work.EVENINGS, care=frozenset({Care.DROP_OFF}), travel=45),
            "Morning group comes closest",
            [
                "Monday, Tuesday and Thursday: the trip, 8:15 to 9 am, "
                "overlaps school drop-off, 7:30 to 8:30 am."
            ],
        ),
    ],
)
def test_week_has_the_expected_outcome(answers, outcome, overlaps):
    told = wording.summarize(plan(answers, BOTH))
    assert told.outcome == outcome
    assert [words.replace("\u00a0", " ") for words in told.overlaps] == overlaps


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (PlannerAnswers(Work.NONE), "It fits my week. Is there a place, and when could I start?"),
        (
            PlannerAnswers(Work.CHANGES),
            "It fits what I have planned. My work isn’t in it yet. Could I change groups later?",
        ),
        (
            PlannerAnswers(away=frozenset({2})),
            "Monday and Thursday would work. Wednesday is hard. What do others do?",
        ),
        (
            PlannerAnswers(away=frozenset({2, 3})),
            "Monday would work. Wednesday and Thursday are hard. What do others do?",
        ),
        (
            PlannerAnswers(care=frozenset({Care.BEDTIME})),
            "It overlaps with my week. What do others do, and what else is there?",
        ),
    ],
)
def test_sentence_to_begin_a_call_with(answers, words):
    told = wording.summarize(plan(answers, [EVENING]))
    assert told.to_say == f"I looked at the Evening group. {words}"


def test_trip_counts_both_ways():
    planned = plan(PlannerAnswers(travel=45), [EVENING])
    assert planned.minutes[Use.TRIP] == 3 * 2 * 45
    assert wording.summarize(planned).left == "154.5 hours"


def test_trip_home_on_sunday_night_reaches_into_monday():
    planned = plan(PlannerAnswers(away=frozenset({0})), [SUNDAY_NIGHT])
    (clash,) = planned.best.clashes
    assert (clash.part.use, clash.part.pieces) == (Use.TRIP, ((0, 30),))


def test_trip_to_monday_at_midnight_starts_on_sunday():
    early = track("Early group", "Mon", 0, 1)
    planned = plan(PlannerAnswers(away=frozenset({6})), [early])
    assert planned.best.clashes[0].part.pieces == ((WEEK_MINUTES - 30, WEEK_MINUTES),)


def test_night_shift_keeps_its_sleep_free():
    told = wording.summarize(plan(PlannerAnswers(work=Work.NIGHTS), [MORNING]))
    assert told.ways == {"sleep"}
    assert told.nights


@pytest.mark.parametrize("work", [None, Work.CHANGES])
def test_shift_that_is_not_known_is_said_to_be_left_out(work):
    assert wording.summarize(plan(PlannerAnswers(work=work), BOTH)).no_shift


@pytest.mark.parametrize(
    ("own", "times"),
    [
        (OwnTimes(start=540, end=1080), "9 am to 6 pm"),
        (OwnTimes(start=1320, end=180), "10 pm to 3 am"),
        (OwnTimes(start=420, end=420), "7 am to 7 am"),
    ],
    ids=["day", "past midnight", "a whole day"],
)
def test_own_hours_are_drawn_from_monday_to_friday(own, times):
    work = [block for block in duties(PlannerAnswers(Work.OWN, own)) if block.use is Use.WORK]
    assert [block.day for block in work] == [0, 1, 2, 3, 4]
    told = wording.summarize(plan(PlannerAnswers(Work.OWN, own), BOTH))
    assert f"{times} work" in {line.words.replace("\u00a0", " ") for line in told.days[0].lines}
    assert not told.no_shift


@pytest.mark.parametrize("work", [Work.NIGHTS, Work.EVENINGS])
def test_own_days_replace_those_of_the_shift(work):
    blocks = list(duties(PlannerAnswers(work, OwnTimes(days=frozenset({5, 6})))))
    assert {block.day for block in blocks if block.use is Use.WORK} == {5, 6}


@pytest.mark.parametrize(
    ("start", "end", "sleeps"),
    [
        (15, 2, False),
        (15, 3, True),
        (3, 11, False),
        (2, 10, True),
        (0, 8, True),
        (7, 7, True),
        (8, 17, False),
    ],
)
def test_work_at_two_at_night_is_followed_by_sleep(start, end, sleeps):
    own = OwnTimes(frozenset({2}), start * 60, end * 60)
    found = [block for block in duties(PlannerAnswers(Work.OWN, own)) if block.use is Use.SLEEP]
    assert bool(found) is sleeps
    for block in found:
        assert (block.start % DAY, block.end - block.start) == (60 * end + 60, 7 * 60)


def test_no_sleep_is_drawn_into_the_next_shift():
    whole_days = OwnTimes(frozenset({0, 1, 4}), 420, 420)
    sleep = [b for b in duties(PlannerAnswers(Work.OWN, whole_days)) if b.use is Use.SLEEP]
    assert [block.day for block in sleep] == [2, 5]


@pytest.mark.parametrize("own", [OwnTimes(), OwnTimes(start=60), OwnTimes(end=60)])
def test_own_hours_without_start_or_end_are_no_shift(own):
    told = wording.summarize(plan(PlannerAnswers(Work.OWN, own), BOTH))
    assert told.no_shift
    assert told.incomplete == ("your work",)


@pytest.mark.parametrize("work", [Work.NONE, Work.CHANGES, None])
def test_own_hours_are_work_only_if_that_was_chosen(work):
    assert not list(duties(PlannerAnswers(work, OwnTimes(start=540, end=600))))


def test_who_does_not_work_has_nothing_left_out():
    assert not wording.summarize(plan(PlannerAnswers(Work.NONE), BOTH)).no_shift


@pytest.mark.parametrize(("days", "drawn"), [({1, 3}, [1, 3]), (set(), [0, 1, 2, 3, 4, 5, 6])])
def test_other_plan_is_drawn_and_can_overlap(days, drawn):
    answers = PlannerAnswers(other=OwnTimes(frozenset(days), 19 * 60, 20 * 60))
    planned = plan(answers, [EVENING])
    assert [block.day for block in planned.fixed] == drawn
    told = wording.summarize(planned)
    assert told.ways == {"other"}
    assert "group, 6 to 9 pm, overlaps your other plan, 7 to 8 pm." in (
        told.overlaps[0].replace("\u00a0", " ")
    )


def test_each_group_is_told_with_how_it_fits():
    told = wording.summarize(plan(PlannerAnswers(work=Work.EVENINGS), BOTH))
    assert [(track.name, words) for track, words in told.groups] == [
        ("Morning group", "3 of 3 days without overlap"),
        ("Evening group", "0 of 3 days without overlap"),
    ]
    assert told.others == ("Evening group, if something can move",)
    some = wording.summarize(plan(PlannerAnswers(away=frozenset({1, 2})), BOTH))
    assert some.others == ("Morning group: 2 of 3 days without overlap",)


@pytest.mark.parametrize(
    ("answers", "clashes"),
    [
        (PlannerAnswers(work=Work.EVENINGS), ["Group overlaps work"]),
        (PlannerAnswers(Work.OWN, OwnTimes(frozenset({0}), 540, 1065)), ["The trip overlaps work"]),
        (PlannerAnswers(away=frozenset({0})), ["Group falls on this day"]),
    ],
)
def test_day_says_in_short_what_overlaps(answers, clashes):
    monday = wording.summarize(plan(answers, [EVENING])).days[0].lines

    assert [line.words for line in monday if line.kind == "clash"] == clashes
    assert ("A day that is taken" in [line.words for line in monday]) is bool(answers.away)


@pytest.mark.parametrize(
    ("away", "outcome", "fit"),
    [
        (set(), "Saturday group fits the week", "without overlap"),
        ({5}, "Saturday group comes closest", "overlaps"),
    ],
)
def test_group_of_one_day_is_told_without_numbers(away, outcome, fit):
    group = track("Saturday group", "Sat", 9, 12)
    told = wording.summarize(plan(PlannerAnswers(away=frozenset(away)), [group]))
    assert (told.outcome, told.groups) == (outcome, ((group, fit),))


def test_ways_are_those_of_the_overlap_found():
    answers = PlannerAnswers(care=frozenset({Care.ADULT}), away=frozenset({0}))
    assert wording.summarize(plan(answers, [EVENING])).ways == {"adult", "day"}
    assert wording.summarize(plan(replace(answers, work=Work.CHANGES), [EVENING])).ways == {
        "adult",
        "changes",
        "day",
    }


def test_hours_are_told_by_use():
    told = wording.summarize(plan(PlannerAnswers(work=Work.DAYS), [EVENING]))
    assert dict(told.hours) == {
        "Group": "9 hours",
        "The trip": "3 hours",
        "Work": "45 hours",
        "Sleep and everything else": "111 hours",
    }


def test_hours_after_a_night_name_sleep_once():
    told = wording.summarize(plan(PlannerAnswers(work=Work.NIGHTS), [EVENING]))
    assert [words for words, _ in told.hours] == [
        "Group",
        "The trip",
        "Work",
        "Sleep after a shift",
        "Everything else",
    ]


@pytest.mark.parametrize(
    ("own", "monday"),
    [
        (OwnTimes(frozenset({6}), 22 * 60, 6 * 60), ["until 6 am work", "7 am to 2 pm sleep"]),
        (OwnTimes(frozenset({6}), 16 * 60, 0), ["Your day"]),
        (OwnTimes(frozenset({0}), 60, 6 * 60), ["1 to 6 am work", "7 am to 2 pm sleep"]),
    ],
    ids=["past midnight", "until midnight", "on the day itself"],
)
def test_day_tells_how_long_the_night_before_goes_on(own, monday):
    told = wording.summarize(plan(PlannerAnswers(Work.OWN, own), [track("Group", "Wed", 18, 21)]))
    found = [line.words.replace("\u00a0", " ") for line in told.days[0].lines]
    assert [words.removesuffix(" after the shift") for words in found] == monday


def test_minute_that_two_things_want_goes_to_group_then_trip_then_work():
    care = plan(PlannerAnswers(care=frozenset({Care.BEDTIME})), [EVENING]).minutes
    assert (care[Use.GROUP], care[Use.CARE]) == (3 * 180, 7 * 120 - 3 * 120)
    work = plan(
        PlannerAnswers(work=Work.EVENINGS, care=frozenset({Care.BEDTIME})), [EVENING]
    ).minutes
    assert (work[Use.WORK], work[Use.CARE]) == (5 * 480 - 3 * (180 + 60), 2 * 120)
    evening = OwnTimes(start=19 * 60, end=21 * 60)
    both = plan(PlannerAnswers(care=frozenset({Care.BEDTIME}), other=evening), [MORNING]).minutes
    assert (both[Use.CARE], both[Use.OTHER]) == (7 * 120, 7 * 60)


@pytest.mark.parametrize(
    ("minutes", "words"), [(60, "1 hour"), (90, "1.5 hours"), (0, "0 hours"), (50, "0.83 hours")]
)
def test_amount_in_words(minutes, words):
    assert wording.amount(minutes) == words


@dataclass
class Drawn:
    """What a drawing shows, in minutes by class."""

    svg: str

    def minutes(self, name: str) -> float:
        paths = re.findall(rf'<path class="{name}" d="([^"]*)"', self.svg)
        return sum(float(n) for d in paths for n in re.findall(r"h([\d.]+)", d)) * 60 / 11


@given(answers, tracks)
def test_drawing_has_every_minute_of_group_and_trip(answers, tracks):
    planned = plan(answers, tracks)
    drawn = Drawn(drawing.draw_week(planned, "A week"))
    group = {m for visit in planned.best.visits for m in minutes_of(visit.group)}
    taken = {m for block in planned.fixed for m in minutes_of(block)}
    assert drawn.minutes("lit") == pytest.approx(len(group - taken), abs=2)
    assert drawn.minutes("lit half") >= len(group & taken) - 2


def test_drawing_is_half_lit_where_two_things_meet():
    planned = plan(PlannerAnswers(care=frozenset({Care.BEDTIME})), [EVENING])
    drawn = Drawn(drawing.draw_week(planned, "A week"))
    assert drawn.minutes("lit half") == pytest.approx(3 * 120)
    assert drawn.minutes("lit") == pytest.approx(3 * 60)
    assert drawn.minutes("busy") == pytest.approx(7 * 120)


def test_drawing_says_in_words_what_is_lit_and_escapes_names():
    told = wording.summarize(plan(PlannerAnswers(), [track("<b>", "Mon", 18, 21)]))
    assert "<b>" not in told.windows
    assert "Lit for &lt;b&gt;: Monday 6 to 9\u00a0pm." in told.windows
    assert "style=" not in told.windows
