"""Where a post comes from: our own page, another site, or a browser that does not say."""

from collections.abc import Mapping
from enum import Enum
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(Enum):
    """What the browser says about the page that sent the form."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNSAID = "unsaid"


def judge(headers: Mapping[str, str], host: str) -> Origin:
    """Judge a post to `host` by Fetch Metadata (W3C) first, then by the Origin header (RFC 6454).

    A page cannot forge Sec-Fetch-Site, so its word is final. Old phones send neither header;
    they are UNSAID and let in. The scheme is not compared: behind a proxy we may not know ours.
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
