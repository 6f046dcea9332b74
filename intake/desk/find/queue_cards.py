"""Cards of the queue: what is next for a request, when, and whether contact is safe. No content.

Cards need no database. Times are in the clinic's time zone.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from clinic_site.clinic import spoken_times
from intake.clock import deadlines
from intake.models import Request
from intake.rules.states import NextAction, State
from intake.seal.answers import Asker, Channel

BY = {
    NextAction.REVIEW: "Read by",
    NextAction.FIRST_ATTEMPT: "{contact} by",
    NextAction.ATTEMPT: "{contact} again by",
    NextAction.DECIDE: "Decide by",
    NextAction.ARRANGE: "Arrange the next step by",
    NextAction.CALL_BACK: "{contact} back by",
    NextAction.APPOINTMENT: "Appointment:",
}
LATE = {
    NextAction.REVIEW: "read it",
    NextAction.FIRST_ATTEMPT: "{contact} for the first time",
    NextAction.ATTEMPT: "{contact} again",
    NextAction.DECIDE: "a manager decides",
    NextAction.ARRANGE: "arrange the next step",
    NextAction.CALL_BACK: "{contact} back",
    NextAction.APPOINTMENT: "say whether the person came",
}
CONTACT = {Channel.PHONE: "Call", Channel.TEXT: "Text", Channel.EMAIL: "Email"}
ASKERS = {
    Asker.SELF: "For themselves",
    Asker.SOMEONE: "For someone they care about",
    Asker.PATIENT: "For a patient or client",
}
CHANNELS = {Channel.PHONE: "Phone call", Channel.TEXT: "Text message", Channel.EMAIL: "Email"}
A_DAY = timedelta(days=1)


class Safety(NamedTuple):
    """When contact is safe and the clinic is staffed.

    `until` is the end of the safe time that is now, else None; `start` is the next one's.
    """

    until: datetime | None
    start: datetime | None


class Clock:
    """The time of one page view, with the safe times that were computed for it."""

    def __init__(self, now: datetime) -> None:
        self.now = timezone.localtime(now)
        self._found: dict[int, Safety] = {}

    def safety(self, windows: int) -> Safety:
        """Safety for a set of windows, computed once for each of the 64 possible sets."""
        if windows not in self._found:
            until = deadlines.safe_until(windows, self.now)
            start = None if until else deadlines.next_safe(windows, self.now)
            self._found[windows] = Safety(until, start)
        return self._found[windows]

    def nearby(self, at: datetime) -> str:
        """A time in words, such as "9 am" or "tomorrow, 9 am"."""
        return spoken_times.nearby(timezone.localtime(at), self.now)


class Card:
    """A request as the queue shows it to one user."""

    def __init__(self, row: Request, username: str, clock: Clock) -> None:
        self.row = row
        self.username = username
        self.clock = clock

    @property
    def late(self) -> bool:
        """Whether the next action is overdue."""
        return self.row.next_due is not None and self.row.next_due < self.clock.now

    @property
    def next(self) -> str:
        """The next action: "Call by 5:15 pm", "Overdue since 4 pm: call again"."""
        if self.row.closed_at is not None:
            return f"Closed {self.clock.nearby(self.row.closed_at)}"
        assert self.row.next_due is not None  # a check constraint: what is open has a next action
        action = NextAction(self.row.next_action)
        contact = CONTACT[Channel(self.row.channel)]
        when = self.clock.nearby(self.row.next_due)
        if self.late:
            return f"Overdue since {when}: {LATE[action].format(contact=contact.lower())}"
        return f"{BY[action].format(contact=contact)} {when}"

    @cached_property
    def safe_now(self) -> bool:
        """Whether contact is allowed, safe and staffed now."""
        return self.row.no_contact_at is None and self._safety.until is not None

    @property
    def safe(self) -> str:
        """Whether contact is safe: "Safe until noon", "Nobody is here when it is safe"."""
        if self.row.no_contact_at is not None:
            return "Do not contact"
        if self._safety.until and self._safety.until - self.clock.now > A_DAY:
            return "Safe at any time"
        if self._safety.until:
            return f"Safe until {self.clock.nearby(self._safety.until)}"
        if self._safety.start:
            return f"Not safe now. Next safe time: {self.clock.nearby(self._safety.start)}"
        return "Nobody is here when it is safe"

    @property
    def about(self) -> str:
        """For whom the person asks."""
        return ASKERS[Asker(self.row.asker)]

    @property
    def reply_by(self) -> str:
        """The channel that the person chose for a reply."""
        return CHANNELS[Channel(self.row.channel)]

    @property
    def owner(self) -> str:
        """Who owns the request: "Yours", "ana has it", "Nobody has it yet"."""
        if self.row.owner == self.username:
            return "Yours"
        return f"{self.row.owner} has it" if self.row.owner else "Nobody has it yet"

    @property
    def closed(self) -> bool:
        """Whether the request is closed."""
        return self.row.closed_at is not None

    @property
    def claimable(self) -> bool:
        """Whether the card has a button to claim it."""
        return State(self.row.state) is State.NEW

    @property
    def rescuable(self) -> bool:
        """Whether the card has a button to rescue it from quarantine."""
        return State(self.row.state) is State.QUARANTINED

    @property
    def _safety(self) -> Safety:
        return self.clock.safety(self.row.windows)
