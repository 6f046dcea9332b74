"""Encryption at rest (AES-256-GCM) of TOTP secrets and recovery codes.

Only the desk's process knows MFA_KEY, so that nobody computes codes from a copy of the database.
It may hold several keys, separated by commas: the first encrypts, all of them decrypt.
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


class UnknownKey(Exception):
    """The secret was encrypted under a key that is not in MFA_KEY, or it was altered."""


def encrypt(text: str) -> str:
    """Encrypt a secret as `KEY-ID:BASE64`. Raises ImproperlyConfigured without a key."""
    if not settings.MFA_KEYS:
        raise ImproperlyConfigured("MFA_KEY is not set. It encrypts what makes sign-in codes.")
    key = settings.MFA_KEYS[0]
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + AESGCM(_derived(key)).encrypt(nonce, text.encode(), PURPOSE)
    return f"{key_id(key)}:{base64.b64encode(sealed).decode()}"


def decrypt(text: str) -> str:
    """Decrypt what `encrypt` returned. Raises UnknownKey, which names the id of the key."""
    name, _, sealed = text.partition(":")
    for key in settings.MFA_KEYS:
        if key_id(key) == name:
            return _opened(key, base64.b64decode(sealed))
    raise UnknownKey(f"MFA_KEY has no key {name[:8]}")


def key_id(key: str) -> str:
    """Eight hexadecimal digits that identify a key and tell nothing about it."""
    return hashlib.sha256(_derived(key)).hexdigest()[:8]


def _opened(key: str, sealed: bytes) -> str:
    try:
        plain = AESGCM(_derived(key)).decrypt(sealed[:NONCE], sealed[NONCE:], PURPOSE)
    except (InvalidTag, ValueError):
        raise UnknownKey(f"MFA_KEY {key_id(key)} does not open this secret") from None
    return plain.decode()


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
