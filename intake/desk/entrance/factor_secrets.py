"""Secrets of authenticator apps and recovery codes, encrypted before they reach the database.

MFA_KEY is known to the desk's process only, so that a copy of the database makes no codes.
Several keys, separated by commas: the first encrypts, all of them decrypt.
"""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PURPOSE = b"clinic desk: second factor, version 1"
NONCE = 12  # bytes
SHORTEST = 32  # characters of a key that nobody guesses


class UnknownKey(Exception):
    """The text was encrypted under a key that is not in MFA_KEY, or it was changed."""


def encrypt(text: str) -> str:
    """`KEY-ID:BASE64`. Raises ImproperlyConfigured when there is no key."""
    if not settings.MFA_KEYS:
        raise ImproperlyConfigured("MFA_KEY is not set. It encrypts what makes sign-in codes.")
    key = settings.MFA_KEYS[0]
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + AESGCM(_derived(key)).encrypt(nonce, text.encode(), PURPOSE)
    return f"{key_id(key)}:{base64.b64encode(sealed).decode()}"


def decrypt(text: str) -> str:
    """What was encrypted. Raises UnknownKey, which names the key's id."""
    name, _, sealed = text.partition(":")
    for key in settings.MFA_KEYS:
        if key_id(key) == name:
            return _opened(key, base64.b64decode(sealed))
    raise UnknownKey(f"MFA_KEY has no key {name[:8]}")


def key_id(key: str) -> str:
    """Says which key it was, and nothing about it."""
    return hashlib.sha256(_derived(key)).hexdigest()[:8]


def _opened(key: str, sealed: bytes) -> str:
    try:
        plain = AESGCM(_derived(key)).decrypt(sealed[:NONCE], sealed[NONCE:], PURPOSE)
    except (InvalidTag, ValueError):
        raise UnknownKey(f"MFA_KEY {key_id(key)} does not open this secret") from None
    return plain.decode()


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
