"""Reasons for a step: a code for the ledger and the statistics, with its words for the page.

The code is stored in plain; what somebody types beside it is sealed.
"""

from enum import StrEnum

from intake.rules.states import CLOSED, Need, State, Transition


class Reason(StrEnum):
    """Every reason code."""

    OFF_DUTY = "off_duty"
    KNOWS_THEM = "knows_them"
    NOT_ABLE = "not_able"
    ASKED_TO_WAIT = "asked_to_wait"
    THINKING = "thinking"
    PAYING = "paying"
    OTHER_CARE_FIRST = "other_care_first"
    NO_SAFE_TIME = "no_safe_time"
    CUT_OFF = "cut_off"
    PERSON_CANCELED = "person_canceled"
    CLINIC_CANCELED = "clinic_canceled"
    NEW_OWNER = "new_owner"
    MORE_ATTEMPTS = "more_attempts"
    TRY_LATER = "try_later"
    NO_ANSWER = "no_answer"
    NOT_NOW = "not_now"
    WENT_ELSEWHERE = "went_elsewhere"
    COST = "cost"
    TIMES = "times"
    OTHER_LEVEL = "other_level"
    UNDER_AGE = "under_age"
    TOO_FAR = "too_far"
    OTHER_HELP = "other_help"
    ADVERTISING = "advertising"
    TEST = "test"
    NO_SENSE = "no_sense"
    BACK_IN_TOUCH = "back_in_touch"
    CLOSED_IN_ERROR = "closed_in_error"
    INTERPRETER = "interpreter"
    OTHER = "other"


R = Reason
LABELS: dict[Reason, str] = {
    R.OFF_DUTY: "I am off duty",
    R.KNOWS_THEM: "I know this person",
    R.NOT_ABLE: "I cannot take it on",
    R.ASKED_TO_WAIT: "They asked us to wait",
    R.THINKING: "They are thinking about it",
    R.PAYING: "Paying is being sorted out",
    R.OTHER_CARE_FIRST: "Other care comes first",
    R.NO_SAFE_TIME: "No time is safe just now",
    R.CUT_OFF: "The talk broke off",
    R.PERSON_CANCELED: "They canceled",
    R.CLINIC_CANCELED: "We had to cancel",
    R.NEW_OWNER: "A new owner agreed",
    R.MORE_ATTEMPTS: "More attempts are right",
    R.TRY_LATER: "A later try is right",
    R.NO_ANSWER: "Nobody ever answered",
    R.NOT_NOW: "Not now",
    R.WENT_ELSEWHERE: "They found help elsewhere",
    R.COST: "The cost",
    R.TIMES: "The times do not fit",
    R.OTHER_LEVEL: "Another level of care is right",
    R.UNDER_AGE: "Too young for this program",
    R.TOO_FAR: "Too far away",
    R.OTHER_HELP: "They asked for something else",
    R.ADVERTISING: "Advertising",
    R.TEST: "A test",
    R.NO_SENSE: "It makes no sense",
    R.BACK_IN_TOUCH: "They got in touch again",
    R.CLOSED_IN_ERROR: "It was closed in error",
    R.INTERPRETER: "An interpreter has to be there",
    R.OTHER: "Another reason, which I write below",
}

_UNCLAIM = (R.OFF_DUTY, R.KNOWS_THEM, R.NOT_ABLE)
_WAIT = (R.ASKED_TO_WAIT, R.THINKING, R.PAYING, R.OTHER_CARE_FIRST, R.NO_SAFE_TIME)
_REOPEN = (R.BACK_IN_TOUCH, R.CLOSED_IN_ERROR)
_BY_TARGET: dict[State, tuple[Reason, ...]] = {
    State.NEW: _UNCLAIM,
    State.CLAIMED: (R.NEW_OWNER,),
    State.TRYING: (R.MORE_ATTEMPTS, R.CUT_OFF),
    State.WAITING: (*_WAIT, R.TRY_LATER),
    State.REACHED: (R.PERSON_CANCELED, R.CLINIC_CANCELED),
    State.DECLINED: (R.NOT_NOW, R.WENT_ELSEWHERE, R.COST, R.TIMES),
    State.NOT_A_FIT: (R.OTHER_LEVEL, R.UNDER_AGE, R.TOO_FAR, R.OTHER_HELP),
    State.NO_CONTACT: (R.NO_ANSWER,),
    State.SPAM: (R.ADVERTISING, R.TEST, R.NO_SENSE),
}
SNOOZE = (R.ASKED_TO_WAIT, R.INTERPRETER, R.PAYING, R.NO_SAFE_TIME, R.OTHER)


def asked_for(step: Transition) -> tuple[Reason, ...]:
    """The reasons that a person chooses from; empty when the step needs none."""
    if Need.REASON not in step.needs:
        return ()
    reopened = step.source in CLOSED
    return (*(_REOPEN if reopened else _BY_TARGET[step.target]), R.OTHER)


def choices(reasons: tuple[Reason, ...]) -> list[tuple[str, str]]:
    """The choices of a form field: (code, words) for each reason."""
    return [(reason.value, LABELS[reason]) for reason in reasons]
