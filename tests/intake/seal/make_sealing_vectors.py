"""Writes sealing_vectors.json anew: `python -m tests.intake.seal.make_sealing_vectors`.

Only for a new format, beside the old vectors: what is stored has to open for as long as any
record of its format exists.
"""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from intake.seal import sealing
from intake.seal.sealing import Suite

VECTORS = Path(__file__).with_name("sealing_vectors.json")
RECORD = UUID("00112233-4455-6677-8899-aabbccddeeff")


def main() -> None:
    VECTORS.write_text(json.dumps([_vector(suite) for suite in Suite], indent=1) + "\n")


def _vector(suite: Suite) -> dict[str, object]:
    private = sealing.generate(suite)
    public = sealing.public_half(private, suite)
    key = SimpleNamespace(id="key-of-the-vector", suite=suite, public=public)
    plaintext = "Known answer, with ünïcode and 🕯".encode()
    bound: dict[str, Any] = {"purpose": "submission of a test", "form_version": 1}
    sealed = sealing.seal(plaintext, record=RECORD, recipients=[key], suite=suite, **bound)
    return {
        "suite": suite,
        "record": str(RECORD),
        **bound,
        "key_id": key.id,
        "private": private.hex(),
        "public": public.hex(),
        "plaintext": plaintext.hex(),
        "ciphertext": sealed.ciphertext.hex(),
        "wrapped": sealed.wraps[0].wrapped.hex(),
    }


if __name__ == "__main__":
    main()
