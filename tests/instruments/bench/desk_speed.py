"""The desk with a thousand requests and with a million: time, queries, exact counts, search.

The pages of both show the same: as many cards, as many charts.

Two databases on one server and a desk on each, with one signed-in manager.
"""

import http.client
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg2

from clinic_site.tryout import child_processes
from tests.instruments.bench import load, table
from tests.instruments.bench.table import Row
from tests.plugin import live_site, processes, staff
from tests.plugin.processes import Deployment

SMALL, LARGE = "1,000 requests", "1,005,000 requests"
# Closed, open, days. The thousand of one half-year: of ten years a week has two, and nothing is
# drawn of fewer than five.
NUMBERS = {SMALL: (500, 500, 182), LARGE: (1_000_000, 5_000, load.TEN_YEARS)}
PAGES = {
    "queue": "/desk/queue/",
    "queue, overdue": "/desk/queue/?section=overdue",
    "queue, closed": "/desk/queue/?section=closed",
    "dashboard": "/desk/",
}
REQUESTS = 15
FORM = "application/x-www-form-urlencoded"
NAMED = "Sample Person 17"
MOST_OF_A_SEARCH = 2.5
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE next_due < now()), count(*) FILTER (WHERE opened_at IS NULL)
FROM intake_request WHERE closed_at IS NULL
"""


@dataclass(frozen=True)
class Place:
    """One of the databases, by its own deployment, and the cookie that opens a desk on it."""

    name: str
    deployment: Deployment
    cookie: str


def rows(deployment: Deployment) -> Iterator[Row]:
    """Fills both databases first, which takes minutes."""
    from django.test.utils import setup_test_environment

    setup_test_environment()  # pages keep their context
    places = _places(deployment)
    for place in places:
        with _in(place):
            load.fill(*NUMBERS[place.name])
    yield from _times(places)
    yield from _queries(places)
    with _in(places[-1]):
        yield _counts()
        yield from _search()


def _places(deployment: Deployment) -> tuple[Place, Place]:
    """The empty database with its manager, and a copy of it."""
    from django.db import connection

    from intake.desk.entrance import rights

    client = staff.signed_in(staff.member("mae", rights.MANAGER))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    connection.close()
    parts = urlsplit(deployment.owner_url)
    with closing(psycopg2.connect(deployment.owner_url, dbname="postgres")) as other:
        other.autocommit = True
        other.cursor().execute(f"CREATE DATABASE large TEMPLATE {parts.path.strip('/')}")
    large = replace(deployment, owner_url=parts._replace(path="/large").geturl())
    return Place(SMALL, deployment, cookie), Place(LARGE, large, cookie)


@contextmanager
def _in(place: Place) -> Iterator[None]:
    """Our own connection leads to that database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = urlsplit(place.deployment.owner_url).path.strip("/")
    yield
    connection.close()


def _times(places: tuple[Place, ...]) -> Iterator[Row]:
    with ExitStack() as stack:
        ports = [stack.enter_context(_desk(place)) for place in places]
        for page, address in PAGES.items():
            sides = {
                place.name: partial(_milliseconds, port, address, place.cookie)
                for place, port in zip(places, ports, strict=True)
            }
            runs = table.alternated(sides)
            table.print_sides(page, {name: {"milliseconds": each} for name, each in runs.items()})
            yield table.at_most(f"{page}, time against 1,000", runs[LARGE], runs[SMALL], 1.5)


@contextmanager
def _desk(place: Place) -> Iterator[int]:
    """gunicorn with the desk's role; yields its port."""
    server = processes.start(place.deployment, "desk")
    try:
        port = int(server.address.rpartition(":")[2])
        live_site.wait_for_answer(port, server.log)
        yield port
    finally:
        child_processes.stop(server.process, signal.SIGTERM)


def _milliseconds(port: int, address: str, cookie: str, number: int) -> float:
    """The median of some requests, one after the other."""
    with closing(http.client.HTTPConnection("localhost", port)) as connection:
        return statistics.median(_one(connection, address, cookie) for _ in range(REQUESTS))


def _one(connection: http.client.HTTPConnection, address: str, cookie: str) -> float:
    started = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise AssertionError(f"{address}: {answer.status}")
    return 1000 * (time.perf_counter() - started)


def _queries(places: tuple[Place, ...]) -> Iterator[Row]:
    for page, address in PAGES.items():
        numbers = []
        for place in places:
            with _in(place):
                numbers.append(_number_of_queries(address))
        same = len(set(numbers)) == 1
        yield Row(f"{page}, queries", " and ".join(map(str, numbers)), "the same", same)


def _number_of_queries(address: str) -> int:
    """Of a second look, when what is kept of a first one is there."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = _manager()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def _counts() -> Row:
    """What the dashboard says against plain SQL."""
    from django.db import connection

    waiting = _manager().get(PAGES["dashboard"]).context["waiting"]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        (counted,) = cursor.fetchall()
    said = waiting.open, waiting.overdue, waiting.unopened
    words = ", ".join(f"{number:,}" for number in said)
    return Row("open, overdue and unopened, as plain SQL counts them", words, "", said == counted)


def _search() -> Iterator[Row]:
    """Every open request is opened and compared; a bare loop only reads and opens as many texts."""
    client = _manager()

    def searched(_: int) -> None:
        answer = client.post("/desk/search/", urlencode({"term": NAMED}), content_type=FORM)
        assert answer.status_code == 200, answer.status_code

    sides = {"search": partial(_seconds, searched), "bare loop": partial(_seconds, _open_all)}
    runs = table.alternated(sides)
    table.print_sides("search", {name: {"seconds": each} for name, each in runs.items()})
    what = "search of all open requests against reading and opening their texts in a bare loop"
    yield table.at_most(what, runs["search"], runs["bare loop"], MOST_OF_A_SEARCH)
    yield Row("the same search", f"{statistics.median(runs['search']):.2f} s")


def _seconds(act: Callable[[int], None], number: int) -> float:
    started = time.perf_counter()
    act(number)
    return time.perf_counter() - started


def _open_all(_: int) -> None:
    """The newest form of each open request."""
    from intake.models import Request, Submission
    from intake.seal import keys
    from intake.seal.sealing import Wrap

    held = keys.private_keys()
    text: Any
    for text in Submission.objects.newest_of(Request.objects.open(), held):
        wrap = Wrap(text.held_key, text.held_suite, bytes(text.held_wrapped))
        text.unseal_by(wrap, held[text.held_key])


def _manager():
    from django.contrib.auth.models import User

    return staff.signed_in(User.objects.get(username="mae"))
