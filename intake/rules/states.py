"""State machine of a request: every state, every allowed step, who takes it, and what it needs.

TRANSITIONS is the only table of steps. The database trigger, the guards, forms and help page of
the desk, and the tests read it. Pure: no Django. What keeps the state (an attempt, a hand-over, a
snooze while waiting) is no step; the desk records it in the ledger.
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


class Need(StrEnum):
    """What a step asks for: given with it, or true of the request, or else it is refused.

    A step that needs an ATTEMPT, a LINK or an UNLINK is taken by recording that, not by itself.
    """

    NO_HOLD = "no_hold"  # no legal hold is on the request
    REASON = "reason"  # a code from the list that belongs to the step
    DATE = "date"  # when the next action is due, as agreed
    STILL_SAFE = "still_safe"  # whether contact is still safe as the person told us
    PLACE = "place"  # where the person was referred to
    CONSENT = "consent"  # whether the person agreed that details are passed on
    TRIED_ENOUGH = "tried_enough"  # the attempts that the clinic's policy asks for were made
    OWNER = "owner"  # who takes the request over
    ATTEMPT = "attempt"  # an attempt to reach the person
    LINK = "link"  # the request of the same person that this one joins
    UNLINK = "unlink"  # the link of a duplicate, taken away


class Transition(NamedTuple):
    """One allowed step from state to state. `source` is None when a form arrives."""

    source: State | None
    target: State
    who: Who
    needs: frozenset[Need]


S, W, N = State, Who, Need
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
"""Every open state has a next action."""

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


def _allow(source: State | None, target: State, who: Who, *needs: Need) -> Transition:
    return Transition(source, target, who, frozenset(needs))


# fmt: off
TRANSITIONS: tuple[Transition, ...] = (
    # A form arrives, and somebody takes it on.
    _allow(None,             S.NEW,             W.NOBODY),
    _allow(None,             S.QUARANTINED,     W.NOBODY),
    _allow(S.QUARANTINED,    S.NEW,             W.COORDINATOR),
    _allow(S.NEW,            S.CLAIMED,         W.COORDINATOR),
    _allow(S.CLAIMED,        S.NEW,             W.OWNER,       N.REASON),
    _allow(S.TRYING,         S.NEW,             W.OWNER,       N.REASON),
    # Somebody tries to reach the person.
    _allow(S.CLAIMED,        S.TRYING,          W.OWNER,       N.ATTEMPT),
    _allow(S.CLAIMED,        S.REACHED,         W.OWNER,       N.STILL_SAFE),
    _allow(S.CLAIMED,        S.WAITING,         W.OWNER,       N.REASON, N.DATE),
    _allow(S.CLAIMED,        S.NEEDS_DECISION,  W.WORKER),
    _allow(S.TRYING,         S.REACHED,         W.OWNER,       N.STILL_SAFE),
    _allow(S.TRYING,         S.WAITING,         W.OWNER,       N.REASON, N.DATE),
    _allow(S.TRYING,         S.NEEDS_DECISION,  W.WORKER),
    _allow(S.TRYING,         S.NO_CONTACT,      W.MANAGER,     N.REASON, N.TRIED_ENOUGH),
    # A manager decides.
    _allow(S.NEEDS_DECISION, S.CLAIMED,         W.MANAGER,     N.REASON, N.OWNER),
    _allow(S.NEEDS_DECISION, S.TRYING,          W.MANAGER,     N.REASON),
    _allow(S.NEEDS_DECISION, S.WAITING,         W.MANAGER,     N.REASON, N.DATE),
    _allow(S.NEEDS_DECISION, S.REACHED,         W.OWNER,       N.STILL_SAFE),
    _allow(S.NEEDS_DECISION, S.NO_CONTACT,      W.MANAGER,     N.REASON, N.TRIED_ENOUGH),
    _allow(S.NEEDS_DECISION, S.NOT_A_FIT,       W.MANAGER,     N.REASON),
    # Somebody has talked with the person.
    _allow(S.REACHED,        S.TRYING,          W.OWNER,       N.REASON),
    _allow(S.REACHED,        S.WAITING,         W.OWNER,       N.REASON, N.DATE),
    _allow(S.REACHED,        S.SCHEDULED,       W.OWNER,       N.DATE),
    _allow(S.WAITING,        S.TRYING,          W.OWNER,       N.ATTEMPT),
    _allow(S.WAITING,        S.REACHED,         W.OWNER,       N.STILL_SAFE),
    _allow(S.WAITING,        S.SCHEDULED,       W.OWNER,       N.DATE),
    _allow(S.SCHEDULED,      S.TRYING,          W.OWNER),
    _allow(S.SCHEDULED,      S.REACHED,         W.OWNER,       N.REASON),
    _allow(S.SCHEDULED,      S.WAITING,         W.OWNER,       N.REASON, N.DATE),
    _allow(S.SCHEDULED,      S.ADMITTED,        W.OWNER),
    _allow(S.REACHED,        S.REFERRED_OUT,    W.OWNER,       N.PLACE, N.CONSENT),
    _allow(S.REACHED,        S.DECLINED,        W.OWNER,       N.REASON),
    _allow(S.REACHED,        S.NOT_A_FIT,       W.OWNER,       N.REASON),
    _allow(S.WAITING,        S.REFERRED_OUT,    W.OWNER,       N.PLACE, N.CONSENT),
    _allow(S.WAITING,        S.DECLINED,        W.OWNER,       N.REASON),
    _allow(S.WAITING,        S.NOT_A_FIT,       W.OWNER,       N.REASON),
    _allow(S.SCHEDULED,      S.REFERRED_OUT,    W.OWNER,       N.PLACE, N.CONSENT),
    _allow(S.SCHEDULED,      S.DECLINED,        W.OWNER,       N.REASON),
    _allow(S.SCHEDULED,      S.NOT_A_FIT,       W.OWNER,       N.REASON),
    _allow(S.REACHED,        S.NEEDS_DECISION,  W.WORKER),
    _allow(S.WAITING,        S.NEEDS_DECISION,  W.WORKER),
    _allow(S.SCHEDULED,      S.NEEDS_DECISION,  W.WORKER),
    # No person wrote it, or the same person wrote two.
    _allow(S.QUARANTINED,    S.SPAM,            W.COORDINATOR, N.REASON),
    _allow(S.NEW,            S.SPAM,            W.COORDINATOR, N.REASON),
    _allow(S.CLAIMED,        S.SPAM,            W.COORDINATOR, N.REASON),
    _allow(S.TRYING,         S.SPAM,            W.COORDINATOR, N.REASON),
    _allow(S.NEEDS_DECISION, S.SPAM,            W.COORDINATOR, N.REASON),
    _allow(S.QUARANTINED,    S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.NEW,            S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.CLAIMED,        S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.TRYING,         S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.NEEDS_DECISION, S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.REACHED,        S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.WAITING,        S.DUPLICATE,       W.MANAGER,     N.LINK),
    _allow(S.SCHEDULED,      S.DUPLICATE,       W.MANAGER,     N.LINK),
    # The person asks for no contact, or for erasure.
    _allow(S.QUARANTINED,    S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.NEW,            S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.CLAIMED,        S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.TRYING,         S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.NEEDS_DECISION, S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.REACHED,        S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.WAITING,        S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.SCHEDULED,      S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.ADMITTED,       S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.REFERRED_OUT,   S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.DECLINED,       S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.NOT_A_FIT,      S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.NO_CONTACT,     S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.DUPLICATE,      S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.SPAM,           S.DO_NOT_CONTACT,  W.ANYONE),
    _allow(S.QUARANTINED,    S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.NEW,            S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.CLAIMED,        S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.TRYING,         S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.NEEDS_DECISION, S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.REACHED,        S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.WAITING,        S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.SCHEDULED,      S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.ADMITTED,       S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.REFERRED_OUT,   S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.DECLINED,       S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.NOT_A_FIT,      S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.NO_CONTACT,     S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.DO_NOT_CONTACT, S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.DUPLICATE,      S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    _allow(S.SPAM,           S.WITHDRAWN,       W.MANAGER,     N.NO_HOLD),
    # A closed request is opened again.
    _allow(S.ADMITTED,       S.CLAIMED,         W.COORDINATOR, N.REASON),
    _allow(S.REFERRED_OUT,   S.CLAIMED,         W.COORDINATOR, N.REASON),
    _allow(S.DECLINED,       S.CLAIMED,         W.COORDINATOR, N.REASON),
    _allow(S.NOT_A_FIT,      S.CLAIMED,         W.COORDINATOR, N.REASON),
    _allow(S.NO_CONTACT,     S.CLAIMED,         W.COORDINATOR, N.REASON),
    _allow(S.DO_NOT_CONTACT, S.CLAIMED,         W.MANAGER,     N.REASON),
    _allow(S.DUPLICATE,      S.NEW,             W.MANAGER,     N.UNLINK),
    _allow(S.SPAM,           S.NEW,             W.COORDINATOR),
    # The worker deletes it.
    _allow(S.ADMITTED,       S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.REFERRED_OUT,   S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.DECLINED,       S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.NOT_A_FIT,      S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.NO_CONTACT,     S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.DO_NOT_CONTACT, S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.WITHDRAWN,      S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.DUPLICATE,      S.PURGED,          W.WORKER,      N.NO_HOLD),
    _allow(S.SPAM,           S.PURGED,          W.WORKER,      N.NO_HOLD),
)
# fmt: on
_ALLOWED = {(step.source, step.target): step for step in TRANSITIONS}


def step(source: State | None, target: State) -> Transition:
    """The step from `source` to `target`. Raises KeyError when there is none."""
    return _ALLOWED[source, target]


def steps_from(source: State | None) -> tuple[Transition, ...]:
    """Every step that leaves `source`, in the order of TRANSITIONS."""
    return tuple(each for each in TRANSITIONS if each.source == source)
