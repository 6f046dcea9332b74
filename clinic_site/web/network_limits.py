"""Rate limits by network, without storing a network address.

An address is reduced to its network (/24 or /56), hashed under a key that is kept in memory only
and replaced at midnight, and counted in a bounded table of this worker process. Shelters and
libraries share addresses, so nobody is refused: a request over the limit goes to quarantine.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network

PER_NETWORK = 10  # stored posts of one network in a window
FLOOD = 60  # stored posts of everybody in a window, in one worker
WINDOW = timedelta(hours=1)
CAPACITY = 4096  # networks remembered; the oldest is forgotten first

_EVERYBODY = b"everybody"


class Limits:
    """The counts of one worker process. Safe for several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self.clear()

    def clear(self, day: date | None = None) -> None:
        """Forget all counts and the key; `day` is the day that starts now."""
        self._day = day
        self._key = secrets.token_bytes(32)
        self._counts: OrderedDict[bytes, tuple[datetime, int]] = OrderedDict()

    def over(self, address: str | None, now: datetime) -> bool:
        """Whether the network of this address has reached its limit. False when it is unknown."""
        return address is not None and self._reached(address, now, PER_NETWORK)

    def flooded(self, now: datetime) -> bool:
        """Whether this worker has stored more posts within an hour than people would write."""
        return self._reached(None, now, FLOOD)

    def count(self, address: str | None, now: datetime) -> None:
        """Count one stored post for its network and for the total."""
        with self._lock:
            self._renew(now)
            for bucket in {self._bucket(address), _EVERYBODY}:
                start, seen = self._seen(bucket, now)
                self._counts[bucket] = (start, seen + 1)
            self._counts.move_to_end(_EVERYBODY)
            while len(self._counts) > self._capacity:
                self._counts.popitem(last=False)

    def _reached(self, address: str | None, now: datetime, limit: int) -> bool:
        with self._lock:
            self._renew(now)
            return self._seen(self._bucket(address), now)[1] >= limit

    def _renew(self, now: datetime) -> None:
        if self._day != now.date():
            self.clear(now.date())

    def _seen(self, bucket: bytes, now: datetime) -> tuple[datetime, int]:
        start, seen = self._counts.get(bucket, (now, 0))
        return (start, seen) if now - start < WINDOW else (now, 0)

    def _bucket(self, address: str | None) -> bytes:
        if address is None:
            return _EVERYBODY
        return hashlib.blake2b(network(address), key=self._key, digest_size=16).digest()


def client_address(meta: Mapping[str, str], trusted_proxies: int) -> str | None:
    """The visitor's address as the outermost trusted proxy saw it; None when it is unknown.

    Each trusted proxy appends its peer to X-Forwarded-For. Anything further to the left was sent by
    the visitor and could be forged.
    """
    if trusted_proxies == 0:
        return _checked(meta.get("REMOTE_ADDR", ""))
    seen = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return _checked(seen[-min(trusted_proxies, len(seen))])


def network(address: str) -> bytes:
    """The network of an address, /24 for IPv4 and /56 for IPv6: b"203.0.113.0/24"."""
    parsed = ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    prefix = 24 if parsed.version == 4 else 56
    return str(ip_network((int(parsed), prefix), strict=False)).encode()


def _checked(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
