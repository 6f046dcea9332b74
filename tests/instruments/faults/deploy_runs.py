"""R14 and R15: keys and code change while people write."""

import time
from datetime import timedelta

from tests.instruments.faults import site, visitor
from tests.instruments.faults.killing import Killer, met_a_request
from tests.instruments.faults.load import Load
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.instruments.faults.site import Site
from tests.instruments.faults.site_runs import judge_people, only_known_answers

OLD = timedelta(hours=23, minutes=59)
TOO_OLD = timedelta(hours=24, minutes=5)


def r15(place: Place, short: bool) -> Outcome:
    """Rolling restarts and a new master under kills: nothing lost, old forms are taken."""
    outcome = Outcome("R15")
    with site.running(place, place.url("site", place.database())) as served:
        old = [visitor.write(9_000_000 + number, age=OLD) for number in range(20)]
        stale = visitor.write(9_900_000, age=TOO_OLD)
        load = Load(served.port, retry=True)
        with load, Killer(served.kill_worker, every=0.3) as killer:
            _deploy(served, killer, rounds=1 if short else 6)
        for post in old:
            load.post(post)
        _send_stale(outcome, load, stale)
    outcome.kills = len(killer.at)
    outcome.mid_request = met_a_request(killer.at, load.replies())
    outcome.problems += load.failures
    judge_people(outcome, load)
    outcome.require(outcome.sent == outcome.acknowledged == outcome.stored, "the sets differ")
    if not short:
        outcome.require_at_least(acknowledged=1000, kills=20)
    only_known_answers(outcome, load, 422)
    return outcome


def _deploy(served: Site, killer: Killer, *, rounds: int) -> None:
    """HUP, then a new master, again and again; nobody is killed while masters change."""
    for _ in range(rounds):
        time.sleep(1)
        served.reload()
        time.sleep(1)
        killer.pause()
        served.replace_master()
        killer.go_on()


def _send_stale(outcome: Outcome, load: Load, post: visitor.Post) -> None:
    """A form older than a day comes back with its text, and is taken from that page."""
    load.retry = False
    first = load.post(post)
    outcome.require(first.replies[0].status == 422, "a form older than a day was not handed back")
    outcome.require(not first.missing, f"handed back without {first.missing}")
    again = visitor.Post(post.nonce, first.token, post.typed)
    load.sent.remove(first)
    outcome.require(load.post(again).acknowledged, "not taken from the page that came back")
