"""Same-origin check of a posted form, by Fetch Metadata (W3C) and Origin (RFC 6454)."""

from collections.abc import Mapping
from enum import Enum
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(Enum):
    """The page that sent a form: ours, another site's, or unknown to the browser."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNSAID = "unsaid"


def judge(headers: Mapping[str, str], host: str) -> Origin:
    """The origin of a post to `host`: by Sec-Fetch-Site, and where that leaves it open, by Origin.

    A page cannot forge Sec-Fetch-Site. Old browsers send neither header: UNSAID, and accepted.
    Schemes are not compared, because behind a proxy our own may be unknown.
    """
    site = headers.get("Sec-Fetch-Site", "").strip().lower()
    if site in {"same-origin", "none"}:
        return Origin.OURS
    if site == "cross-site":
        return Origin.FOREIGN
    return _by_origin(headers.get("Origin", "").strip(), host)


def _by_origin(origin: str, host: str) -> Origin:
    if not origin:
        return Origin.UNSAID
    return Origin.OURS if _matches(origin, host) else Origin.FOREIGN


def _matches(origin: str, host: str) -> bool:
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{host}")
        default = _DEFAULT_PORTS.get(theirs.scheme)
        return (
            theirs.hostname is not None
            and theirs.hostname == ours.hostname
            and (theirs.port or default) == (ours.port or default)
        )
    except ValueError:
        return False
