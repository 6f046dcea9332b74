"""Spam triage: a post is accepted, accepted into quarantine, or handed back with its words.

No message is dropped and nobody is asked to solve anything. This is the rule for every body that
could be read (clinic_site/web/posted_form.py refuses the others), without an HTTP request, a
database or a clock.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from clinic_site.web.origin import Origin
from clinic_site.web.refusals import Refusal

TOO_FAST = timedelta(seconds=3)


class TokenState(Enum):
    """Whether we signed the form's token, and whether it is still valid."""

    GOOD = "good"
    EXPIRED = "expired"
    BAD = "bad"


class Accepted(Enum):
    """The lane in which an accepted request waits."""

    OPEN = "open"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Evidence:
    """Everything that a verdict may depend on. `age` is how long the form has been open."""

    origin: Origin
    token: TokenState
    valid: bool
    trapped: bool
    age: timedelta
    over_limit: bool
    flooded: bool


def judge(evidence: Evidence) -> Refusal | Accepted:
    """The verdict: foreign, outdated and invalid posts are handed back, suspicious ones accepted.

    Suspicion only chooses the lane.
    """
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
