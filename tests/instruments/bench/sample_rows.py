"""The rows of one sample form, really sealed, for sides that write them again and again."""

from django.db.models import Model
from django.utils import timezone

from intake.models import Lane
from intake.seal.answers import Answers, Asker, Channel, pack
from intake.store import outbox, sealed_rows, submission

SENT = Answers(about=Asker.SELF, channel=Channel.PHONE, message="Hello" * 100)


def in_two_trips() -> tuple[tuple[Model, ...], tuple[Model, ...]]:
    """As `submission.store` sends them: request and form, then wraps and notice."""
    content, now = pack(SENT), timezone.now().replace(second=0, microsecond=0)
    row = submission._submission(SENT, content, bytes(16), now, now)
    wraps = sealed_rows.wrap_rows(row, sealed_rows.seal_into(row, content))
    request = submission._request(row, Lane.QUARANTINE)
    notice = outbox.notice_of(row, Lane.QUARANTINE, now)
    return (request, row), (*wraps, notice)
