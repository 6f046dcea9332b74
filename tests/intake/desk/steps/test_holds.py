"""Legal holds come back to a manager on the day that was set (putting one on: test_side_tracks)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intake.desk.steps import holds
from intake.models import Request
from intake.models.queue_sections import Section
from tests.clock import local
from tests.intake import rows
from tests.plugin.desk import QUEUE, Desk, address

pytestmark = pytest.mark.django_db
DASHBOARD = "/desk/"
LATE_EVENING = local(23, 30)  # Tuesday, November 24, 2026; in UTC it is Wednesday
TODAY = date(2026, 11, 24)
HEADING = "Legal holds to look at again"
MARKER = "marker-hold-61"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(LATE_EVENING, tick=False):
        yield


def held(manager: User, until: date) -> Request:
    """Put on a year ago."""
    row = rows.request(sent=rows.answers(name=MARKER, message=MARKER))
    then = LATE_EVENING - timedelta(days=365)
    return holds.hold(row.pk, until=until, words=MARKER, seen=0, user=manager, now=then)


def words(desk: Desk, path: str = DASHBOARD) -> str:
    answer = desk.get(path)
    assert answer.status == 200
    return answer.words


def queue(section: Section) -> str:
    return f"{QUEUE}?section={section}"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 11, 1), "overdue since Nov 1, 2026"),
        (date(2026, 11, 23), "overdue since Nov 23, 2026"),
        (TODAY, "due today"),
        (date(2026, 11, 25), "due on Nov 25, 2026"),
        (date(2026, 12, 8), "due on Dec 8, 2026"),
    ],
)
def test_review_is_shown_from_two_weeks_before(
    manager: User, manager_at_desk: Desk, until: date, said: str
) -> None:
    row = held(manager, until)

    assert f"{HEADING} {row}: {said}" in words(manager_at_desk)


def test_later_review_is_not_shown_yet(manager: User, manager_at_desk: Desk) -> None:
    row = held(manager, date(2026, 12, 9))

    assert str(row) not in words(manager_at_desk).partition(HEADING)[2].partition("weeks.")[0]
    assert "None is overdue, and none is due within two weeks." in words(manager_at_desk)


def test_released_hold_is_not_shown(manager: User, manager_at_desk: Desk) -> None:
    row = held(manager, TODAY)
    holds.release(row.pk, words="over", seen=row.changes, user=manager, now=LATE_EVENING)

    assert "None is overdue" in words(manager_at_desk)


def test_longest_overdue_comes_first_and_leads_to_its_record(
    manager: User, manager_at_desk: Desk
) -> None:
    second, first = held(manager, TODAY), held(manager, date(2026, 11, 2))

    links = manager_at_desk.get(DASHBOARD).links

    ours = [link for link in links if link.endswith("/change/")]
    assert ours[-2:] == [address(first), address(second)]


def test_many_reviews_are_cut_off_and_cost_one_query(manager: User, manager_at_desk: Desk) -> None:
    held(manager, TODAY)
    few = queries(manager_at_desk)
    assert "There are more" not in words(manager_at_desk)
    for _ in range(holds.MOST_SHOWN):
        held(manager, TODAY)

    assert words(manager_at_desk).count("due today") == holds.MOST_SHOWN
    assert "There are more" in words(manager_at_desk)
    assert queries(manager_at_desk) == few
    with CaptureQueriesContext(connection) as asked:
        holds.to_review(User.objects.get(pk=manager.pk), LATE_EVENING)
    (sql,) = [each["sql"] for each in asked if "held_until" in each["sql"]]
    assert f"LIMIT {holds.MOST_SHOWN + 1}" in sql


def queries(desk: Desk) -> int:
    with CaptureQueriesContext(connection) as asked:
        desk.get(DASHBOARD)
    return len(asked)


@pytest.mark.parametrize("section", [Section.DECISION, Section.CLOSING])
def test_manager_reads_it_in_the_sections_that_managers_work_in(
    manager: User, manager_at_desk: Desk, section: Section
) -> None:
    assert HEADING not in words(manager_at_desk, queue(section))
    row = held(manager, TODAY)

    assert f"{HEADING} {row}: due today" in words(manager_at_desk, queue(section))
    assert HEADING not in words(manager_at_desk, queue(Section.CALLABLE))


def test_nobody_else_sees_it(manager: User, at_desk: Desk, auditor_at_desk: Desk) -> None:
    row = held(manager, TODAY)

    for desk, path in (
        (at_desk, DASHBOARD),
        (at_desk, queue(Section.DECISION)),
        (auditor_at_desk, DASHBOARD),
    ):
        assert HEADING not in words(desk, path)
    assert str(row) not in words(auditor_at_desk)


def test_list_opens_nothing_and_names_nobody(
    manager: User, manager_at_desk: Desk, unsealings: list[Any]
) -> None:
    held(manager, TODAY)

    for path in (DASHBOARD, queue(Section.CLOSING)):
        assert MARKER not in manager_at_desk.get(path).html
    assert unsealings == []
