"""The mail that says that a request waits: the same words and the same size for every request.

Nothing in it says who, what, when or how many; the daily notice counts, and names nobody. A notice
that is sent twice harms nobody, and has the same Message-ID both times, by which a mail server may
drop the second one.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from intake.models import OutboxMessage
from intake.worker import daily_notice

SUBJECT = "A note from the desk"
BODY = "A request is waiting. Sign in: {desk}\n"


def send(message: OutboxMessage, now: datetime) -> None:
    """Hand the notice to the mail server. Raises an OSError, as SMTP and sockets do."""
    replies = settings.CLINIC.replies
    escalated = message.kind == OutboxMessage.Kind.ESCALATION
    EmailMessage(
        subject=SUBJECT,
        body=_body(message, now),
        from_email=replies.mail_from,
        to=list(replies.escalate_to if escalated else replies.notice_to),
        headers={"Message-ID": message_id(message.id), "Auto-Submitted": "auto-generated"},
    ).send()


def _body(message: OutboxMessage, now: datetime) -> str:
    if message.kind == OutboxMessage.Kind.DAILY:
        return daily_notice.text(message, now=now, desk=desk_address())
    return BODY.format(desk=desk_address())


def message_id(outbox_id: UUID) -> str:
    """The Message-ID (RFC 5322, 3.6.4), the same whenever the same notice is sent."""
    return f"<{outbox_id}@{settings.CLINIC.host}>"


def desk_address() -> str:
    """The address where staff sign in."""
    return f"{settings.CLINIC.url.rstrip('/')}/desk/"
