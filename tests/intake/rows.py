"""Rows for tests: requests that came in by the real way, and walked to a state step by step."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connection

from intake.models import Attempt, Lane, Request, StaffText
from intake.rules import states
from intake.rules.states import NEXT_ACTION, OPEN, OWNED, UNOWNED, State
from intake.seal import keys
from intake.seal.answers import Answers, Asker, Channel, Window
from intake.store import submission

NOW = datetime(2025, 3, 11, 15, 30, 17, 123456, tzinfo=UTC)  # a Tuesday, 10:30 in the clinic
MINUTE = NOW.replace(second=0, microsecond=0)
_Made = TypeVar("_Made")


def answers(**changed: Any) -> Answers:
    least: dict[str, Any] = {"about": Asker.SELF, "channel": Channel.PHONE, "phone": "217-555-0100"}
    return Answers(**least | {"windows": Window.WEEKDAY_MORNING, "message": "Hello"} | changed)


def receive(sent: Answers | None = None, **changed: Any) -> submission.Receipt:
    options: dict[str, Any] = {"nonce": secrets.token_bytes(16), "quarantined": False, "now": NOW}
    options |= changed
    return submission.receive(sent or answers(), **options)


def request(**changed: Any) -> Request:
    return Request.objects.get(id=receive(**changed).request_id)


def request_in(state: State) -> Request:
    """A request that took the shortest allowed way to the state."""
    first, *rest = _way_to(state)
    row = request(quarantined=first == State.QUARANTINED)
    for each in rest:
        step(row, each)
    row.refresh_from_db()
    return row


def step(row: Request, target: State, **changed: Any) -> None:
    """One change of state in plain SQL, with every column that the constraints ask for."""
    columns = fitting(target) | changed
    assignments = ", ".join(f"{name} = %s" for name in columns)
    sql(f"UPDATE intake_request SET {assignments} WHERE id = %s", *columns.values(), row.id)


def fitting(state: State) -> dict[str, Any]:
    """What the row has to hold in that state."""
    is_open = state in OPEN
    columns: dict[str, Any] = {
        "state": str(state),
        "next_action": str(NEXT_ACTION[state]) if is_open else "",
        "next_due": NOW if is_open else None,
        "closed_at": None if is_open else NOW,
        "closed_by": "" if is_open else "sam",
        "duplicate_of_id": _original() if state == State.DUPLICATE else None,
    }
    if state in UNOWNED:
        columns["owner"] = ""
    if state in OWNED:
        columns["owner"] = "sam"
    if state == State.DO_NOT_CONTACT:
        columns |= {"no_contact_at": NOW, "no_contact_by": "sam"}
    return columns


def at_once(act: Callable[[int], _Made], times: int) -> list[_Made]:
    """What came of acting so often at the same time, each in a thread with its own connection.

    For tests with real commits.
    """

    def apart(number: int) -> _Made:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(min(times, 8)) as pool:
        return list(pool.map(apart, range(times)))


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [str(each) if _is_id(each) else each for each in values])
        return cursor.fetchall() if cursor.description else []


def opened(row: Any) -> bytes:
    return bytes(row.unseal(keys.private_keys()))


def staff_text(row: Request, by: str = "sam") -> StaffText:
    text = StaffText(
        id=uuid4(),
        request=row,
        kind="note",
        form_version=1,
        suite="s",
        ciphertext=b"",
        written_at=NOW,
        written_by=by,
    )
    text.save(force_insert=True)
    return text


def attempt(row: Request, **changed: Any) -> Attempt:
    """An attempt in a safe weekday morning, unless something else is said."""
    columns = {"at": NOW, "by": "sam", "channel": "phone", "outcome": "no_answer"}
    columns |= {"window": int(Window.WEEKDAY_MORNING), "inside": True} | changed
    made = Attempt(request=row, **columns)
    made.save(force_insert=True)
    return made


def tried_enough(row: Request) -> None:
    """As often as the policy asks for before nobody is said to answer."""
    for window in (Window.WEEKDAY_MORNING, Window.WEEKDAY_EVENING) * 3:
        attempt(row, window=int(window))


def _is_id(value: Any) -> bool:
    return isinstance(value, UUID)


def _original() -> Any:
    nonce = secrets.token_bytes(16)
    return submission.store(answers(), nonce=nonce, lane=Lane.OPEN, now=NOW).request_id


def _way_to(state: State) -> list[State]:
    ways = [[step.target] for step in states.steps_from(None)]
    while ways:
        way = ways.pop(0)
        if way[-1] == state:
            return way
        ways += [
            [*way, step.target] for step in states.steps_from(way[-1]) if step.target not in way
        ]
    raise AssertionError(f"no way to {state}")
