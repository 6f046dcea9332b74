"""Sealing that seals nothing: a search for marked words has to find what it leaves behind."""

from dataclasses import replace
from typing import Any

from intake.seal import sealing
from intake.seal.sealing import Sealed

_seal = sealing.seal


def seal(plaintext: bytes, **binding: Any) -> Sealed:
    """Real wraps, and beside them what was typed."""
    return replace(_seal(plaintext, **binding), ciphertext=plaintext)


def open_sealed(ciphertext: bytes, wrap: object, **binding: Any) -> bytes:
    """There is nothing to open."""
    return ciphertext
