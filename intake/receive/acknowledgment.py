"""Signed link to "message sent", which holds the times of the promise and nothing else.

With it the page can say when a person will try, without a cookie and without anything typed.
"""

from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from intake.clock.promise import Promise

LIFETIME = timedelta(days=1)  # after the deadline


def sign(promise: Promise) -> str:
    """The promise as text for the link; empty when it has no time that the page could name."""
    if promise.flagged:
        return ""
    return _signer().sign(f"{promise.start.timestamp():.0f}-{promise.end.timestamp():.0f}")


def read(signed: str, now: datetime) -> Promise | None:
    """The promise of a link; None when we did not sign it or its deadline is past by LIFETIME."""
    try:
        times = _signer().unsign(signed).split("-")
    except BadSignature:
        return None
    start, end = (datetime.fromtimestamp(int(time), UTC) for time in times)
    return Promise(start, end, flagged=False) if now - end <= LIFETIME else None


def _signer() -> Signer:
    return Signer(salt="intake.acknowledgment")
