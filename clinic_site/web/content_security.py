"""Content Security Policies: one for readers, one for the desk.

Readers get no script and nothing from another host. `connect-src 'self'` is there because
auditing tools fetch robots.txt through the page.
"""

from collections.abc import Mapping

STYLESHEET = "<hash of the inlined stylesheet>"

READERS = {
    "default-src": ["'none'"],
    "style-src": [STYLESHEET],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

DESK = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", STYLESHEET],  # the second is for the error pages
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def header(policy: Mapping[str, list[str]], stylesheet_source: str) -> str:
    """The header's value; the placeholder becomes the stylesheet's hash."""
    parts = []
    for directive, sources in policy.items():
        values = [stylesheet_source if source is STYLESHEET else source for source in sources]
        parts.append(" ".join([directive, *values]))
    return "; ".join(parts)
