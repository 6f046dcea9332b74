"""Open requests for the bench: really sealed, walked to their states by allowed steps.

Times, windows, channels and owners vary with the number, so that every section of the queue has
some of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from intake.models import Request
from intake.rules.states import OWNED, State
from intake.seal.answers import Answers, Asker, Channel, Window
from intake.store import submission
from tests.intake import rows

REPORTED = 1_000
OWNERS = ("ana", "ben", "cleo", "sam")
WAYS: tuple[tuple[State, ...], ...] = (
    (),
    (State.CLAIMED,),
    (State.CLAIMED, State.TRYING),
    (State.CLAIMED, State.TRYING),
    (State.CLAIMED, State.TRYING, State.NEEDS_DECISION),
    (State.CLAIMED, State.REACHED),
    (State.CLAIMED, State.REACHED, State.WAITING),
    (State.CLAIMED, State.REACHED, State.SCHEDULED),
)
QUARANTINED_EVERY = 12
REVISED_EVERY = 40
DAYS = 21


def arrive(number: int, now: datetime) -> Iterator[int]:
    """Take in so many, the oldest first; tells how many there are, now and then."""
    for each in range(1, number + 1):
        _one(each, now - timedelta(days=DAYS) * (1 - each / number), now)
        if each % REPORTED == 0 or each == number:
            yield each


def _one(number: int, came: datetime, now: datetime) -> None:
    nonce, quarantined = number.to_bytes(16), number % QUARANTINED_EVERY == 0
    sent = _answers(number)
    receipt = submission.receive(sent, nonce=nonce, quarantined=quarantined, now=came)
    row = Request(id=receipt.request_id)
    if not quarantined:
        _walk(row, number, came, now)
    if number % REVISED_EVERY == 0:
        again = _answers(number, message="One more thing")
        submission.receive(again, nonce=nonce, quarantined=False, now=now)


def _walk(row: Request, number: int, came: datetime, now: datetime) -> None:
    """Half of what was taken on is overdue, by up to two days; the rest is due within ten."""
    due = now + timedelta(hours=number % 240) if number % 2 else now - timedelta(hours=number % 48)
    worked = {"opened_at": came, "opened_revision": 1, "worked_at": came, "claimed_at": came}
    for state in WAYS[number % len(WAYS)]:
        owner = OWNERS[number % len(OWNERS)]
        rows.step(row, state, owner=owner, next_due=due, **(worked if state in OWNED else {}))


def _answers(number: int, message: str = "Hello") -> Answers:
    return Answers(
        about=list(Asker)[number % 3],
        channel=list(Channel)[number % 7 % 3],
        name=f"Sample Person {number}",
        phone=f"217-555-01{number % 100:02}",
        email=f"person{number}@mail.example",
        windows=Window(number % 64),
        message=f"{message} {number}",
    )
