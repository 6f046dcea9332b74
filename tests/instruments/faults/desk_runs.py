"""R11 and R12: the desk. One owner in a race, and nothing forgotten in ten thousand steps."""

import random
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from intake.desk.entrance import rights
from intake.desk.steps import amendments, attempts, contact_wishes, reasons, transitions
from intake.desk.steps.attempts import Tried
from intake.desk.steps.changing import StepRefused
from intake.desk.steps.guards import Given
from intake.models import LedgerEntry, Request
from intake.rules.states import OPEN, WORKED_ON, Need, State, Transition, steps_from
from intake.seal.answers import Channel, OtherAnswers
from intake.worker import overdue
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.intake import rows
from tests.plugin.staff import member
from tests.plugin.waiting import PATIENCE

THREADS = 50
LOOK_EVERY = 250
ABSORBING = (State.WITHDRAWN,)
ATTEMPTS = 6  # in clinic.toml
NO_ANSWER = Tried(Channel.PHONE, "no_answer", words="because")


def r11(place: Place, short: bool) -> Outcome:
    """Fifty people claim the same request at the same moment: one gets it."""
    outcome, races = Outcome("R11"), 2 if short else 20
    name = place.database()
    ids = [rows.request().id for _ in range(races)]
    place.point_at(place.url("desk", name))
    for request_id in ids:
        winners, refused, odd = _race(request_id)
        row = Request.objects.get(id=request_id)
        outcome.sent += THREADS
        outcome.acknowledged += len(winners)
        outcome.stored += row.owner in winners
        outcome.duplicated += max(0, len(winners) - 1)
        outcome.require(not odd, f"unexpected: {odd[:3]}")
        outcome.require(len(winners) == 1 and row.owner == winners[0], "not exactly one owner")
        outcome.require(refused == THREADS - 1, f"{refused} were told who was faster")
        lines = LedgerEntry.objects.filter(record=request_id).count()
        outcome.require(lines == 1, f"{lines} ledger lines for one claim")
    outcome.notes.append(f"{races} races of {THREADS}")
    return outcome


def r12(place: Place, short: bool) -> Outcome:
    """A random walk: every open request has a next action, every overdue one is in the list."""
    outcome, steps = Outcome("R12"), 200 if short else 10_000
    name = place.database()
    walk = Walk(place, name, outcome)
    for number in range(steps):
        walk.step()
        if number % LOOK_EVERY == LOOK_EVERY - 1 or number == steps - 1:
            walk.look()
    outcome.sent = steps
    outcome.acknowledged = walk.taken
    outcome.stored = Request.objects.count()
    outcome.lost = walk.forgotten
    outcome.require(walk.taken == steps, f"{steps - walk.taken} steps were not taken")
    outcome.require(walk.moved > 0, "the worker handed nothing to a manager")
    outcome.notes.append(
        f"{len(walk.seen)} kinds of step, {walk.looks} looks, {walk.moved} to a manager"
    )
    return outcome


