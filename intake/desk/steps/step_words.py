"""The words of a step: what somebody does, when it is right, what it needs and what follows.

They are made from the table of `states` and decide nothing. A step without words of its own has
those of its target.
"""

from intake.rules.states import Need, State, Transition

S, N = State, Need
Pair = tuple[State | None, State]
DOES: dict[State, str] = {
    S.NEW: "Give it back to the queue",
    S.CLAIMED: "Open it again",
    S.TRYING: "Go back to trying",
    S.REACHED: "Mark as reached",
    S.WAITING: "Wait until a date",
    S.SCHEDULED: "Schedule an appointment",
    S.ADMITTED: "Mark as admitted",
    S.REFERRED_OUT: "Refer to another place",
    S.DECLINED: "Close as declined",
    S.NOT_A_FIT: "Close as not a fit",
    S.NO_CONTACT: "Close as not reached",
    S.DO_NOT_CONTACT: "Stop all contact",
    S.WITHDRAWN: "Have it erased",
    S.SPAM: "Close as spam",
}
DOES_FROM: dict[Pair, str] = {
    (S.QUARANTINED, S.NEW): "Take it in: a person wrote this",
    (S.NEW, S.CLAIMED): "Claim this request",
    (S.NEEDS_DECISION, S.CLAIMED): "Give it to a new owner",
    (S.NEEDS_DECISION, S.TRYING): "Have it tried again",
    (S.SCHEDULED, S.TRYING): "Record a no-show",
    (S.SCHEDULED, S.REACHED): "Cancel the appointment",
    (S.SCHEDULED, S.WAITING): "Postpone the appointment",
    (S.SPAM, S.NEW): "Bring it back: a person wrote this",
}

WHEN: dict[State, str] = {
    S.CLAIMED: "the person got in touch again",
    S.REACHED: "you talked with the person",
    S.WAITING: "the person asked to wait",
    S.SCHEDULED: "the person accepted an appointment",
    S.NEEDS_DECISION: "its owner was silent for a working day",
    S.ADMITTED: "the person came and was admitted",
    S.REFERRED_OUT: "another place is right for the person",
    S.DECLINED: "the person said no",
    S.NOT_A_FIT: "another level of care is right, and the person was told so",
    S.NO_CONTACT: "nobody answers",
    S.DO_NOT_CONTACT: "the person asks us not to contact them; at once",
    S.WITHDRAWN: "the person asked us to erase it",
    S.DUPLICATE: "the same person wrote both; never across self and family",
    S.SPAM: "you read it, and no person wrote it",
    S.PURGED: "it was kept for as long as we promise",
}
WHEN_FROM: dict[Pair, str] = {
    (S.QUARANTINED, S.NEW): "you read it, and a person wrote it",
    (S.NEW, S.CLAIMED): "nobody else has it yet",
    (S.CLAIMED, S.NEW): "no attempt was made",
    (S.TRYING, S.NEW): "nobody takes it over",
    (S.CLAIMED, S.TRYING): (
        "you tried at a safe time, or wrote why not; you left a message only where that is allowed"
    ),
    (S.CLAIMED, S.NEEDS_DECISION): (
        "attempts are used up, or its owner was silent for a working day"
    ),
    (S.TRYING, S.NEEDS_DECISION): "attempts are used up, or its owner was silent for a working day",
    (S.NEEDS_DECISION, S.CLAIMED): "a new owner agreed",
    (S.NEEDS_DECISION, S.TRYING): "more attempts are right",
    (S.NEEDS_DECISION, S.WAITING): "a later try is right",
    (S.NEEDS_DECISION, S.REACHED): "the person got in touch",
    (S.NEEDS_DECISION, S.NOT_A_FIT): "the request itself says so",
    (S.REACHED, S.TRYING): "the talk broke off",
    (S.WAITING, S.TRYING): "the agreed date came, and you tried",
    (S.SCHEDULED, S.TRYING): "the person did not come; on the same day",
    (S.SCHEDULED, S.REACHED): "the appointment was canceled in a talk",
    (S.SCHEDULED, S.WAITING): "the appointment was put off",
    (S.DO_NOT_CONTACT, S.CLAIMED): "the person got in touch again; the old number stays hidden",
    (S.DUPLICATE, S.NEW): "another person wrote it after all",
    (S.SPAM, S.NEW): "a person wrote it after all",
}
NEEDS: dict[Need, str] = {
    N.NO_HOLD: "no legal hold on it",
    N.REASON: "a reason",
    N.DATE: "a date and time",
    N.STILL_SAFE: "whether contact is still safe",
    N.PLACE: "where they were referred to",
    N.CONSENT: "whether they agreed that we pass details on",
    N.TRIED_ENOUGH: "enough attempts, at safe times and in different parts of the day",
    N.OWNER: "who takes it over",
    N.ATTEMPT: "a recorded attempt",
    N.LINK: "the request that it joins",
    N.UNLINK: "its link taken away",
}
THEN: dict[State, str] = {
    S.NEW: "It has no owner, and is due as from its receipt.",
    S.NEEDS_DECISION: "It stands in the managers’ queue.",
    S.DO_NOT_CONTACT: "The number stays hidden for good.",
    S.WITHDRAWN: "The worker deletes it at its next run.",
    S.PURGED: "Only a line without a name remains, for the statistics.",
}
_RESCUED = "It is due as from its receipt, and whoever is on duty is told again."
THEN_FROM: dict[Pair, str] = {(S.QUARANTINED, S.NEW): _RESCUED, (S.SPAM, S.NEW): _RESCUED}


def does(step: Transition) -> str:
    """What somebody does, for the drawer and for its button: "Close as spam"."""
    return _said(step, DOES_FROM, DOES)


def when(step: Transition) -> str:
    """In which case the step is right: "the person asked to wait". KeyError without a source."""
    return _said(step, WHEN_FROM, WHEN)


def needs(step: Transition) -> str:
    """Everything that the step needs, in one line; empty when it needs nothing."""
    return "; ".join(words for need, words in NEEDS.items() if need in step.needs)


def then(step: Transition) -> str:
    """What the step brings about beside the new state, as a sentence; empty for most steps."""
    return THEN_FROM.get((step.source, step.target)) or THEN.get(step.target, "")


def _said(step: Transition, pairs: dict[Pair, str], targets: dict[State, str]) -> str:
    return pairs.get((step.source, step.target)) or targets[step.target]
