"""R1 to R3: workers are killed while people write."""

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.instruments.faults import site, vault, visitor
from tests.instruments.faults.killing import Killer, met_a_request
from tests.instruments.faults.load import Load, Person
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.instruments.faults.visitor import Post

EVERY = 0.15
FULL = {"acknowledged": 1000, "kills": 50, "mid_request": 10}
SHORT = {"acknowledged": 20, "kills": 5, "mid_request": 1}


def r1(place: Place, short: bool) -> Outcome:
    """kill -9 a random worker every 150 ms: whoever saw "received" is stored, byte for byte."""
    outcome = Outcome("R1")
    _run(outcome, place, short, seconds=1.5 if short else 20, retry=False)
    return outcome


def r2(place: Place, short: bool) -> Outcome:
    """The same, and whoever saw nothing sends again: sent = acknowledged = stored."""
    outcome = Outcome("R2")
    _run(outcome, place, short, seconds=1.5 if short else 20, retry=True)
    outcome.require(outcome.sent == outcome.acknowledged == outcome.stored, "the three sets differ")
    return outcome


def r3(place: Place, short: bool) -> Outcome:
    """Doubles, two tabs and edits under kills: one row, two requests, one revision."""
    outcome = Outcome("R3")
    seconds = 2 if short else 25
    _run(outcome, place, short, seconds=seconds, retry=True, person=habits)
    return outcome


def _run(
    outcome: Outcome,
    place: Place,
    short: bool,
    *,
    seconds: float,
    retry: bool,
    person: Person | None = None,
) -> Load:
    """People write for some seconds while workers are killed; the figures go into `outcome`."""
    minimum = SHORT if short else FULL
    with site.running(place, place.url("site", place.database())) as served:
        load = Load(served.port, retry=retry, person=person)
        with load, Killer(served.kill_worker, every=EVERY) as killer:
            hold(load, seconds, minimum["acknowledged"])
    outcome.kills = len(killer.at)
    outcome.mid_request = met_a_request(killer.at, load.replies())
    outcome.problems += load.failures
    judge_people(outcome, load)
    outcome.require_at_least(**minimum)
    only_known_answers(outcome, load)
    return load


def hold(load: Load, seconds: float, least: int) -> None:
    """For so long, and on a slow machine until enough people had their answer (at most thrice)."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < 3 * seconds:
        if spent >= seconds and load.statuses()[303] >= least:
            return
        time.sleep(0.2)


def judge_people(outcome: Outcome, load: Load) -> None:
    """Posts of the same form and the same text are one; the last edit must be the newest."""
    distinct: dict[tuple[bytes, str], list[Any]] = {}
    for each in load.sent:
        key = (each.post.nonce, str(each.post.typed))
        known = distinct.setdefault(key, [each.post, False])
        known[1] = known[1] or each.acknowledged
    stored = vault.judge(outcome, [(post, bool(ack)) for post, ack in distinct.values()])
    repeats = len(load.sent) - len(distinct)
    if repeats:
        outcome.notes.append(f"{repeats} doubles")
    _judge_revisions(outcome, load, stored)


def habits(port: int, number: int) -> Iterable[Post | tuple[Post, ...]]:
    """What people do: once, a double click, two tabs, or back, edit, send."""
    post = visitor.write(number)
    habit = random.choices(["once", "double", "tabs", "edit"], [70, 10, 10, 10])[0]
    if habit == "double":
        yield post, Post(post.nonce, post.token, post.typed)
    elif habit == "tabs":
        other = visitor.write(number)
        yield post, Post(other.nonce, other.token, post.typed)
    else:
        yield post
    if habit == "edit":
        edited = post.typed | {"message": f"{post.typed['message']} And one more thing."}
        yield Post(post.nonce, post.token, edited)


def _judge_revisions(outcome: Outcome, load: Load, stored: vault.Stored) -> None:
    """Edits are numbered as they were sent, and each form is one request."""
    messages: dict[bytes, list[str]] = defaultdict(list)
    for each in load.sent:
        told = messages[each.post.nonce]
        if each.acknowledged and each.post.typed["message"] not in told:
            told.append(each.post.typed["message"])
    found: dict[object, list[str]] = defaultdict(list)
    for request, _, content in stored.forms:
        found[request].append(content["message"])
    edits = 0
    for nonce, told in messages.items():
        kept = found[vault.request_of(nonce)]
        outcome.require(len(told) < 2 or kept == told, "revisions out of order")
        edits += len(told) > 1
    if edits:
        outcome.notes.append(f"{edits} edits in order")


def only_known_answers(outcome: Outcome, load: Load, *more: int) -> None:
    """Never a 500, and no page but those that belong to the run."""
    statuses = load.statuses()
    odd = {status: n for status, n in statuses.items() if status not in (0, 303, 503, *more)}
    outcome.require(not odd, f"unexpected answers: {odd}")
    outcome.notes.append(f"{statuses[0]} connections lost")
    if statuses[503]:
        outcome.notes.append(f"{statuses[503]} pages with 503")
