"""R4, R5 and R7: PostgreSQL dies without a goodbye while people write."""

import time
from contextlib import suppress

from django.conf import settings

from tests.instruments.faults import site, vault
from tests.instruments.faults.killing import Killer, met_a_request
from tests.instruments.faults.load import Load
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.instruments.faults.site_runs import EVERY, judge_people, only_known_answers, r1

KILLS = 3
FULL = {"acknowledged": 1000, "kills": 50, "mid_request": 10}
SECONDS_TO_BE_TOLD = 3.0
FORGETFUL = {"synchronous_commit": "off"}


def r4(place: Place, short: bool) -> Outcome:
    """-m immediate under load: nobody who saw "received" is lost, the others are told at once."""
    outcome = Outcome("R4")
    with site.running(place, place.url("site", place.database())) as served:
        load = Load(served.port)
        with load, Killer(served.kill_worker, every=EVERY) as killer:
            for _ in range(1 if short else KILLS):
                time.sleep(1 if short else 6)
                killer.pause()
                _kill_database(place, away=1)
                killer.go_on()
            time.sleep(1 if short else 4)
    outcome.kills = len(killer.at) + (1 if short else KILLS)
    outcome.mid_request = met_a_request(killer.at, load.replies())
    outcome.problems += load.failures
    judge_people(outcome, load)
    _judge_pages(outcome, load)
    if not short:
        outcome.require_at_least(**FULL)
    only_known_answers(outcome, load)
    return outcome


def r5(place: Place, short: bool) -> Outcome:
    """Negative control: with synchronous_commit = off the same kill loses what was promised."""
    outcome = Outcome("R5", must_lose=True)
    durable = dict(place.cluster.settings)
    try:
        place.cluster.settings |= FORGETFUL
        _restart(place)
        name = place.database()
        if not short:
            _require_refusal(outcome, place, name)
        _lose(outcome, place, name, rounds=1 if short else KILLS)
    finally:
        place.cluster.settings = durable
        _restart(place)
    return outcome


def r7(place: Place, short: bool) -> Outcome:
    """After each of the runs above, every stored form has its notice and no other one exists."""
    outcome = Outcome("R7")
    if not vault.ledger_of_runs:
        r1(place, True)
    for forms, notices in vault.ledger_of_runs:
        outcome.sent += forms
        outcome.stored += notices
    outcome.acknowledged = outcome.sent
    outcome.require(outcome.sent == outcome.stored > 0, "forms and notices differ")
    outcome.notes.append(f"{len(vault.ledger_of_runs)} databases: forms = notices")
    return outcome


def _kill_database(place: Place, *, away: float) -> None:
    place.cluster.kill()
    time.sleep(away)
    place.cluster.start()


def _restart(place: Place) -> None:
    from django.db import connections

    connections.close_all()
    place.cluster.stop()
    place.cluster.start()


def _judge_pages(outcome: Outcome, load: Load) -> None:
    pages = [each for each in load.sent if 503 in {reply.status for reply in each.replies}]
    slow, usual = _slowest(load, 503), _slowest(load, 303)
    missing = [each.missing for each in pages if each.missing]
    outcome.require(bool(pages), "nobody saw the outage")
    outcome.require(not missing, f"pages without what was typed: {missing[:3]}")
    words = f"slowest page {slow:.2f} s, slowest post that was taken {usual:.2f} s"
    outcome.require(slow <= SECONDS_TO_BE_TOLD + usual, f"a visitor waited: {words}")
    outcome.notes.append(words)


def _slowest(load: Load, status: int) -> float:
    """Seconds; 0 when no answer had that status."""
    return max((reply.seconds for reply in load.replies() if reply.status == status), default=0.0)


def _require_refusal(outcome: Outcome, place: Place, name: str) -> None:
    """In production the site does not even start on such a server."""
    with suppress(RuntimeError):
        site.Site(place, place.url("site", name)).stop()
        outcome.problems.append("the site started on a server that forgets")


def _lose(outcome: Outcome, place: Place, name: str, *, rounds: int) -> None:
    """Without the rules of production, which would refuse."""
    development = {"CLINIC_PRODUCTION": "0", "ALLOWED_HOSTS": settings.CLINIC.host}
    with site.running(place, place.url("site", name), **development) as served:
        load = Load(served.port)
        with load:
            for _ in range(rounds):
                time.sleep(1 if rounds == 1 else 2)
                _kill_database(place, away=0.5)
            time.sleep(1)
    outcome.kills = rounds
    outcome.problems += load.failures
    judge_people(outcome, load)
