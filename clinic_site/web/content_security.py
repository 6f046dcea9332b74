"""Content Security Policy (CSP Level 3): one policy for readers, one for the desk.

Readers get no script and nothing from another host. `connect-src 'self'` lets auditing tools
fetch robots.txt from within the page.
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
    "style-src": ["'self'", STYLESHEET],  # error pages have the inlined stylesheet
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def header(policy: Mapping[str, list[str]], stylesheet_source: str) -> str:
    """The value of the header, with `stylesheet_source` in the place of STYLESHEET."""
    parts = []
    for directive, sources in policy.items():
        values = [stylesheet_source if source is STYLESHEET else source for source in sources]
        parts.append(" ".join([directive, *values]))
    return "; ".join(parts)
