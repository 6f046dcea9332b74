"""The notice that something waits: the same words and the same size for every request.

Nothing in it says who, what, when or how many; the daily one counts, and names nobody. Sending
one twice harms nobody, and both have the same Message-ID, by which a mail server may drop the
second.
"""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from intake.models import OutboxMessage
from intake.worker import daily_notice

SUBJECT = "A note from the desk"
BODY = "A request is waiting. Sign in: {desk}\n"


def send(message: OutboxMessage) -> None:
    """Hand the notice to the mail server. Raises what SMTP and sockets raise (OSError kinds)."""
    replies = settings.CLINIC.replies
    escalated = message.kind == OutboxMessage.Kind.ESCALATION
    EmailMessage(
        subject=SUBJECT,
        body=_body(message),
        from_email=replies.mail_from,
        to=list(replies.escalate_to if escalated else replies.notice_to),
        headers={"Message-ID": message_id(message.id), "Auto-Submitted": "auto-generated"},
    ).send()


def _body(message: OutboxMessage) -> str:
    if message.kind == OutboxMessage.Kind.DAILY:
        return daily_notice.text(message, now=timezone.now(), desk=desk_address())
    return BODY.format(desk=desk_address())


def message_id(outbox_id: UUID) -> str:
    """The same for every attempt to send the same notice (RFC 5322, 3.6.4)."""
    return f"<{outbox_id}@{settings.CLINIC.host}>"


def desk_address() -> str:
    """Where staff sign in."""
    return f"{settings.CLINIC.url.rstrip('/')}/desk/"
