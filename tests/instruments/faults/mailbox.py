"""A real SMTP server on loopback, and its bad days."""

import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

LOSES_EVERY = 40  # connections break after DATA, before the answer


class Mailbox:
    """Keeps the Message-ID of whatever it took. `port` is the same after being away."""

    def __init__(self, *, loses_connections: bool = False) -> None:
        self.taken: Counter[str] = Counter()
        self.sizes: set[int] = set()
        self.broken = 0
        self.port = 0
        self._loses = loses_connections
        self._lock = threading.Lock()
        self.open()

    def open(self) -> None:
        """Answer."""
        self._controller = _OnePort(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.port = self._controller.port

    def close(self) -> None:
        """Be away: connections are refused."""
        self._controller.stop()

    def count(self) -> int:
        """How many mails it took, doubles included."""
        with self._lock:
            return self.taken.total()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd calls this with each message."""
        number = message_from_bytes(envelope.content)["Message-ID"]
        with self._lock:
            self.taken[number] += 1
            self.sizes.add(len(envelope.content))
            breaks = self._loses and self.taken.total() % LOSES_EVERY == 0
            self.broken += breaks
        if breaks:
            server.transport.abort()
        return "250 OK"


class _OnePort(Controller):
    """aiosmtpd learns the number that the system chose before it connects to itself."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()
