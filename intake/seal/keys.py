"""Key files in the folder INTAKE_KEYS: who can open a request.

Each key is two files. `<id>.public.json` is all that the site needs; `<id>.private.json` belongs
to the desk alone, or, for the recovery key, on paper and away from every server. A private key is
kept as its raw seeds with a checksum, so that a typing error shows.
"""

import json
import os
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from intake.seal import sealing
from intake.seal.sealing import SealError, Suite

PUBLIC, PRIVATE = ".public.json", ".private.json"
ID_LENGTH = 32


class KeyFileError(Exception):
    """A key is missing, damaged or not trusted. The message is one line, without key material."""


class Purpose(StrEnum):
    """What a key is for. Every request is sealed to at least one key of each purpose."""

    DESK = "desk"
    RECOVERY = "recovery"


@dataclass(frozen=True)
class PublicKey:
    """A recipient. `id` is the fingerprint of suite and public bytes.

    `created` is None for a key whose file does not say.
    """

    label: str
    suite: Suite
    purpose: Purpose
    development: bool
    public: bytes
    created: date | None = None

    @cached_property
    def id(self) -> str:
        """The first 128 bits of a SHA-256, in hexadecimal."""
        return sha256(self.suite.encode() + b"\0" + self.public).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True)
class PrivateKey:
    """The half of a key that opens envelopes. Its repr shows no secret."""

    id: str
    suite: Suite
    private: bytes

    def __repr__(self) -> str:
        return f"<PrivateKey {self.id}>"


def configured_suite() -> Suite:
    """The suite that INTAKE_SUITE demands, for sealing and for opening."""
    return Suite[settings.INTAKE_SUITE.upper()]


def recipients() -> tuple[PublicKey, ...]:
    """The keys to seal to: those of the configured suite, at least one desk and one recovery key.

    Raises KeyFileError when one of them is missing, not pinned, or not fit for production.
    """
    pins = tuple(settings.INTAKE_PINNED_KEYS)
    return _recipients(_present(), configured_suite(), pins, bool(settings.PRODUCTION))


def public_keys() -> tuple[PublicKey, ...]:
    """Every public key in the folder, of any suite, by label. Raises KeyFileError."""
    found = (_read_public(path) for path in _folder().glob(f"*{PUBLIC}"))
    return tuple(sorted(found, key=lambda key: (key.label, key.id)))


def private_keys() -> dict[str, PrivateKey]:
    """Every private key in the folder, by id. Raises KeyFileError."""
    found = (_read_private(path) for path in sorted(_folder().glob(f"*{PRIVATE}")))
    return {key.id: key for key in found}


def pair(key_id: str, *, folder: Path) -> tuple[PublicKey, PrivateKey]:
    """Both halves of a key, from its private file in that folder. Raises KeyFileError."""
    path = folder / f"{key_id}{PRIVATE}"
    return _read_public(path), _read_private(path)


def private_files() -> tuple[str, ...]:
    """The names of files that hold a private key, however they are called. Raises KeyFileError."""
    found = (path for path in sorted(_folder().rglob("*")) if path.is_file())
    return tuple(path.name for path in found if path.name.endswith(PRIVATE) or _tells(path))


def make(
    *,
    label: str,
    purpose: Purpose,
    suite: Suite,
    development: bool,
    folder: Path,
    created: date | None = None,
) -> PublicKey:
    """A new pair of keys, written to the folder like `keep`. `created` is the day, if it counts."""
    private = sealing.generate(suite)
    public = sealing.public_half(private, suite)
    key = PublicKey(label, suite, purpose, development, public, created)
    keep(key, private, folder=folder)
    return key


def keep(key: PublicKey, private: bytes, *, folder: Path) -> None:
    """Write both halves into the folder, with mode 0700 for it and 0600 for both files.

    Raises FileExistsError when the private file is there already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _write(folder / f"{key.id}{PRIVATE}", _private_fields(key, private))
    if not (folder / f"{key.id}{PUBLIC}").exists():
        _write(folder / f"{key.id}{PUBLIC}", _public_fields(key))


@lru_cache(maxsize=4)
def _recipients(
    _files: frozenset[Path], suite: Suite, pins: tuple[str, ...], production: bool
) -> tuple[PublicKey, ...]:
    found = tuple(key for key in public_keys() if key.suite == suite)
    for key in found:
        if (pins or production) and key.id not in pins:
            raise KeyFileError(f"key {key.id}: not in INTAKE_PINNED_KEYS")
        if key.development and production:
            raise KeyFileError(f"key {key.id}: made for development, refused in production")
    for purpose in Purpose:
        if not any(key.purpose == purpose for key in found):
            raise KeyFileError(f"INTAKE_KEYS: no {purpose} key of suite {suite}; run make_keys")
    return found


def _present() -> frozenset[Path]:
    """The files in the folder: another set makes the cache read again, without a restart."""
    return frozenset(_folder().iterdir())


def _folder() -> Path:
    folder = Path(settings.INTAKE_KEYS)
    if not folder.is_dir():
        raise KeyFileError("INTAKE_KEYS: no such folder; run make_keys")
    return folder


def _tells(path: Path) -> bool:
    try:
        return "private" in _read(path)
    except KeyFileError:
        return False


def _public_fields(key: PublicKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "purpose": key.purpose,
        "suite": key.suite,
        "development": key.development,
        "public": key.public.hex(),
        "created": str(key.created) if key.created else None,
    }


def _private_fields(key: PublicKey, private: bytes) -> dict[str, Any]:
    return _public_fields(key) | {"private": private.hex(), "checksum": _checksum(private)}


def _checksum(private: bytes) -> str:
    return sha256(b"clinic intake private key\0" + private).hexdigest()[:8]


def _read_public(path: Path) -> PublicKey:
    fields = _read(path)
    try:
        key = PublicKey(
            label=str(fields["label"]),
            suite=Suite(fields["suite"]),
            purpose=Purpose(fields["purpose"]),
            development=bool(fields["development"]),
            public=bytes.fromhex(fields["public"]),
            created=date.fromisoformat(fields["created"]) if fields.get("created") else None,
        )
    except (KeyError, TypeError, ValueError):
        raise KeyFileError(f"{path.name}: not a public key file") from None
    if fields.get("id") != key.id:
        raise KeyFileError(f"{path.name}: the id is not the fingerprint of this key")
    return key


def _read_private(path: Path) -> PrivateKey:
    public, fields = _read_public(path), _read(path)
    try:
        private = bytes.fromhex(fields["private"])
        matches = sealing.public_half(private, public.suite) == public.public
    except (KeyError, TypeError, ValueError, SealError):
        raise KeyFileError(f"{path.name}: not a private key file") from None
    if fields.get("checksum") != _checksum(private) or not matches:
        raise KeyFileError(f"{path.name}: damaged, its checksum or public half differs")
    return PrivateKey(public.id, public.suite, private)


def _read(path: Path) -> dict[str, Any]:
    try:
        fields = json.loads(path.read_text())
    except (OSError, ValueError):
        raise KeyFileError(f"{path.name}: cannot be read as a key file") from None
    if not isinstance(fields, dict):
        raise KeyFileError(f"{path.name}: not a key file")
    return fields


def _write(path: Path, fields: dict[str, Any]) -> None:
    """Write a new file, never over one that exists: with a key its records would be lost."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(fields, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
