"""Store a sent form: the request, its sealed form and a notice to send, in one transaction.

Rows are inserted and nothing is read back: the site's database role may do no more. Every id is
derived from the nonce of the form, which makes a post idempotent: sent again it finds its rows
there and changes nothing, while an edited post becomes a second submission of the same request,
with a notice of its own.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from intake.clock import deadlines
from intake.clock.promise import Promise
from intake.models import Lane, Request, Submission
from intake.rules.states import NEXT_ACTION, State
from intake.seal.answers import FORM_VERSION, Answers, pack
from intake.store import outbox
from intake.store.insertion import insert
from intake.store.sealed_rows import derived_id, seal_into, wrap_rows

NONCE_SIZE = 16


class Receipt(NamedTuple):
    """Which request was stored, and when a person will try to reach the visitor."""

    request_id: UUID
    promised: Promise


def receive(answers: Answers, *, nonce: bytes, quarantined: bool, now: datetime) -> Receipt:
    """Store a sent form. When this returns, it is committed.

    `nonce` is the form's own, of 16 bytes (ValueError otherwise). Raises KeyFileError without
    recipients, and Django's DatabaseError when the form could not be stored: then nothing was.
    """
    lane = Lane.QUARANTINE if quarantined else Lane.OPEN
    with transaction.atomic(durable=True):
        return store(answers, nonce=nonce, lane=lane, now=now)


def store(answers: Answers, *, nonce: bytes, lane: Lane, now: datetime) -> Receipt:
    """Store a sent form within the caller's transaction, which writes more. Raises like `receive`.

    When this fails, all of that transaction has failed.
    """
    content = pack(answers)
    received = now.replace(second=0, microsecond=0)
    promised = deadlines.promised(received, answers.windows)
    submission = _submission(answers, content, nonce, received, promised.end)
    sealed = seal_into(submission, content)
    wraps, notice = wrap_rows(submission, sealed), outbox.notice_of(submission, lane, now)
    with transaction.atomic(savepoint=False):
        insert(_request(submission, lane), submission, wraps, notice)
    return Receipt(submission.request_id, promised)


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
