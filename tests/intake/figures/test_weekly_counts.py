"""Weekly figures: counted right, once, and left alone when the requests behind them go."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from intake.figures import weekly_counts
from intake.figures.weekly_counts import (
    KINDS,
    PARTS,
    TIMES,
    WEEK,
    Figure,
    count,
    write,
    young_weeks,
)
from intake.models import Request, WeeklyCount
from intake.rules.states import State
from intake.seal.answers import Asker
from intake.worker import retention
from tests.clock import local
from tests.intake import rows
from tests.intake.scale import step_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)
NOW = local(9)  # Tuesday, November 24: the week of MONDAY is the last one


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Of the week of MONDAY, 0 being the Monday."""
    return datetime.combine(
        MONDAY + timedelta(days=day), time(hour, minute), tzinfo=settings.CLINIC.time_zone
    )


def came(when: datetime, about: Asker = Asker.SELF, **minutes: float) -> Request:
    """A request that was tried, reached and offered an appointment after so many minutes."""
    row = rows.request(sent=rows.answers(about=about), now=when)
    columns = {"attempt": "first_attempt_at", "talk": "reached_at", "offer": "offered_at"}
    for figure, after in minutes.items():
        setattr(row, columns[figure], row.received + timedelta(minutes=after))
    row.save(update_fields=list(columns.values()))
    return row


def numbers(monday: date, figure: str, part: str = "") -> dict[str, int]:
    kept = WeeklyCount.objects.filter(week=monday, figure=figure, part=part)
    return dict(kept.values_list("bucket", "number"))


# ---- what is counted


def test_each_figure_of_a_week() -> None:
    came(at(0, 9), attempt=12, talk=61, offer=1500)
    came(at(1, 18), Asker.SOMEONE, attempt=14)
    came(at(5, 3))

    write(NOW)

    assert numbers(MONDAY, "received") == {"": 3}
    assert numbers(MONDAY, "attempt") == {"10": 2}
    assert numbers(MONDAY, "talk") == {"60": 1}
    assert numbers(MONDAY, "offer") == {"1440": 1}
    assert numbers(MONDAY, "asker") == {"self": 2, "someone": 1}
    assert numbers(MONDAY, "channel") == {"phone": 3}
    assert numbers(MONDAY, "outcome") == {"new": 3}
    assert numbers(MONDAY, "lane") == {"open": 3}


def test_each_figure_by_part_of_the_week_and_by_asker() -> None:
    came(at(0, 9), attempt=12)
    came(at(1, 18), Asker.SOMEONE, attempt=14)
    came(at(5, 3), Asker.SOMEONE)

    write(NOW)

    assert numbers(MONDAY, "received", "weekday_morning") == {"": 1}
    assert numbers(MONDAY, "attempt", "weekday_evening") == {"10": 1}
    assert numbers(MONDAY, "received", "other_times") == {"": 1}
    assert numbers(MONDAY, "received", "someone") == {"": 2}
    assert numbers(MONDAY, "attempt", "self") == {"10": 1}


@pytest.mark.parametrize("seed", range(3))
def test_count_agrees_with_a_recount(seed: int) -> None:
    """By hand, in Python, over requests at random times of three weeks."""
    chance = random.Random(seed)
    for _ in range(40):
        after = {figure: chance.expovariate(1 / 600) for figure in TIMES if chance.random() > 0.4}
        when = at(chance.randrange(-7, 14), chance.randrange(24), chance.randrange(60))
        came(when, chance.choice(list(Asker)), **after)

    for monday in (MONDAY - WEEK, MONDAY, MONDAY + WEEK):
        assert count(monday) == recount(monday)


def recount(monday: date) -> Counter[tuple[str, str, str]]:
    figures = Counter({("", "received", ""): 0})
    for row in Request.objects.all():
        wall = row.received.astimezone(settings.CLINIC.time_zone)
        if monday <= wall.date() < monday + WEEK:
            for part in ("", part_of(wall), row.asker):
                figures.update((part, *each) for each in figures_of(row))
    return figures


def figures_of(row: Request) -> Iterator[tuple[str, str]]:
    yield "received", ""
    yield from zip(KINDS, (row.asker, row.channel, row.state, row.lane), strict=True)
    moments = (row.first_attempt_at, row.reached_at, row.offered_at)
    for figure, moment in zip(TIMES, moments, strict=True):
        if moment:
            yield figure, str(step_of((moment - row.received).total_seconds() / 60))


def part_of(wall: datetime) -> str:
    half = "weekend" if wall.isoweekday() > 5 else "weekday"
    for name, start, end in (("morning", 8, 12), ("afternoon", 12, 17), ("evening", 17, 20)):
        if start <= wall.hour < end:
            return f"{half}_{name}"
    return "other_times"


def test_week_begins_at_midnight_of_the_clinic() -> None:
    came(local(23, 59, day=15)), came(local(0, 0, day=16)), came(local(23, 59, day=22))

    write(NOW)

    assert numbers(MONDAY - WEEK, "received") == {"": 1}
    assert numbers(MONDAY, "received") == {"": 2}


