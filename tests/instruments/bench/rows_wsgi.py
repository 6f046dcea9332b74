"""The site with the rows of sealing and none of its cryptography: what the rows alone cost."""

import os
from typing import Any

from clinic_site.wsgi import application  # noqa: F401
from intake.seal import sealing
from intake.seal.sealing import Sealed, Wrap

AROUND = 12 + 16  # nonce and tag of the content
WRAPPED = os.urandom(1120 + 32 + 16)  # encapsulated key, content key, tag
NOISE = os.urandom(65536)  # does not compress, like a ciphertext


def seal(plaintext: bytes, *, recipients: Any, suite: Any, **binding: Any) -> Sealed:
    """Bytes of the same sizes that say nothing."""
    wraps = tuple(Wrap(each.id, suite, WRAPPED) for each in recipients)
    return Sealed(NOISE[: len(plaintext) + AROUND], wraps)


sealing.seal = seal
