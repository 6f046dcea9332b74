"""What a step is called where somebody takes it: what they do, not where the request will stand."""

from intake.rules.states import State, Transition

S = State
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
FROM_THERE: dict[tuple[State, State], str] = {
    (S.QUARANTINED, S.NEW): "Take it in: a person wrote this",
    (S.NEW, S.CLAIMED): "Claim this request",
    (S.NEEDS_DECISION, S.CLAIMED): "Give it to a new owner",
    (S.NEEDS_DECISION, S.TRYING): "Have it tried again",
    (S.SCHEDULED, S.TRYING): "Record a no-show",
    (S.SCHEDULED, S.REACHED): "Cancel the appointment",
    (S.SCHEDULED, S.WAITING): "Postpone the appointment",
    (S.SPAM, S.NEW): "Bring it back: a person wrote this",
}


def does(step: Transition) -> str:
    """ "Close as spam": the same words on the drawer and on its button."""
    if step.source is not None and (step.source, step.target) in FROM_THERE:
        return FROM_THERE[step.source, step.target]
    return DOES[step.target]
