"""Only the right key opens, only in the right place, and always the same bytes."""

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from intake.seal import sealing
from intake.seal.sealing import Sealed, SealError, Suite, Wrap

VECTORS = json.loads(Path(__file__).with_name("sealing_vectors.json").read_text())
RECORD = UUID(int=7)
CONTENT = b"what a visitor typed".ljust(8192)
BOUND: dict[str, Any] = {"record": RECORD, "purpose": "submission of a test", "form_version": 1}


@dataclass(frozen=True)
class Key:
    """Both halves in one, as sealing needs them."""

    id: str
    suite: Suite
    private: bytes
    public: bytes


def key(suite: Suite, name: str = "desk") -> Key:
    private = sealing.generate(suite)
    return Key(name, suite, private, sealing.public_half(private, suite))


KEYS = {suite: key(suite) for suite in Suite}
each_suite = pytest.mark.parametrize("suite", Suite)


def seal(suite: Suite, *recipients: Key, content: bytes = CONTENT) -> Sealed:
    return sealing.seal(content, recipients=recipients or [KEYS[suite]], suite=suite, **BOUND)


def opened(sealed: Sealed, holder: Key, wrap: Wrap | None = None, **changed: Any) -> bytes:
    where = BOUND | {"suite": holder.suite} | changed
    return sealing.open_sealed(
        sealed.ciphertext, wrap or sealed.wraps[0], private_key=holder, **where
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["suite"])
def test_known_answer_opens_to_the_same_bytes(vector: dict[str, Any]) -> None:
    suite = Suite(vector["suite"])
    private = bytes.fromhex(vector["private"])
    holder = Key(vector["key_id"], suite, private, b"")
    wrap = Wrap(vector["key_id"], suite, bytes.fromhex(vector["wrapped"]))

    plaintext = sealing.open_sealed(
        bytes.fromhex(vector["ciphertext"]),
        wrap,
        record=UUID(vector["record"]),
        purpose=vector["purpose"],
        form_version=vector["form_version"],
        private_key=holder,
        suite=suite,
    )

    assert plaintext == bytes.fromhex(vector["plaintext"])
    assert sealing.public_half(private, suite).hex() == vector["public"]


def test_known_answers_cover_every_suite() -> None:
    assert {vector["suite"] for vector in VECTORS} == set(Suite)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["suite"])
def test_known_answer_opens_by_the_standards_alone(vector: dict[str, Any]) -> None:
    """RFC 9180 and X-Wing written out here: the format does not hang on one library's HPKE."""
    info = _parts(
        "clinic intake 1",
        "wrap",
        UUID(vector["record"]).bytes,
        vector["key_id"],
        vector["suite"],
        vector["purpose"],
    )
    wrapped, private = bytes.fromhex(vector["wrapped"]), bytes.fromhex(vector["private"])
    shared, kem, rest = DECAPSULATE[vector["suite"]](wrapped, private)

    content_key = _hpke_open(shared, kem, info, rest)

    bound = _parts(
        "clinic intake 1",
        "content",
        UUID(vector["record"]).bytes,
        vector["form_version"].to_bytes(4),
        vector["purpose"],
        vector["suite"],
    )
    ciphertext = bytes.fromhex(vector["ciphertext"])
    plaintext = AESGCM(content_key).decrypt(ciphertext[:12], ciphertext[12:], bound)
    assert plaintext.hex() == vector["plaintext"]


@each_suite
def test_every_recipient_opens_alone(suite: Suite) -> None:
    desk, recovery = key(suite, "desk"), key(suite, "recovery")

    sealed = seal(suite, desk, recovery)

    assert opened(sealed, desk, sealed.wraps[0]) == CONTENT
    assert opened(sealed, recovery, sealed.wraps[1]) == CONTENT


@each_suite
def test_sealing_twice_shares_no_bytes(suite: Suite) -> None:
    one, two = seal(suite), seal(suite)

    assert one.ciphertext[:12] != two.ciphertext[:12]
    assert one.ciphertext[12:44] != two.ciphertext[12:44]
    assert one.wraps[0].wrapped != two.wraps[0].wrapped


@each_suite
def test_ciphertext_holds_no_plaintext(suite: Suite) -> None:
    sealed = seal(suite)

    assert b"visitor" not in sealed.ciphertext + sealed.wraps[0].wrapped


