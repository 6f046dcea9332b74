"""Statistics of each past week, counted once, so that no page counts all requests again.

A week is counted again every day while it is young, each time as a whole; before the first of its
requests can be purged it is left alone for good, so that purging takes nothing from it. A week
that nobody counted in time, because no worker ran, is counted when it is found missing.

Each figure is counted for all requests, for each part of the week in which they came in, and for
each kind of asker: with that a page can say "only these" and add weeks up. Two workers at once
count one after the other; one that is killed leaves whole weeks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from intake.clock.safe_time import SATURDAY, parts_of
from intake.figures.histogram import SCALE
from intake.models import Request, WeeklyCount
from intake.rules.states import CLOSED, State
from intake.seal.answers import Window

WEEK = timedelta(days=7)
MOST_YOUNG_WEEKS = 4
ALL, OTHER_TIMES = "", "other_times"
RECEIVED = "received"
TIMES = ("attempt", "talk", "offer")
KINDS = ("asker", "channel", "outcome", "lane")
PARTS = (*((window.name or "").lower() for window in Window), OTHER_TIMES)

# Materialized, or Postgres would read the wall clock again for every part of the week.
COUNT = """
WITH came AS MATERIALIZED (
    SELECT asker, channel, state, lane, received, first_attempt_at, reached_at, offered_at,
           extract(isodow FROM wall) > 5 AS on_weekend,
           (extract(hour FROM wall) * 60 + extract(minute FROM wall))::int AS minute
    FROM intake_request, timezone(%(zone)s, received) AS wall
    WHERE received >= %(start)s AND received < %(end)s
), placed AS (
    SELECT came.*, coalesce(name, %(other)s) AS part FROM came
    LEFT JOIN unnest(%(weekend)s::bool[], %(starts)s::int[], %(ends)s::int[], %(names)s::text[])
        AS parts(weekend, starts, ends, name)
    ON weekend = on_weekend AND minute >= starts AND minute < ends
)
SELECT figure, part, asker, bucket, count(*) FROM placed CROSS JOIN LATERAL (VALUES
    ('received', ''), ('asker', asker), ('channel', channel), ('outcome', state), ('lane', lane),
    ('attempt', {attempt}), ('talk', {talk}), ('offer', {offer})
) AS counted(figure, bucket)
WHERE bucket IS NOT NULL GROUP BY figure, part, asker, bucket
"""
STEP = """
(%(scale)s::int[])[width_bucket(
    CASE WHEN {column} < received THEN 0
    ELSE floor(extract(epoch FROM {column} - received) / 60)::int END, %(scale)s::int[]
)]::text
"""
COUNT = COUNT.format(
    attempt=STEP.format(column="first_attempt_at"),
    talk=STEP.format(column="reached_at"),
    offer=STEP.format(column="offered_at"),
)
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('intake_weeklycount'))"


class Figure(NamedTuple):
    """Part, figure and bucket of a `WeeklyCount`."""

    part: str
    figure: str
    bucket: str


def write(now: datetime) -> list[date]:
    """Count every week that may still change or was never counted. Returns their Mondays."""
    young = this_week(now) - young_weeks() * WEEK
    weeks = list(_unsettled(this_week(now), young))
    for monday in weeks:
        _replace(monday, settled=monday < young)
    return weeks


def count(monday: date) -> Counter[Figure]:
    """The counts of a week as they are now. "received" is always among them, be it 0."""
    figures = Counter({Figure(ALL, RECEIVED, ""): 0})
    with connection.cursor() as cursor:
        cursor.execute(COUNT, _parameters(monday))
        for figure, part, asker, bucket, number in cursor.fetchall():
            for each in (ALL, part, asker):
                figures[Figure(each, figure, bucket)] += number
    return figures


def this_week(now: datetime) -> date:
    """The Monday of the clinic's week."""
    return monday_of(now.astimezone(settings.CLINIC.time_zone).date())


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def young_weeks() -> int:
    """How many past weeks may still change: none of their requests can have been purged by time.

    A request that is withdrawn is purged at once, and then it is not counted either.
    """
    days_after = settings.CLINIC.retention.days_after
    shortest = min(days_after(state) for state in CLOSED if state is not State.WITHDRAWN)
    return max(1, min(MOST_YOUNG_WEEKS, shortest // WEEK.days - 1))


def _unsettled(current: date, young: date) -> Iterator[date]:
    """The Mondays of young weeks, and of those since the first request that nobody has counted."""
    counted = set(WeeklyCount.objects.weeks())
    first = _first_week(counted)
    while first < current:
        if first >= young or first not in counted:
            yield first
        first += WEEK


def _first_week(counted: Iterable[date]) -> date:
    known = list(counted)
    received = Request.objects.first_received()
    if received:
        known.append(this_week(received))
    return min(known, default=date.max)


def _replace(monday: date, *, settled: bool) -> None:
    """Count a week again as a whole; a settled one only if no other worker did so meanwhile."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
        rows = WeeklyCount.objects.of_week(monday)
        if settled and rows.exists():
            return
        rows.delete()
        WeeklyCount.objects.bulk_create(
            WeeklyCount(week=monday, **figure._asdict(), number=number)
            for figure, number in count(monday).items()
        )


def _parameters(monday: date) -> dict[str, Any]:
    zone = settings.CLINIC.time_zone
    return {
        "zone": str(zone),
        "start": datetime.combine(monday, time(), zone),
        "end": datetime.combine(monday + WEEK, time(), zone),
        "other": OTHER_TIMES,
        "scale": list(SCALE),
        **_parts(),
    }


def _parts() -> dict[str, list[Any]]:
    """The parts of the week as columns: on weekends or not, start and end (minutes), name."""
    windows = settings.CLINIC.contact_windows
    rows = [
        (day >= SATURDAY, span.start, span.end, (window.name or "").lower())
        for day in (0, SATURDAY)
        for window, span in parts_of(day, windows)
    ]
    columns = zip(*rows, strict=True)
    return dict(zip(("weekend", "starts", "ends", "names"), map(list, columns), strict=True))