def test_week_in_which_the_clocks_turn_is_whole() -> None:
    """November 1, 2026: 1:30 comes twice."""
    first = datetime(2026, 11, 1, 1, 30, tzinfo=settings.CLINIC.time_zone)
    came(first), came(first.replace(fold=1)), came(first.replace(hour=23))

    assert count(date(2026, 10, 26))[Figure("", "received", "")] == 3


def test_attempt_before_the_receipt_counts_as_at_once() -> None:
    """The receipt of a request taken by phone is its minute; clocks differ."""
    came(at(0, 9), attempt=-1)

    assert count(MONDAY)[Figure("", "attempt", "0")] == 1


def test_parts_and_askers_share_no_code() -> None:
    assert len({*PARTS, *Asker, ""}) == len(PARTS) + len(Asker) + 1


# ---- which weeks


def test_nothing_is_counted_before_the_first_request() -> None:
    assert write(NOW) == []
    assert not WeeklyCount.objects.exists()


def test_current_week_is_left_to_the_page() -> None:
    came(at(8, 9))

    assert write(NOW) == []


def test_quiet_week_is_counted_as_zero() -> None:
    came(at(-7, 9))

    write(NOW)

    assert numbers(MONDAY, "received") == {"": 0}


def test_counting_again_changes_nothing() -> None:
    came(at(0, 9), attempt=12)
    write(NOW)
    before = figures_kept()

    write(NOW)

    assert figures_kept() == before


def test_young_week_is_counted_anew() -> None:
    row = came(at(0, 9))
    write(NOW)
    row.first_attempt_at = row.received + timedelta(hours=9)
    row.save(update_fields=["first_attempt_at"])

    write(NOW)

    assert numbers(MONDAY, "attempt") == {"480": 1}


def test_purging_takes_nothing_from_settled_weeks() -> None:
    came(at(0, 9), attempt=12)
    close(came(at(1, 9), attempt=12), State.SPAM)
    write(NOW)
    later = NOW + timedelta(days=400)
    assert [each.request.state for each in retention.purge(later)] == ["spam"]

    write(later)

    assert numbers(MONDAY, "received") == {"": 2}
    assert numbers(MONDAY, "attempt") == {"10": 2}


def test_week_settles_before_anything_of_it_can_be_purged() -> None:
    oldest_counted_anew = young_weeks() * WEEK + timedelta(days=6)
    shortest = min(
        settings.CLINIC.retention.days_after(each) for each in (State.SPAM, "no_contact")
    )

    assert oldest_counted_anew < timedelta(days=shortest)


@pytest.mark.parametrize(("days", "weeks"), [(1, 1), (13, 1), (21, 2), (30, 3), (90, 4), (999, 4)])
def test_how_long_a_week_is_young_depends_on_the_shortest_retention(
    monkeypatch: pytest.MonkeyPatch, days: int, weeks: int
) -> None:
    retention_class = type(settings.CLINIC.retention)
    monkeypatch.setattr(retention_class, "days_after", lambda *_: days)

    assert young_weeks() == weeks


def test_worker_that_was_away_counts_what_it_missed() -> None:
    came(at(-70, 9)), came(at(-35, 9))

    counted = write(NOW)

    assert counted == [MONDAY - each * WEEK for each in range(10, -1, -1)]
    assert numbers(MONDAY - 10 * WEEK, "received") == {"": 1}


def test_settled_weeks_are_not_looked_at_again() -> None:
    came(at(-70, 9))
    write(NOW)

    assert write(NOW) == [MONDAY - each * WEEK for each in reversed(range(young_weeks()))]


def test_settled_week_that_another_worker_counted_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """This one saw it missing, waited, and the purge came in between."""
    came(at(-70, 9))
    write(NOW)
    monkeypatch.setattr(weekly_counts, "count", lambda _: pytest.fail("counted again"))
    monkeypatch.setattr(weekly_counts, "_unsettled", lambda *_: [MONDAY - 10 * WEEK])

    write(NOW)

    assert numbers(MONDAY - 10 * WEEK, "received") == {"": 1}


def test_killed_between_two_weeks_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    came(at(-70, 9)), came(at(0, 9))
    real, seen = weekly_counts.count, []

    def killed(monday: date) -> Any:
        seen.append(monday)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return real(monday)

    with monkeypatch.context() as patched:
        patched.setattr(weekly_counts, "count", killed)
        with pytest.raises(KeyboardInterrupt):
            write(NOW)
    assert len(WeeklyCount.objects.weeks()) == 3

    write(NOW)

    assert len(WeeklyCount.objects.weeks()) == 11


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_once() -> None:
    for day in range(-28, 5):
        came(at(day, 9), attempt=12)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_write, range(4)))

    assert sum(figures_kept()["", "received", ""].values()) == 33


def _write(_: int) -> None:
    try:
        write(NOW)
    finally:
        connection.close()


def figures_kept() -> dict[tuple[str, str, str], dict[date, int]]:
    kept: dict[tuple[str, str, str], dict[date, int]] = {}
    for row in WeeklyCount.objects.all():
        kept.setdefault((row.part, row.figure, row.bucket), {})[row.week] = row.number
    return kept


def close(row: Request, state: State) -> None:
    rows.step(row, state, closed_at=row.received)
