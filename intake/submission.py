"""Answers -> one transaction that stores the request, its sealed form and a notice to send.

Insert only, and nothing is read back: the site's database role may do no more. Every id is
derived from the form's nonce, so the same post again finds its rows there and changes nothing,
while an edited post becomes a second submission of the same request, with a notice of its own.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from intake import deadlines, keys, sealing
from intake.answers import FORM_VERSION, Answers, pack
from intake.insertion import insert
from intake.models import KeyWrap, Lane, OutboxMessage, Request, StaffText, Submission
from intake.promise import Promise
from intake.sealing import Sealed
from intake.states import NEXT_ACTION, State

NONCE_SIZE = 16
GATHERING = timedelta(minutes=10)


class Receipt(NamedTuple):
    """What was stored, and when a person will try to reach the visitor."""

    request_id: UUID
    submission_id: UUID
    promised: Promise

    @property
    def deadline(self) -> datetime:
        """Until when (UTC)."""
        return self.promised.end


def receive(answers: Answers, *, nonce: bytes, quarantined: bool, now: datetime) -> Receipt:
    """Store a sent form; when this returns, it is committed.

    `nonce` is the form's own, 16 bytes (ValueError otherwise). Raises KeyFileError without keys
    to seal to, and Django's DatabaseError when it could not be stored: then nothing was.
    """
    lane = Lane.QUARANTINE if quarantined else Lane.OPEN
    with transaction.atomic(durable=True):
        return store(answers, nonce=nonce, lane=lane, now=now)


def store(answers: Answers, *, nonce: bytes, lane: Lane, now: datetime) -> Receipt:
    """Like `receive`, for a caller with a transaction of its own and more to write in it.

    When this fails, all of that transaction has failed.
    """
    content = pack(answers)
    received = now.replace(second=0, microsecond=0)
    promised = deadlines.promised(received, answers.windows)
    submission = _submission(answers, content, nonce, received, promised.end)
    sealed = seal_into(submission, content)
    with transaction.atomic(savepoint=False):
        if insert(_request(submission, lane), submission):  # else it has wraps of its own key
            insert(*wrap_rows(submission, sealed), _notice(submission, lane, now))
    return Receipt(submission.request_id, submission.id, promised)


def seal_into(row: Submission | StaffText, content: bytes) -> Sealed:
    """Seal for the present recipients and put the ciphertext into the row, which is not saved.

    The row has its id and request already. Raises KeyFileError.
    """
    suite = keys.configured_suite()
    row.suite = suite
    sealed = sealing.seal(
        content,
        record=row.id,
        purpose=row.purpose,
        form_version=row.form_version,
        recipients=keys.recipients(),
        suite=suite,
    )
    row.ciphertext = sealed.ciphertext
    return sealed


def wrap_rows(row: Submission | StaffText, sealed: Sealed) -> list[KeyWrap]:
    """The wraps of a row, not saved; their ids derive from the row's and the key's."""
    owner = "submission_id" if isinstance(row, Submission) else "staff_text_id"
    return [
        KeyWrap(
            id=derived_id("wrap", row.id.bytes + wrap.key_id.encode()),
            key_id=wrap.key_id,
            suite=wrap.suite,
            wrapped=wrap.wrapped,
            **{owner: row.id},
        )
        for wrap in sealed.wraps
    ]


def derived_id(kind: str, source: bytes) -> UUID:
    """An id that only this site can compute, and always computes alike."""
    digest = salted_hmac(f"intake id: {kind}", source, algorithm="sha256").digest()
    return UUID(bytes=digest[:16])


def first_deadline(received: datetime, windows: int) -> datetime:
    """When the first attempt is due. Where nobody is here at a safe time, it is the next opening,
    and the request is among those that are `unreachable` and told to a manager at once.
    """
    return deadlines.promised(received, windows).end


def _request_id(nonce: bytes) -> UUID:
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"the nonce has {len(nonce)} bytes, expected {NONCE_SIZE}")
    return derived_id("request", nonce)


def _submission(
    answers: Answers, content: bytes, nonce: bytes, received: datetime, deadline: datetime
) -> Submission:
    return Submission(
        id=derived_id("submission", nonce + content),
        request_id=_request_id(nonce),
        form_version=FORM_VERSION,
        received=received,
        deadline=deadline,
        asker=answers.about,
        channel=answers.channel,
        windows=int(answers.windows),
        language=answers.page_language,
    )


def _request(submission: Submission, lane: Lane) -> Request:
    state = State.QUARANTINED if lane == Lane.QUARANTINE else State.NEW
    copied = ("received", "form_version", "suite", "asker", "channel", "windows", "language")
    return Request(
        id=submission.request_id,
        lane=lane,
        state=state,
        next_action=NEXT_ACTION[state],
        next_due=submission.deadline,
        **{name: getattr(submission, name) for name in copied},
    )


def _notice(submission: Submission, lane: Lane, now: datetime) -> OutboxMessage:
    kind = OutboxMessage.Kind.REQUEST
    due = submission.received
    if lane == Lane.QUARANTINE:
        kind, due = OutboxMessage.Kind.QUARANTINE, _next_gathering(now)
    return OutboxMessage(
        id=derived_id("notice", submission.id.bytes),
        kind=kind,
        request_id=submission.request_id,
        created=submission.received,
        due=due,
    )


def _next_gathering(now: datetime) -> datetime:
    """Notices for quarantine go out together, at most once in GATHERING."""
    since_last = timedelta(seconds=now.timestamp() % GATHERING.total_seconds())
    return now - since_last + GATHERING
