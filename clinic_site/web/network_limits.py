"""How much comes from one network, without knowing whose it is.

An address is reduced to its network (/24 or /56), hashed under a key that lives in memory only
and is replaced at midnight, and counted in a bounded table of this worker. Shelters and
libraries share addresses, so a limit never refuses: it only sends a request to quarantine.
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
    """Counts of one worker. Safe for several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self.clear()

    def clear(self, day: date | None = None) -> None:
        """Forget everything, the key too."""
        self._day = day
        self._key = secrets.token_bytes(32)
        self._counts: OrderedDict[bytes, tuple[datetime, int]] = OrderedDict()

    def over(self, address: str | None, now: datetime) -> bool:
        """Has the network of this address reached its limit? Unknown addresses never do."""
        return address is not None and self._reached(address, now, PER_NETWORK)

    def flooded(self, now: datetime) -> bool:
        """Has this worker as a whole stored more than people write?"""
        return self._reached(None, now, FLOOD)

    def count(self, address: str | None, now: datetime) -> None:
        """Count one stored post."""
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
    """The visitor's address as the nearest proxy that we trust saw it; None if nobody says.

    Each trusted proxy adds its peer at the right end of X-Forwarded-For; what stands further
    left was written by the visitor and is not believed.
    """
    if trusted_proxies == 0:
        return _checked(meta.get("REMOTE_ADDR", ""))
    seen = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return _checked(seen[-min(trusted_proxies, len(seen))])


def network(address: str) -> bytes:
    """The /24 (IPv4) or /56 (IPv6) network of an address, as text for hashing."""
    parsed = ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    prefix = 24 if parsed.version == 4 else 56
    return str(ip_network((int(parsed), prefix), strict=False)).encode()


def _checked(address: str) -> str | None:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
