"""The form's own protection: a signed time stamp and a nonce, carried in a hidden field.

The nonce makes every submission of one opened form the same request; the stamp says how old
the form is. Both work without a cookie.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

LIFETIME = timedelta(hours=24)
SKEW = timedelta(minutes=1)  # between the clocks of two servers
_SHAPE = re.compile(r"(?P<issued>\d{1,12})\.(?P<nonce>[A-Za-z0-9_-]{22})(?::[A-Za-z0-9_-]*)?")


class BadToken(Exception):
    """The token is missing, forged or from another key. `nonce` is what could be read of it."""

    def __init__(self, nonce: bytes | None = None) -> None:
        super().__init__("bad form token")
        self.nonce = nonce


@dataclass(frozen=True)
class Token:
    """A form that we issued: its 16-byte nonce and when it was issued."""

    nonce: bytes
    issued: datetime
    expired: bool


def issue(now: datetime, nonce: bytes | None = None) -> str:
    """A token for a form that is opened now; a fresh 128-bit nonce unless one is given."""
    nonce = nonce or secrets.token_bytes(16)
    text = urlsafe_b64encode(nonce).rstrip(b"=").decode()
    return _signer().sign(f"{int(now.timestamp())}.{text}")


def verify(token: str, now: datetime) -> Token:
    """The token of a form; raises BadToken unless we signed it."""
    try:
        text = _signer().unsign(token)
    except BadSignature:
        raise BadToken(_nonce(token)) from None
    stamp, _, nonce = text.partition(".")
    issued = datetime.fromtimestamp(int(stamp), UTC)
    if issued > now + SKEW:
        raise BadToken(_nonce(token))
    return Token(_decoded(nonce), issued, expired=now - issued > LIFETIME)


def _signer() -> Signer:
    return Signer(salt="intake.form_token")


def _nonce(token: str) -> bytes | None:
    found = _SHAPE.fullmatch(token)
    return _decoded(found["nonce"]) if found else None


def _decoded(nonce: str) -> bytes:
    return urlsafe_b64decode(nonce + "==")
