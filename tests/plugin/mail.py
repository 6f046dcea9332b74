"""A real SMTP server on loopback that keeps what it is given."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class SmtpServer:
    """Where it listens, and every message since the test began, as (recipients, message)."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd calls this for each message."""
        self.raw.append(envelope.content)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append((list(envelope.rcpt_tos), message))
        return "250 OK"


class _AnyPort(Controller):
    """aiosmtpd learns the number that the system chose before it connects to itself."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    controller = _AnyPort(server, hostname=server.host, port=0)
    controller.start()
    server.port = controller.port
    yield server
    controller.stop()


@pytest.fixture
def smtp_server(_smtp_server: SmtpServer, settings: Any) -> SmtpServer:
    """An empty mailbox, and Django set to send to it for this test."""
    _smtp_server.messages.clear()
    _smtp_server.raw.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = _smtp_server.host, _smtp_server.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return _smtp_server
