"""Titles, explanations and sort orders of the queue's sections."""

from typing import NamedTuple

from intake.models.keyset import Order
from intake.models.queue_sections import Section

BY_DUE = Order(("next_due", "id"))


class SectionWords(NamedTuple):
    """How a section is shown; `empty` is shown instead of cards, and says what to do next."""

    title: str
    lede: str
    empty: str
    order: Order = BY_DUE


WORDS: dict[Section, SectionWords] = {
    Section.CALLABLE: SectionWords(
        "Callable now",
        "Contact is safe and we are open. Yours and nobody’s come first, then by deadline.",
        "Look at “Unclaimed” and at “Mine” for what comes next.",
        Order(("rank", "next_due", "id")),
    ),
    Section.MINE: SectionWords(
        "Mine",
        "Requests that you work on.",
        "You have no open request. Claim one under “Callable now” or “Unclaimed”.",
    ),
    Section.UNCLAIMED: SectionWords(
        "Unclaimed",
        "New, and nobody has taken them on yet. Claim one to work on it.",
        "Every request has somebody. Look at “Overdue”, in case a colleague needs help.",
    ),
    Section.OVERDUE: SectionWords(
        "Overdue",
        "The next step should have been done. Do it now, or ask a colleague to.",
        "Nothing is late. Go on with “Callable now”.",
    ),
    Section.DECISION: SectionWords(
        "Needs decision",
        "Attempts are used up, or the owner was silent for a working day. A manager decides.",
        "No manager is needed right now.",
    ),
    Section.WAITING: SectionWords(
        "Waiting and scheduled",
        "A date is agreed. On that date they come back to the top by themselves.",
        "Nobody waits for an agreed date.",
    ),
    Section.QUARANTINE: SectionWords(
        "Quarantine",
        "These looked suspicious. Open each: a person’s is rescued, the rest is closed as spam.",
        "Nothing looked suspicious. Nothing is to be done here.",
    ),
    Section.UNREACHABLE: SectionWords(
        "Nobody can reach",
        "Nobody is here when contact is safe, or we do not reply in that way. A manager finds one.",
        "For every open request there is a time at which it is safe and somebody is here.",
    ),
    Section.REVISED: SectionWords(
        "Changed by the visitor",
        "They sent the form again after somebody had opened it. Read it before you call.",
        "Nobody has changed a request since it was opened.",
        Order(("opened_at", "id")),
    ),
    Section.CLOSING: SectionWords(
        "Deleted soon",
        "Closed, and deleted in the next days. A manager can hold one that is still needed.",
        "No request is deleted within the days of warning.",
        Order(("closed_at", "id")),
    ),
    Section.CLOSED: SectionWords(
        "Closed",
        "Brought to an end, the latest first. Open one to see why, or to open it again.",
        "No request was closed yet.",
        Order(("closed_at", "id"), descending=True),
    ),
}
