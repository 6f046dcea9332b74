"""Waiting for what another process or thread does: by its state, never by the clock."""

import time
from collections.abc import Callable

PATIENCE = 240  # seconds; what works takes less on any machine, beside any load


def until(true: Callable[[], object], what: str = "") -> None:
    """Return as soon as it is true. Raises AssertionError when that does not come."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what or "waited in vain"
        time.sleep(0.02)
