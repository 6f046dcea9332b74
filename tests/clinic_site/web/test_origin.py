"""Which posts come from our own page."""

import pytest
from django.http.request import HttpHeaders

from clinic_site.web.origin import Origin, judge

HOST = "lamplight.example"


def judged(site: str | None = None, origin: str | None = None, host: str = HOST) -> Origin:
    given = {"HTTP_SEC_FETCH_SITE": site, "HTTP_ORIGIN": origin}
    return judge(HttpHeaders({name: value for name, value in given.items() if value}), host)


@pytest.mark.parametrize(
    ("site", "origin", "expected"),
    [
        (None, None, Origin.UNSAID),
        (None, "https://lamplight.example", Origin.OURS),
        (None, "https://LAMPLIGHT.example", Origin.OURS),
        (None, "https://lamplight.example:443", Origin.OURS),
        (None, "http://lamplight.example", Origin.OURS),
        (None, "https://lamplight.example:8443", Origin.FOREIGN),
        (None, "https://www.lamplight.example", Origin.FOREIGN),
        (None, "https://lamplight.example.evil.example", Origin.FOREIGN),
        (None, "https://evil.example", Origin.FOREIGN),
        (None, "https://evil.example/lamplight.example", Origin.FOREIGN),
        (None, "null", Origin.FOREIGN),
        (None, "https://lamplight.example:port", Origin.FOREIGN),
        (None, "https://[", Origin.FOREIGN),
        (None, "https://", Origin.FOREIGN),
        ("same-origin", "https://lamplight.example", Origin.OURS),
        ("same-origin", "null", Origin.OURS),
        ("same-origin", None, Origin.OURS),
        ("Same-Origin", None, Origin.OURS),
        ("none", None, Origin.OURS),
        ("cross-site", None, Origin.FOREIGN),
        ("cross-site", "https://lamplight.example", Origin.FOREIGN),
        ("same-site", "https://blog.lamplight.example", Origin.FOREIGN),
        ("same-site", None, Origin.UNSAID),
        ("something-new", "https://lamplight.example", Origin.OURS),
        ("something-new", "https://evil.example", Origin.FOREIGN),
    ],
)
def test_judge_with_headers(site: str | None, origin: str | None, expected: Origin) -> None:
    assert judged(site, origin) is expected


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("http://localhost:8000", "localhost:8000", Origin.OURS),
        ("http://localhost:9000", "localhost:8000", Origin.FOREIGN),
        ("http://127.0.0.1:8000", "localhost:8000", Origin.FOREIGN),
        ("http://[::1]:8000", "[::1]:8000", Origin.OURS),
        ("https://lamplight.example", "lamplight.example:443", Origin.OURS),
    ],
)
def test_judge_with_ports(origin: str, host: str, expected: Origin) -> None:
    assert judged(origin=origin, host=host) is expected