class Walk:
    """Requests that wander through every allowed step, by hand where a person takes it."""

    def __init__(self, place: Place, name: str, outcome: Outcome) -> None:
        self.outcome = outcome
        self.now = timezone.now()
        self.user: Any = person("ana")
        self.seen: set[tuple[str, str]] = set()
        self.taken = self.forgotten = self.looks = self.moved = 0
        self.desk, self.owner = place.url("desk", name), place.cluster.url(name)
        self.work = place.url("worker", name)
        self.place = place
        member("ana", rights.COORDINATOR)
        self.requests = [rows.request(now=self.now).id for _ in range(30)]
        self.worker = place.cluster.connect(name)
        place.point_at(self.desk)
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")

    def step(self) -> None:
        """One step of one request; the clock goes on."""
        self.now += timedelta(minutes=random.randrange(1, 90))
        request = Request.objects.get(id=random.choice(self.requests))
        source = State(request.state)
        ways = [each for each in steps_from(source) if each.target != State.PURGED]
        lasting = [each for each in ways if each.target not in ABSORBING]
        way = random.choice(lasting if random.random() < 0.9 else ways)
        self._take(request, way)
        self.seen.add((source, way.target))
        if way.target in ABSORBING:
            self.requests.remove(request.id)
            self._new()

    def look(self) -> None:
        """At some later moment, by counting in Python what the desk lists."""
        self.looks += 1
        at = self.now + timedelta(hours=random.randrange(200))
        every = list(Request.objects.all())
        late = {r.id for r in every if r.state in OPEN and r.next_due and r.next_due < at}
        bare = [r for r in every if r.state in OPEN and not (r.next_action and r.next_due)]
        listed = {r.id for r in Request.objects.overdue(at)}
        queue = [r.id for r in Request.objects.open().by_due()]
        self.forgotten += len(bare) + len(late ^ listed) + len(late - set(queue[: len(late)]))
        self.forgotten += self._left_to_nobody(at)

    def _left_to_nobody(self, at: datetime) -> int:
        """Owners who were silent, and attempts that were enough: the worker tells a manager."""
        self.place.point_at(self.work)
        self.moved += len(overdue.hand_to_manager(at))
        self.place.point_at(self.desk)
        return sum(
            _should_be_decided(each, at) for each in Request.objects.filter(state__in=WORKED_ON)
        )

    def _take(self, request: Request, taken: Transition) -> None:
        self.taken += 1
        acting = {"seen": request.changes, "user": self.user, "now": self.now}
        if Need.ATTEMPT in taken.needs:
            self._learn(request, acting)
            attempts.record_attempt(request.id, NO_ANSWER, **acting)
        elif transitions.by_hand(taken):
            self._prepare(request, taken)
            transitions.take_step(request.id, taken.target, given=self._given(taken), **acting)
        else:
            self._by_machine(request, taken.target)

    def _learn(self, request: Request, acting: dict[str, Any]) -> None:
        """Whoever asked for no contact, and got in touch again, is reached by another number."""
        if contact_wishes.stopped(request):
            changed = {"phone": "217-555-0177", "if_other_answers": OtherAnswers.HANG_UP}
            acting["seen"] = amendments.learn(request.id, changed, **acting).changes

    def _prepare(self, request: Request, taken: Transition) -> None:
        """Nobody is given up before the policy says so."""
        if Need.TRIED_ENOUGH in taken.needs:
            rows.tried_enough(request)

    def _given(self, taken: Transition) -> Given:
        """What a person gives with the step, as its guards ask."""
        offered = reasons.asked_for(taken)
        due = self.now + timedelta(hours=random.randrange(1, 300))
        return Given(
            due=due if Need.DATE in taken.needs else None,
            reason=str(offered[0]) if offered else "",
            words="because",
            still_safe="yes",
            where="Elsewhere House",
            details_agreed=random.random() < 0.5,
            owner="ana",
        )

    def _by_machine(self, request: Request, target: State) -> None:
        """What the worker does, or a manager who links duplicates."""
        columns = rows.fitting(target) if target != State.DUPLICATE else self._linked(request)
        if target in OPEN:
            columns["next_due"] = self.now + timedelta(hours=4)
        names = ", ".join(f"{name} = %s" for name in columns)
        with self.worker.cursor() as cursor:
            cursor.execute(
                f"UPDATE intake_request SET {names} WHERE id = %s",
                [*map(_plain, columns.values()), str(request.id)],
            )

    def _linked(self, request: Request) -> dict[str, Any]:
        fits = Request.objects.filter(id__in=self.requests, asker=request.asker)
        other = fits.exclude(id=request.id).exclude(state=State.DUPLICATE).first()
        return {
            "state": "duplicate",
            "next_action": "",
            "next_due": None,
            "closed_at": self.now,
            "closed_by": "ana",
            "duplicate_of_id": other and other.id,
        }

    def _new(self) -> None:
        self.place.point_at(self.owner)
        self.requests.append(rows.request(now=self.now, quarantined=random.random() < 0.3).id)
        self.place.point_at(self.desk)


def _should_be_decided(request: Request, at: datetime) -> bool:
    """Tried often enough in this round, or nothing done for more days than a weekend has."""
    assert request.next_due, "an open request has a next action"
    last = max(request.next_due, request.worked_at or request.next_due)
    tried_out = request.state == State.TRYING and request.attempts >= ATTEMPTS
    return tried_out or at - last > timedelta(days=7)


def person(name: str) -> Any:
    """Somebody on the staff with every right."""
    return SimpleNamespace(get_username=lambda: name, has_perm=lambda right: True)


def _race(request_id: UUID) -> tuple[list[str], int, list[str]]:
    """Who got it, how many were refused, and what else happened."""
    start = threading.Barrier(THREADS)
    winners: list[str] = []
    refused: list[str] = []
    odd: list[str] = []

    def claim(name: str, now: datetime) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=PATIENCE)
            transitions.take_step(request_id, State.CLAIMED, seen=0, user=person(name), now=now)
            winners.append(name)
        except StepRefused:
            refused.append(name)
        except Exception as error:
            odd.append(repr(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=claim, args=(f"user{number}", timezone.now()))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return winners, len(refused), odd


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
