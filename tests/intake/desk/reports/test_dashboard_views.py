"""The figures on the first page: exact for who works with requests, hidden where small else."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.desk.reports.statistics import ASKER_WORDS, HEADINGS, KIND_WORDS, PART_WORDS
from intake.figures import weekly_counts
from intake.figures.histogram import SCALE
from intake.figures.published import Quarter
from intake.figures.weekly_counts import PARTS, TIMES, WEEK
from intake.models import Request, WeeklyCount
from intake.rules.states import State
from intake.seal.answers import Asker
from tests.clock import local
from tests.intake import rows
from tests.plugin.desk import Answer, Desk, address

pytestmark = pytest.mark.django_db
PAGE = "/desk/"
NOW = local(10)  # Tuesday, November 24, 2026
THIS_WEEK = date(2026, 11, 23)
MARKER = "marker-figures-57"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def came(when: datetime, about: Asker = Asker.SELF, **minutes: int) -> Request:
    row = rows.request(sent=rows.answers(about=about, name=MARKER, message=MARKER), now=when)
    columns = {"attempt": "first_attempt_at", "talk": "reached_at", "offer": "offered_at"}
    for figure, after in minutes.items():
        setattr(row, columns[figure], row.received + timedelta(minutes=after))
    row.save(update_fields=list(columns.values()))
    return row


def fill(weeks: int) -> None:
    """Twelve requests in each of so many weeks, as the worker would have counted them."""
    WeeklyCount.objects.bulk_create(
        WeeklyCount(week=THIS_WEEK - at * WEEK, figure=figure, part=part, bucket=bucket, number=12)
        for at in range(1, weeks + 1)
        for part in ("", "weekday_evening", "self")
        for figure, bucket in (
            *(("received", ""), ("asker", "self"), ("channel", "phone")),
            *(("outcome", "admitted"), ("lane", "open")),
            *(("attempt", "15"), ("talk", "60"), ("offer", "1440")),
        )
    )


def page(desk: Desk, **query: Any) -> Answer:
    answer = desk.get(PAGE, **query)
    assert answer.status == 200
    return answer


def tables(desk: Desk, **query: Any) -> dict[str, list[list[str]]]:
    """The rows of each table, by its caption."""
    html = page(desk, **query).html
    found = {}
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        caption = re.findall(r"<caption[^>]*>(.*?)</caption>", table, re.DOTALL)[0]
        body = re.findall(r"<tbody>(.*?)</tbody>", table, re.DOTALL)[0]
        found[caption] = [
            [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in cells]
            for cells in (
                re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
                for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
            )
        ]
    return found


def test_oldest_unanswered_is_named_with_its_age(at_desk: Desk) -> None:
    came(NOW - timedelta(days=9), attempt=5)
    oldest = came(NOW - timedelta(days=3, hours=4))
    came(NOW - timedelta(days=1))
    rows.request(now=NOW - timedelta(days=30), quarantined=True)

    found = page(at_desk)

    assert f"Oldest unanswered 3 days, 4 hours {oldest}, new" in found.words
    assert address(oldest) in found.links


def test_waiting_counts_are_exact(at_desk: Desk) -> None:
    late, read, other = (came(NOW - timedelta(hours=3)) for _ in range(3))
    Request.objects.filter(pk=late.pk).update(next_due=NOW - timedelta(minutes=1))
    for row in (read, other):
        Request.objects.filter(pk=row.pk).update(next_due=NOW + timedelta(minutes=1))
    Request.objects.filter(pk=read.pk).update(opened_at=NOW)
    rows.request_in(State.SPAM)

    found = page(at_desk).words

    assert "Overdue 1 next action is past its time" in found
    assert "Not opened yet 2 nobody has read them" in found
    assert "Open 3 requests in all" in found


def test_open_requests_stand_by_state(at_desk: Desk) -> None:
    for state in (State.NEW, State.NEW, State.WAITING, State.QUARANTINED):
        rows.request_in(state)
    Request.objects.filter(state=State.NEW).update(next_due=NOW + timedelta(hours=1))

    found = {state: counts for state, *counts in tables(at_desk)["Open requests by state"]}

    assert found["New"] == ["2", "0"]
    assert found["Waiting"] == ["1", "1"]
    assert found["Quarantined"] == ["1", "1"]
    assert found["Reached"] == ["0", "0"]


def test_with_nothing_at_all_the_page_says_so(at_desk: Desk) -> None:
    found = page(at_desk).words

    assert "Oldest unanswered none" in found
    assert "nothing is late" in found
    assert "No request came in during these weeks." in found
    assert "<svg" not in found


def test_current_week_is_counted_at_once(at_desk: Desk) -> None:
    for _ in range(5):
        came(NOW - timedelta(hours=1), attempt=16, talk=16)

    found = tables(at_desk)

    assert not WeeklyCount.objects.exists()
    assert found["First attempt, by week"][0] == [
        "Nov 23, 2026, so far",
        "5",
        "15 to 20 min",
        "15 to 20 min",
    ]
    assert found["Appointment offered, by week"][0][1:] == ["0", "none yet", "none yet"]
    assert found["Requests by week"][0] == ["Nov 23, 2026, so far", "5"]
    assert found["Who wrote"] == [["For themselves", "5"]]


def test_few_times_say_nothing(at_desk: Desk) -> None:
    came(NOW - timedelta(hours=1), attempt=16)

    assert "1 in these weeks: too few to say anything." in page(at_desk).words
    assert tables(at_desk)["First attempt, by week"][0][1:] == ["1", "none yet", "none yet"]


def test_twenty_six_weeks_have_a_chart_and_the_same_figures_in_a_table(at_desk: Desk) -> None:
    fill(25)
    for _ in range(12):
        came(NOW - timedelta(hours=1), attempt=100, talk=200, offer=300)

    found, html = tables(at_desk), page(at_desk).html

    assert html.count('class="chart__dot"') == 3 * 26
    assert len(found["First attempt, by week"]) == len(found["Requests by week"]) == 26
    assert found["First attempt, by week"][0][1:] == ["12", "1.5 to 2 h", "1.5 to 2 h"]
    assert found["First attempt, by week"][25] == [
        "Jun 1, 2026",
        "12",
        "15 to 20 min",
        "15 to 20 min",
    ]
    assert "for half of 312" in page(at_desk).words


def test_weeks_before_the_chosen_ones_do_not_count(at_desk: Desk) -> None:
    fill(40)

    assert len(tables(at_desk)["Requests by week"]) == 26
    assert [row[1] for row in tables(at_desk)["Who wrote"]] == [str(25 * 12)]


def test_parts_of_the_week_stand_beside_each_other(at_desk: Desk) -> None:
    fill(3)
    for _ in range(6):
        came(NOW - timedelta(hours=1), attempt=3)  # Tuesday morning

    found = tables(at_desk)["First attempt, by when they came in"]

    assert found == [
        ["Weekday mornings", "6", "under 5 min", "under 5 min"],
        ["Weekday evenings", "36", "15 to 20 min", "15 to 20 min"],
    ]


def test_kinds_are_in_words_the_most_frequent_first(at_desk: Desk) -> None:
    for about in (Asker.SOMEONE, Asker.SOMEONE, Asker.PATIENT):
        came(NOW - timedelta(hours=1), about)
    rows.request(now=NOW, quarantined=True)

    found = tables(at_desk)

    assert found["Who wrote"] == [
        ["For someone they care about", "2"],
        ["For a patient or client", "1"],
        ["For themselves", "1"],
    ]
    assert found["How far they are"] == [["New", "3"], ["Quarantined", "1"]]
    assert found["How they came in"] == [["Form", "3"], ["Form, quarantined", "1"]]
    assert found["How we may reply"] == [["Phone call", "4"]]


def test_week_that_the_worker_left_out_is_told(at_desk: Desk) -> None:
    fill(5)
    WeeklyCount.objects.of_week(THIS_WEEK - WEEK).delete()

    assert "The worker has not counted 1 of these weeks yet" in page(at_desk).words


def test_weeks_before_the_first_request_are_no_fault(at_desk: Desk) -> None:
    fill(2)

    assert "The worker has not counted" not in page(at_desk).words


def test_only_one_kind_of_asker(at_desk: Desk) -> None:
    for about, after in ((Asker.SELF, 3), (Asker.SOMEONE, 100)):
        for _ in range(6):
            came(NOW - timedelta(hours=1), about, attempt=after)

    found = tables(at_desk, only="someone")

    assert found["First attempt, by week"][0][1:] == ["6", "1.5 to 2 h", "1.5 to 2 h"]
    assert found["Who wrote"] == [["For someone they care about", "6"]]
    assert "First attempt, by when they came in" not in found


def test_only_one_part_of_the_week(at_desk: Desk) -> None:
    fill(3)
    came(NOW - timedelta(hours=1))

    assert [row[1] for row in tables(at_desk, only="weekday_evening")["Who wrote"]] == ["36"]
    assert [row[1] for row in tables(at_desk, only="weekday_morning")["Who wrote"]] == ["1"]


def test_only_some_weeks(at_desk: Desk) -> None:
    fill(10)

    found = tables(at_desk, since="2026-10-20", until="2026-11-03")  # Tuesdays

    assert [row[0] for row in found["Requests by week"]] == [
        "Nov 2, 2026",
        "Oct 26, 2026",
        "Oct 19, 2026",
    ]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"since": "2026-11-20", "until": "2026-11-10"}, "The first day lies after the last one"),
        ({"since": "2027-02-01"}, "The first day lies after the last one, or after today."),
        ({"since": "2020-01-01"}, "Choose at most 104 weeks."),
        ({"since": "soon"}, "Enter a valid date."),
        ({"only": MARKER}, "Select a valid choice."),
        ({"until": "9999-12-31", "since": "0001-01-01"}, "Choose at most 104 weeks."),
    ],
)
def test_choice_that_makes_no_sense_is_told_and_left_out(
    at_desk: Desk, query: dict[str, str], problem: str
) -> None:
    fill(3)

    assert problem in page(at_desk, **query).words
    assert len(tables(at_desk, **query)["Requests by week"]) == 26


def test_days_to_come_are_cut_off(at_desk: Desk) -> None:
    fill(3)

    assert len(tables(at_desk, until="2030-01-01")["Requests by week"]) == 26


def test_page_costs_as_many_queries_with_much_as_with_little(at_desk: Desk) -> None:
    counts = []
    for number, weeks in ((1, 1), (40, 30)):
        WeeklyCount.objects.all().delete()
        fill(weeks)
        for _ in range(number):
            came(NOW - timedelta(hours=1), attempt=16, talk=200)
        at_desk.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            at_desk.get(PAGE)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_each_drawing_has_a_name_and_a_description(at_desk: Desk) -> None:
    fill(3)

    found = page(at_desk).page

    drawings = [given for tag, given in found.tags if tag == "svg" and given.get("role") == "img"]
    assert len(drawings) == 4
    for given in drawings:
        title, description = str(given["aria-labelledby"]).split()
        assert (found.with_id(title)[0], found.with_id(description)[0]) == ("title", "desc")
    assert not [given for _, given in found.tags if "style" in given]
    bars = [given for _, given in found.tags if given.get("class") == "figures__bar"]
    assert all(given["aria-hidden"] == "true" for given in bars) and bars


def test_nothing_is_opened_and_nobody_is_named(at_desk: Desk, unsealings: list[Any]) -> None:
    came(NOW - timedelta(hours=1), attempt=5)

    html = page(at_desk).html

    assert unsealings == []
    assert MARKER not in html and "217-555-0100" not in html


def test_numbers_in_a_drawing_are_not_localized(at_desk: Desk, settings: Any) -> None:
    """A comma for the point would draw nothing."""
    settings.USE_THOUSAND_SEPARATOR, settings.LANGUAGE_CODE = True, "de"
    fill(3)

    html = page(at_desk).html

    drawings = re.findall(r'<svg class="(?:chart|figures__bar)".*?</svg>', html, re.DOTALL)
    marks = re.findall(r' (?:cx|cy|x1|x2|y1|y2|x|y|width|height)="([^"]*)"', str(drawings))
    assert len(marks) > 100
    assert [mark for mark in marks if not re.fullmatch(r"\d+(\.\d+)?", mark)] == []


def quarter(**numbers: int) -> None:
    """One settled quarter: so many requests of each kind of asker in its first week."""
    monday = Quarter(2026, 3).first
    total = sum(numbers.values())
    WeeklyCount.objects.bulk_create(
        WeeklyCount(week=monday, part="", figure=figure, bucket=bucket, number=number)
        for figure, bucket, number in (
            ("received", "", total),
            *(("asker", asker, number) for asker, number in numbers.items()),
            *(("channel", "phone", total), ("lane", "open", total), ("outcome", "new", total)),
        )
    )


def test_auditor_sees_no_small_count(auditor_at_desk: Desk) -> None:
    quarter(self=20, someone=17, patient=3)
    for _ in range(3):
        rows.request_in(State.WAITING)
    came(NOW - timedelta(hours=1))

    found = tables(auditor_at_desk)

    assert found["Who wrote"] == [
        ["For themselves", "20"],
        ["For someone they care about", "15"],
        ["For a patient or client", "hidden"],
        ["All", "40"],
    ]
    cells = [cell for table in found.values() for _, *cells in table for cell in cells]
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    assert not [each for each in numbers if 1 <= each <= 10 or each % 5]
    assert "hidden" in str(found["By state"])


def test_auditor_sees_no_request(auditor_at_desk: Desk) -> None:
    row = came(NOW - timedelta(hours=5))
    quarter(self=40)

    found = page(auditor_at_desk)

    assert str(row) not in found.text
    assert str(row.pk) not in found.html
    assert "Oldest unanswered" not in found.text


def test_auditor_chooses_a_finished_quarter(auditor_at_desk: Desk) -> None:
    quarter(self=40)
    WeeklyCount.objects.create(week=date(2026, 5, 4), figure="received", number=76)

    assert tables(auditor_at_desk, quarter="2026-Q2")["Requests by week"][-1] == ["All", "75"]
    assert tables(auditor_at_desk)["Requests by week"][-1] == ["All", "40"]
    assert tables(auditor_at_desk, quarter=MARKER)["Requests by week"][-1] == ["All", "40"]


@pytest.mark.parametrize(
    "query", [{"since": "2026-07-06", "until": "2026-07-12"}, {"only": "self"}]
)
def test_auditor_cannot_cut_the_figures_finer(auditor_at_desk: Desk, query: dict[str, str]) -> None:
    quarter(self=40, someone=11)

    assert tables(auditor_at_desk, **query) == tables(auditor_at_desk)


def test_auditor_without_a_finished_quarter_is_told(auditor_at_desk: Desk) -> None:
    assert "No quarter is finished yet." in page(auditor_at_desk).words


def test_who_may_see_no_figures_sees_none() -> None:
    fill(3)

    found = page(Desk(User.objects.create_user("new", is_staff=True)))

    assert "Ask a manager" in found.text
    assert "First attempt" not in found.text


def test_codes_of_the_database_have_words() -> None:
    assert set(ASKER_WORDS) == set(Asker)
    assert set(PART_WORDS) == set(PARTS)
    assert set(HEADINGS) == set(TIMES)
    assert set(KIND_WORDS) == set(weekly_counts.KINDS)
    assert SCALE[0] == 0
