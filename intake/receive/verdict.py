"""What happens to a post: accepted, accepted into quarantine, or handed back with its words.

The whole table of the rule "nothing is dropped, nobody is asked to solve anything", in one
place and without a request, a database or a clock.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from clinic_site.web.origin import Origin
from clinic_site.web.refusals import Refusal

TOO_FAST = timedelta(seconds=3)


class TokenState(Enum):
    """What the form's token turned out to be."""

    GOOD = "good"
    EXPIRED = "expired"
    BAD = "bad"


class Accepted(Enum):
    """The lane in which an accepted request waits."""

    OPEN = "open"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Evidence:
    """Everything that a verdict may depend on. `age` is the age of the form."""

    origin: Origin
    token: TokenState
    valid: bool
    trapped: bool
    age: timedelta
    over_limit: bool
    flooded: bool


def judge(evidence: Evidence) -> Refusal | Accepted:
    """Refuse a foreign, outdated or invalid post; suspicion only chooses the lane."""
    if evidence.origin is Origin.FOREIGN:
        return Refusal.FOREIGN
    if evidence.token is TokenState.BAD:
        return Refusal.UNKNOWN_FORM
    if evidence.token is TokenState.EXPIRED:
        return Refusal.EXPIRED
    if not evidence.valid:
        return Refusal.INVALID
    return Accepted.QUARANTINED if _suspicious(evidence) else Accepted.OPEN


def _suspicious(evidence: Evidence) -> bool:
    return evidence.trapped or evidence.age < TOO_FAST or evidence.over_limit or evidence.flooded
