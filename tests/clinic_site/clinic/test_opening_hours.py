"""Spans, days and weeks in words, and the sums of a week."""

from datetime import date

import pytest

from clinic_site.clinic.opening_hours import Hours, Session, Span, Track, read_span

EVENING = Span(18 * 60, 21 * 60)
MORNING = Span(9 * 60, 12 * 60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18:00-21:00", "6 to 9 pm"),
        ("08:00-12:30", "8 am to 12:30 pm"),
        ("09:00-12:00", "9 am to noon"),
        ("12:00-17:00", "noon to 5 pm"),
        ("12:30-13:00", "12:30 to 1 pm"),
        ("00:00-08:00", "midnight to 8 am"),
        ("00:30-08:00", "12:30 to 8 am"),
        ("18:00-24:00", "6 pm to midnight"),
        ("17:00-17:15", "5 to 5:15 pm"),
    ],
)
def test_span_is_said_as_people_say_it(text: str, words: str) -> None:
    assert str(read_span(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-20",
        "08:00",
        "08:00-08:00",
        "20:00-08:00",
        "08:60-09:00",
        "08:00-24:01",
        "\u06608:00-09:00",
    ],
)
def test_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="span"):
        read_span(text)


def test_session_counts_from_monday() -> None:
    session = Session(day=2, span=EVENING)
    assert (session.start, session.end) == (2 * 1440 + 1080, 2 * 1440 + 1260)


def test_track_of_one_time_says_it_once() -> None:
    track = Track("Evening", tuple(Session(day, EVENING) for day in (3, 0, 2)))
    assert track.days == "Monday, Wednesday and Thursday"
    assert track.times == "6 to 9 pm"
    assert track.hours == 9
    assert isinstance(track.hours, int)


def test_track_of_several_times_says_which_day_has_which() -> None:
    half = Span(9 * 60, 11 * 60 + 30)
    track = Track("Mixed", (Session(0, EVENING), Session(2, EVENING), Session(5, half)))
    assert track.times == "Monday and Wednesday, 6 to 9 pm; Saturday, 9 to 11:30 am"
    assert track.hours == 8.5


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({0, 1, 2, 3, 4}, "Monday to Friday, 9 am to noon"),
        ({0, 1, 2, 4}, "Monday to Wednesday and Friday, 9 am to noon"),
        ({5, 6}, "Saturday and Sunday, 9 am to noon"),
        ({3}, "Thursday, 9 am to noon"),
        (set(range(7)), "Every day, 9 am to noon"),
    ],
)
def test_days_in_a_row_are_said_first_to_last(days: set[int], words: str) -> None:
    week = tuple((MORNING,) if day in days else () for day in range(7))
    assert Hours(week).text == words


def test_days_of_one_time_stand_together() -> None:
    split = (MORNING, Span(13 * 60, 17 * 60))
    hours = Hours(((split), split, (EVENING,), split, (), (), ()))
    assert str(hours) == (
        "Monday, Tuesday and Thursday, 9 am to noon and 1 to 5 pm; Wednesday, 6 to 9 pm"
    )


def test_holiday_has_no_spans() -> None:
    hours = Hours(((MORNING,),) * 7, frozenset({date(2026, 12, 25)}))
    assert hours.spans_on(date(2026, 12, 25)) == ()
    assert hours.spans_on(date(2026, 12, 26)) == (MORNING,)