@each_suite
@pytest.mark.parametrize(
    "changed",
    [
        {"record": UUID(int=8)},
        {"purpose": "note on a test"},
        {"form_version": 2},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_bound_elsewhere_never_opens(suite: Suite, changed: dict[str, Any]) -> None:
    sealed = seal(suite)

    with pytest.raises(SealError, match=r"^key desk: the "):
        opened(sealed, KEYS[suite], **changed)


@given(st.sampled_from(Suite), st.data())
def test_changed_bytes_never_open(suite: Suite, data: st.DataObject) -> None:
    sealed = seal(suite)
    wrap = sealed.wraps[0]

    if data.draw(st.booleans(), label="change the content"):
        sealed = replace(sealed, ciphertext=data.draw(_damaged(sealed.ciphertext)))
    else:
        wrap = replace(wrap, wrapped=data.draw(_damaged(wrap.wrapped)))

    with pytest.raises(SealError) as error:
        opened(sealed, KEYS[suite], wrap)
    assert error.value.__suppress_context__


@given(st.sampled_from(Suite), st.binary(max_size=300), st.text(max_size=20), st.uuids())
def test_round_trip(suite: Suite, content: bytes, purpose: str, record: UUID) -> None:
    try:
        purpose.encode()
    except UnicodeEncodeError:
        return
    where: dict[str, Any] = {"record": record, "purpose": purpose, "form_version": 3}
    sealed = sealing.seal(content, recipients=[KEYS[suite]], suite=suite, **where)

    assert opened(sealed, KEYS[suite], **where) == content


@each_suite
def test_other_key_never_opens(suite: Suite) -> None:
    sealed = seal(suite)

    with pytest.raises(SealError, match="this wrap is for key desk"):
        opened(sealed, key(suite, "other"))
    with pytest.raises(SealError, match="the wrap was changed"):
        opened(sealed, key(suite, "desk"))


def test_classical_record_is_refused_where_hybrid_is_demanded() -> None:
    sealed = seal(Suite.CLASSICAL)

    with pytest.raises(SealError, match="setting xwing"):
        opened(sealed, KEYS[Suite.CLASSICAL], suite=Suite.HYBRID)


def test_record_that_only_claims_its_suite_is_refused() -> None:
    sealed = seal(Suite.CLASSICAL)
    wrap = replace(sealed.wraps[0], suite=Suite.HYBRID)

    with pytest.raises(SealError):
        opened(sealed, KEYS[Suite.CLASSICAL], wrap)
    with pytest.raises(SealError):
        opened(sealed, KEYS[Suite.HYBRID], wrap)


def test_sealing_to_a_key_of_another_suite_is_refused() -> None:
    with pytest.raises(SealError, match="the setting asks for xwing"):
        seal(Suite.HYBRID, KEYS[Suite.CLASSICAL])


def test_sealing_to_nobody_is_refused() -> None:
    with pytest.raises(SealError, match="no recipient"):
        sealing.seal(CONTENT, recipients=[], suite=Suite.HYBRID, **BOUND)


@each_suite
def test_rewrapped_record_opens_for_the_new_key_too(suite: Suite) -> None:
    sealed, new = seal(suite), key(suite, "new")
    where = {"record": RECORD, "purpose": BOUND["purpose"]}

    wrap = sealing.rewrap(sealed.wraps[0], private_key=KEYS[suite], suite=suite, new=new, **where)

    assert opened(sealed, new, wrap) == CONTENT


@each_suite
def test_key_of_the_wrong_size_is_refused(suite: Suite) -> None:
    right = KEYS[suite]

    with pytest.raises(SealError, match="private key has the wrong size"):
        sealing.public_half(right.private[:-1], suite)
    with pytest.raises(SealError, match="public key has the wrong size"):
        seal(suite, replace(right, public=right.public[:-1]))


@each_suite
def test_no_error_shows_content(suite: Suite) -> None:
    sealed = seal(suite)

    with pytest.raises(SealError) as error:
        opened(sealed, KEYS[suite], record=uuid4())

    assert "visitor" not in repr(error.value)
    assert error.value.__suppress_context__


def _damaged(good: bytes) -> st.SearchStrategy[bytes]:
    flipped = st.builds(
        lambda place, bit: good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :],
        st.integers(0, len(good) - 1),
        st.integers(0, 7),
    )
    cut = st.integers(0, len(good) - 1).map(lambda size: good[:size])
    longer = st.binary(min_size=1, max_size=40).map(lambda more: good + more)
    return flipped | cut | longer


def _parts(*parts: str | bytes) -> bytes:
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4) + part for part in encoded)


def _hpke_open(shared: bytes, kem: int, info: bytes, ciphertext: bytes) -> bytes:
    """RFC 9180 5.1 and 5.2: mode_base, HKDF-SHA256, AES-256-GCM, the first message."""
    suite = b"HPKE" + kem.to_bytes(2) + (1).to_bytes(2) + (2).to_bytes(2)
    context = (
        b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    )
    secret = _extract(suite, shared, b"secret", b"")
    content_key = _expand(suite, secret, b"key", context, 32)
    nonce = _expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(content_key).decrypt(nonce, ciphertext, b"")


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    labeled = size.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labeled + b"\1", "sha256")[:size]


def _x25519(wrapped: bytes, private: bytes) -> tuple[bytes, int, bytes]:
    """RFC 9180 4.1: DHKEM(X25519, HKDF-SHA256)."""
    own, sent = X25519PrivateKey.from_private_bytes(private), wrapped[:32]
    shared = own.exchange(X25519PublicKey.from_public_bytes(sent))
    suite = b"KEM" + (0x20).to_bytes(2)
    context = sent + own.public_key().public_bytes_raw()
    secret = _extract(suite, b"", b"eae_prk", shared)
    return _expand(suite, secret, b"shared_secret", context, 32), 0x20, wrapped[32:]


def _xwing(wrapped: bytes, private: bytes) -> tuple[bytes, int, bytes]:
    """draft-connolly-cfrg-xwing-kem 5.4: SHA3-256 over both secrets, the X25519 half, a label."""
    own = X25519PrivateKey.from_private_bytes(private[64:])
    sent_mlkem, sent_x25519 = wrapped[:1088], wrapped[1088:1120]
    secret = MLKEM768PrivateKey.from_seed_bytes(private[:64]).decapsulate(sent_mlkem)
    shared = own.exchange(X25519PublicKey.from_public_bytes(sent_x25519))
    public = own.public_key().public_bytes_raw()
    label = b"\\.//^\\"
    return (
        hashlib.sha3_256(secret + shared + sent_x25519 + public + label).digest(),
        0x647A,
        wrapped[1120:],
    )


DECAPSULATE = {Suite.HYBRID: _xwing, Suite.CLASSICAL: _x25519}
