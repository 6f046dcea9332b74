"""Crypto envelope: encrypt content so that only chosen recipients open it, bound to its record.

It has two layers. The content is encrypted once under a fresh content key (AES-256-GCM); the
associated data names the record, form version, purpose and suite that it belongs to. The content
key is wrapped for each recipient with HPKE (RFC 9180), whose `info` names record, recipient, suite
and purpose. Recipients come and go by adding and removing wraps; the content is never touched.

The hybrid suite holds as long as either ML-KEM-768 (FIPS 203) or X25519 does (X-Wing,
draft-connolly-cfrg-xwing-kem): that somebody sought help has to stay secret for a lifetime.

Pure: no Django, no files. `tests/intake/seal/sealing_vectors.json` pins the format.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"clinic intake 1"
CONTENT_KEY_SIZE = 32
NONCE_SIZE = 12
MLKEM_SEED_SIZE = 64
MLKEM_PUBLIC_SIZE = 1184

_PublicHandle = X25519PublicKey | hpke.MLKEM768X25519PublicKey
_PrivateHandle = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


class SealError(Exception):
    """A sealed text cannot be opened, or made. The message names the key and shows no content."""


class Suite(StrEnum):
    """The algorithms by which keys are wrapped. A setting chooses one, never a record."""

    HYBRID = "xwing-sha256-aes256gcm"
    CLASSICAL = "x25519-sha256-aes256gcm"


class Recipient(Protocol):
    """Whoever will be able to open an envelope: `keys.PublicKey`."""

    @property
    def id(self) -> str: ...
    @property
    def suite(self) -> Suite: ...
    @property
    def public(self) -> bytes: ...


class Holder(Protocol):
    """Whoever opens an envelope: `keys.PrivateKey`."""

    @property
    def id(self) -> str: ...
    @property
    def suite(self) -> Suite: ...
    @property
    def private(self) -> bytes: ...


@dataclass(frozen=True)
class Wrap:
    """A content key, wrapped for one recipient."""

    key_id: str
    suite: str
    wrapped: bytes


@dataclass(frozen=True)
class Sealed:
    """An envelope: one ciphertext, and the content key wrapped for each recipient."""

    ciphertext: bytes
    wraps: tuple[Wrap, ...]


def seal(
    plaintext: bytes,
    *,
    record: UUID,
    purpose: str,
    form_version: int,
    recipients: Iterable[Recipient],
    suite: Suite,
) -> Sealed:
    """Encrypt the plaintext for every recipient.

    Raises SealError when there is no recipient, or one of another suite.
    """
    key, nonce = secrets.token_bytes(CONTENT_KEY_SIZE), secrets.token_bytes(NONCE_SIZE)
    wraps = tuple(_wrap(key, record, purpose, suite, recipient) for recipient in recipients)
    if not wraps:
        raise SealError("no recipient: what nobody can open is not sealed")
    bound = _canonical("content", record.bytes, form_version, purpose, suite)
    return Sealed(nonce + AESGCM(key).encrypt(nonce, plaintext, bound), wraps)


def open_sealed(
    ciphertext: bytes,
    wrap: Wrap,
    *,
    record: UUID,
    purpose: str,
    form_version: int,
    private_key: Holder,
    suite: Suite,
) -> bytes:
    """The plaintext, by the wrap that belongs to the private key.

    `suite` is the one that the setting demands. A record of another suite is refused, or somebody
    could slip in a weaker one. Raises SealError when anything does not match.
    """
    key = _unwrap(wrap, record, purpose, suite, private_key)
    bound = _canonical("content", record.bytes, form_version, purpose, suite)
    try:
        return AESGCM(key).decrypt(ciphertext[:NONCE_SIZE], ciphertext[NONCE_SIZE:], bound)
    except (InvalidTag, ValueError):
        raise SealError(
            f"key {wrap.key_id}: the content was changed, or belongs to another record"
        ) from None


def rewrap(
    wrap: Wrap, *, record: UUID, purpose: str, private_key: Holder, suite: Suite, new: Recipient
) -> Wrap:
    """A wrap of the same content key for another recipient. Raises SealError like `open_sealed`."""
    return _wrap(_unwrap(wrap, record, purpose, suite, private_key), record, purpose, suite, new)


def generate(suite: Suite) -> bytes:
    """A new private key as raw seeds: X25519, in the hybrid suite behind the one of ML-KEM-768."""
    x25519 = X25519PrivateKey.generate().private_bytes_raw()
    if suite is Suite.CLASSICAL:
        return x25519
    return MLKEM768PrivateKey.generate().private_bytes_raw() + x25519


def public_half(private: bytes, suite: Suite) -> bytes:
    """The raw public key of a private key. Raises SealError when that has the wrong size."""
    handle = _private_handle(private, suite)
    if isinstance(handle, X25519PrivateKey):
        return handle.public_key().public_bytes_raw()
    mlkem, x25519 = _hybrid_parts(private)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def _wrap(key: bytes, record: UUID, purpose: str, suite: Suite, recipient: Recipient) -> Wrap:
    if recipient.suite != suite:
        raise SealError(f"key {recipient.id}: is {recipient.suite}, the setting asks for {suite}")
    info = _canonical("wrap", record.bytes, recipient.id, suite, purpose)
    handle = _public_handle(recipient.public, suite)
    return Wrap(recipient.id, suite, _hpke(suite).encrypt(key, handle, info=info))


def _unwrap(wrap: Wrap, record: UUID, purpose: str, suite: Suite, holder: Holder) -> bytes:
    if wrap.key_id != holder.id:
        raise SealError(f"key {holder.id}: this wrap is for key {wrap.key_id}")
    if not wrap.suite == holder.suite == suite:
        raise SealError(f"key {holder.id}: {holder.suite}, wrap {wrap.suite}, setting {suite}")
    info = _canonical("wrap", record.bytes, holder.id, suite, purpose)
    try:
        key = _hpke(suite).decrypt(wrap.wrapped, _private_handle(holder.private, suite), info=info)
    except (InvalidTag, ValueError):
        raise SealError(
            f"key {holder.id}: the wrap was changed, or belongs to another record or purpose"
        ) from None
    return key


def _canonical(layer: str, *parts: bytes | str | int) -> bytes:
    """Unambiguous bytes of the parts: each one with its length before it."""
    encoded = (FORMAT, *(_as_bytes(part) for part in (layer, *parts)))
    return b"".join(len(part).to_bytes(4) + part for part in encoded)


def _as_bytes(part: bytes | str | int) -> bytes:
    if isinstance(part, int):
        return part.to_bytes(4)
    return part.encode() if isinstance(part, str) else part


def _hpke(suite: Suite) -> hpke.Suite:
    kem = hpke.KEM.MLKEM768_X25519 if suite is Suite.HYBRID else hpke.KEM.X25519
    return hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@lru_cache(maxsize=16)
def _public_handle(public: bytes, suite: Suite) -> _PublicHandle:
    try:
        if suite is Suite.CLASSICAL:
            return X25519PublicKey.from_public_bytes(public)
        mlkem, x25519 = public[:MLKEM_PUBLIC_SIZE], public[MLKEM_PUBLIC_SIZE:]
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(mlkem), X25519PublicKey.from_public_bytes(x25519)
        )
    except ValueError:
        raise SealError(f"a public key has the wrong size for {suite}") from None


@lru_cache(maxsize=4)  # made from its seeds, it takes as long as to open one text
def _private_handle(private: bytes, suite: Suite) -> _PrivateHandle:
    try:
        if suite is Suite.CLASSICAL:
            return X25519PrivateKey.from_private_bytes(private)
        return hpke.MLKEM768X25519PrivateKey(*_hybrid_parts(private))
    except ValueError:
        raise SealError(f"a private key has the wrong size for {suite}") from None


def _hybrid_parts(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    mlkem, x25519 = private[:MLKEM_SEED_SIZE], private[MLKEM_SEED_SIZE:]
    return MLKEM768PrivateKey.from_seed_bytes(mlkem), X25519PrivateKey.from_private_bytes(x25519)
