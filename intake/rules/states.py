"""The life of a request: every state, every allowed step, who takes it, under what guard.

Written once. The database trigger, the tests and the desk's help page are made from TRANSITIONS.
Pure: no Django. A step that keeps the state (an attempt, a hand-over, a snooze while waiting)
is no transition; the desk records it in the ledger.
"""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a request stands."""

    QUARANTINED = "quarantined"
    NEW = "new"
    CLAIMED = "claimed"
    TRYING = "trying"
    NEEDS_DECISION = "needs_decision"
    REACHED = "reached"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    ADMITTED = "admitted"
    REFERRED_OUT = "referred_out"
    DECLINED = "declined"
    NOT_A_FIT = "not_a_fit"
    NO_CONTACT = "no_contact"
    DO_NOT_CONTACT = "do_not_contact"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    PURGED = "purged"

    @property
    def label(self) -> str:
        """The state in words for the desk: "Needs decision"."""
        return self.value.replace("_", " ").capitalize()


class NextAction(StrEnum):
    """What is to be done next with an open request; its due time stands beside it."""

    REVIEW = "review"
    FIRST_ATTEMPT = "first_attempt"
    ATTEMPT = "attempt"
    DECIDE = "decide"
    ARRANGE = "arrange"
    CALL_BACK = "call_back"
    APPOINTMENT = "appointment"


class Who(StrEnum):
    """Who may take a step."""

    NOBODY = "nobody: the form itself"
    COORDINATOR = "any coordinator"
    OWNER = "the owner, or who covers for the owner"
    MANAGER = "a manager"
    ANYONE = "anyone on the staff"
    WORKER = "the worker"


class Transition(NamedTuple):
    """One allowed step. `source` is None for the receipt itself."""

    source: State | None
    target: State
    who: Who
    guard: str
    records: str


S = State
NEXT_ACTION: dict[State, NextAction] = {
    S.QUARANTINED: NextAction.REVIEW,
    S.NEW: NextAction.FIRST_ATTEMPT,
    S.CLAIMED: NextAction.FIRST_ATTEMPT,
    S.TRYING: NextAction.ATTEMPT,
    S.NEEDS_DECISION: NextAction.DECIDE,
    S.REACHED: NextAction.ARRANGE,
    S.WAITING: NextAction.CALL_BACK,
    S.SCHEDULED: NextAction.APPOINTMENT,
}
OPEN: tuple[State, ...] = tuple(NEXT_ACTION)
CLOSED: tuple[State, ...] = (
    S.ADMITTED,
    S.REFERRED_OUT,
    S.DECLINED,
    S.NOT_A_FIT,
    S.NO_CONTACT,
    S.DO_NOT_CONTACT,
    S.WITHDRAWN,
    S.DUPLICATE,
    S.SPAM,
)
UNOWNED: tuple[State, ...] = (S.QUARANTINED, S.NEW)
OWNED: tuple[State, ...] = (S.CLAIMED, S.TRYING)
WORKED_ON: tuple[State, ...] = (*OWNED, S.REACHED, S.WAITING, S.SCHEDULED)

_RECEIPT = (
    Transition(None, S.NEW, Who.NOBODY, "form accepted", "request and outbox row together"),
    Transition(
        None, S.QUARANTINED, Who.NOBODY, "form suspicious", "request and outbox row together"
    ),
)
_CLAIM = (
    Transition(
        S.QUARANTINED,
        S.NEW,
        Who.COORDINATOR,
        "read and found to be a person's",
        "deadline from the original receipt; notifies anew",
    ),
    Transition(S.NEW, S.CLAIMED, Who.COORDINATOR, "nobody else has it yet", "owner, when"),
    Transition(S.CLAIMED, S.NEW, Who.OWNER, "no attempt made", "reason; owner cleared"),
    Transition(S.TRYING, S.NEW, Who.OWNER, "nobody takes it over", "reason; owner cleared"),
)
_TRY = tuple(
    Transition(source, target, who, guard, records)
    for source in (S.CLAIMED, S.TRYING)
    for target, who, guard, records in (
        (
            S.TRYING,
            Who.OWNER,
            "inside the safe window, or a reason; voicemail only where allowed",
            "attempt: channel, outcome",
        ),
        (S.REACHED, Who.OWNER, '"still safe?" answered', "when"),
        (S.WAITING, Who.OWNER, "the person asked to wait", "date, reason"),
        (
            S.NEEDS_DECISION,
            Who.WORKER,
            "attempts exhausted, or owner silent for a working day",
            "which of the two; manager's queue",
        ),
        (
            S.NO_CONTACT,
            Who.MANAGER,
            "the policy's attempts made, in two parts of the day, inside safe windows",
            "reason",
        ),
    )
    if source != target and (source, target) != (S.CLAIMED, S.NO_CONTACT)
)
_DECIDE = (
    Transition(S.NEEDS_DECISION, S.CLAIMED, Who.MANAGER, "a new owner agreed", "owner, reason"),
    Transition(S.NEEDS_DECISION, S.TRYING, Who.MANAGER, "more attempts are right", "reason"),
    Transition(S.NEEDS_DECISION, S.WAITING, Who.MANAGER, "a later try is right", "date, reason"),
    Transition(S.NEEDS_DECISION, S.REACHED, Who.OWNER, "the person got in touch", "when"),
    Transition(
        S.NEEDS_DECISION,
        S.NO_CONTACT,
        Who.MANAGER,
        "the policy's attempts made, in two parts of the day, inside safe windows",
        "reason",
    ),
    Transition(S.NEEDS_DECISION, S.NOT_A_FIT, Who.MANAGER, "the request itself says so", "reason"),
)
_TALK = (
    Transition(S.REACHED, S.TRYING, Who.OWNER, "the talk broke off", "reason; next attempt"),
    Transition(S.REACHED, S.WAITING, Who.OWNER, "the person asked to wait", "date, reason"),
    Transition(S.REACHED, S.SCHEDULED, Who.OWNER, "appointment accepted", "date"),
    Transition(S.WAITING, S.TRYING, Who.OWNER, "the agreed date came", "attempt"),
    Transition(S.WAITING, S.REACHED, Who.OWNER, '"still safe?" answered', "when"),
    Transition(S.WAITING, S.SCHEDULED, Who.OWNER, "appointment accepted", "date"),
    Transition(S.SCHEDULED, S.TRYING, Who.OWNER, "no-show, the same day", "no-show; next attempt"),
    Transition(S.SCHEDULED, S.REACHED, Who.OWNER, "appointment canceled in a talk", "reason"),
    Transition(S.SCHEDULED, S.WAITING, Who.OWNER, "appointment put off", "date, reason"),
    Transition(S.SCHEDULED, S.ADMITTED, Who.OWNER, "the person came and was admitted", "when"),
    *(
        Transition(source, target, Who.OWNER, guard, records)
        for source in (S.REACHED, S.WAITING, S.SCHEDULED)
        for target, guard, records in (
            (S.REFERRED_OUT, "where, and consent to pass data on", "hand-off confirmed or not"),
            (S.DECLINED, "the person said no", "reason"),
            (S.NOT_A_FIT, "another level of care is right; told so", "reason"),
        )
    ),
    *(
        Transition(
            source,
            S.NEEDS_DECISION,
            Who.WORKER,
            "owner silent for a working day",
            "manager's queue",
        )
        for source in (S.REACHED, S.WAITING, S.SCHEDULED)
    ),
)
_CLOSE = (
    *(
        Transition(source, S.SPAM, Who.COORDINATOR, "read; no person wrote it", "reason")
        for source in (S.QUARANTINED, S.NEW, S.CLAIMED, S.TRYING, S.NEEDS_DECISION)
    ),
    *(
        Transition(
            source,
            S.DUPLICATE,
            Who.MANAGER,
            "the same person's; never across self and family",
            "which request it joins",
        )
        for source in OPEN
    ),
    *(
        Transition(
            source,
            S.DO_NOT_CONTACT,
            Who.ANYONE,
            "the person asks us not to; at once",
            "the number is hidden for good",
        )
        for source in (*OPEN, *CLOSED)
        if source not in (S.DO_NOT_CONTACT, S.WITHDRAWN)
    ),
    *(
        Transition(
            source,
            S.WITHDRAWN,
            Who.MANAGER,
            "the person asked for erasure; no legal hold",
            "purged by the worker's next run",
        )
        for source in (*OPEN, *CLOSED)
        if source != S.WITHDRAWN
    ),
)
_REOPEN = (
    *(
        Transition(source, S.CLAIMED, Who.COORDINATOR, "the person got in touch again", "reason")
        for source in (S.ADMITTED, S.REFERRED_OUT, S.DECLINED, S.NOT_A_FIT, S.NO_CONTACT)
    ),
    Transition(
        S.DO_NOT_CONTACT,
        S.CLAIMED,
        Who.MANAGER,
        "the person got in touch again",
        "reason; the old number stays hidden",
    ),
    Transition(S.DUPLICATE, S.NEW, Who.MANAGER, "another person's after all", "link removed"),
    Transition(
        S.SPAM,
        S.NEW,
        Who.COORDINATOR,
        "a person's after all",
        "deadline from the original receipt; notifies anew",
    ),
)
_PURGE = tuple(
    Transition(source, S.PURGED, Who.WORKER, "retention passed, no legal hold", "tombstone")
    for source in CLOSED
)
TRANSITIONS: tuple[Transition, ...] = (
    *_RECEIPT,
    *_CLAIM,
    *_TRY,
    *_DECIDE,
    *_TALK,
    *_CLOSE,
    *_REOPEN,
    *_PURGE,
)
_ALLOWED = {(step.source, step.target): step for step in TRANSITIONS}


def allowed(source: State | None, target: State) -> bool:
    """Whether a request may go from `source` (None: it has just arrived) to `target`."""
    return (source, target) in _ALLOWED


def step(source: State | None, target: State) -> Transition:
    """The step from `source` to `target`, with who and guard. KeyError when there is none."""
    return _ALLOWED[source, target]


def steps_from(source: State | None) -> tuple[Transition, ...]:
    """Every step that leaves `source`, in the order of the matrix."""
    return tuple(each for each in TRANSITIONS if each.source == source)
