"""Signed token of a form: a time stamp and a nonce in a hidden field, without a cookie.

The time stamp tells how old the form is. The nonce makes sending a form idempotent: sent twice,
it is still one contact request. Signed by `django.core.signing` (HMAC-SHA-256, SECRET_KEY).
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

LIFETIME = timedelta(hours=24)
SKEW = timedelta(minutes=1)  # that the clocks of two servers may differ
_SHAPE = re.compile(r"(?P<issued>\d{1,12})\.(?P<nonce>[A-Za-z0-9_-]{22})(?::[A-Za-z0-9_-]*)?")


class BadToken(Exception):
    """The token is missing, forged, from the future, or signed with an unknown key.

    `nonce` holds the 16 bytes that the text claims, which nobody has verified; None without them.
    """

    def __init__(self, nonce: bytes | None = None) -> None:
        super().__init__("bad form token")
        self.nonce = nonce


@dataclass(frozen=True)
class Token:
    """A verified token: a nonce of 16 bytes, the time of issue (UTC), and whether it is too old."""

    nonce: bytes
    issued: datetime
    expired: bool


def issue(now: datetime, nonce: bytes | None = None) -> str:
    """Sign a token for a form that is opened now; a fresh 128-bit nonce unless one is given."""
    nonce = nonce or secrets.token_bytes(16)
    text = urlsafe_b64encode(nonce).rstrip(b"=").decode()
    return _signer().sign(f"{int(now.timestamp())}.{text}")


def verify(token: str, now: datetime) -> Token:
    """Check the signature and read the token. Raises BadToken; an expired token is no error."""
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
