"""What every answer carries: policies, caching, no cookie."""

import pytest
from django.test import Client, override_settings

from clinic_site.web import stylesheet

READERS = (
    "default-src 'none'; style-src {style}; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DESK = (
    "default-src 'none'; script-src 'self'; style-src 'self' {style}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def test_page_carries_whole_reader_policy(client: Client):
    response = client.get("/")
    expected = READERS.format(style=stylesheet.inline().csp_source)
    assert response.headers["Content-Security-Policy"] == expected


@pytest.mark.django_db
def test_desk_carries_whole_desk_policy(client: Client):
    response = client.get("/desk/login/")
    assert response.status_code == 200
    expected = DESK.format(style=stylesheet.inline().csp_source)
    assert response.headers["Content-Security-Policy"] == expected


@pytest.mark.parametrize(
    ("path", "status", "cache"),
    [
        ("/", 200, "public, max-age=300, stale-while-revalidate=86400"),
        ("/faq/", 200, "public, max-age=300, stale-while-revalidate=86400"),
        ("/contact/", 200, "no-store"),
        ("/contact/sent/", 200, "no-store"),
        ("/no-such-page/", 404, "no-store"),
        ("/healthz", 200, "no-store"),
        ("/robots.txt", 200, "public, max-age=300, stale-while-revalidate=86400"),
    ],
)
def test_cache_control_by_kind_of_page(client: Client, path, status, cache):
    response = client.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (status, cache)


def test_other_headers(client: Client):
    headers = client.get("/").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_sample_clinic_is_hidden_from_search_engines(client: Client):
    assert client.get("/").headers["X-Robots-Tag"] == "noindex"


def test_page_with_known_etag_is_not_sent_again(client: Client):
    etag = client.get("/faq/").headers["ETag"]
    response = client.get("/faq/", headers={"If-None-Match": etag})
    assert response.status_code == 304
    assert response.content == b""


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_etag_is_one_for_all_copies_methods_and_conditions(client: Client, encoding):
    headers = {"Accept-Encoding": encoding}
    page = client.get("/faq/", headers=headers)
    etag = page.headers["ETag"]
    assert etag == client.get("/faq/").headers["ETag"]
    assert etag.startswith('W/"')
    assert client.head("/faq/", headers=headers).headers["ETag"] == etag
    for ask in (client.get, client.head):
        known = ask("/faq/", headers=headers | {"If-None-Match": etag})
        assert known.status_code == 304
        assert known.headers["ETag"] == etag
        assert known.headers["Vary"] == page.headers["Vary"] == "Accept-Encoding"


def test_etag_of_another_page_is_another(client: Client):
    assert client.get("/faq/").headers["ETag"] != client.get("/cost/").headers["ETag"]


def test_date_of_a_change_is_enough_to_know_the_sitemap(client: Client):
    changed = client.get("/sitemap.xml").headers["Last-Modified"]
    known = client.get("/sitemap.xml", headers={"If-Modified-Since": changed})
    assert known.status_code == 304


@pytest.mark.django_db
def test_what_may_not_be_stored_has_no_etag(client: Client):
    assert "ETag" not in client.get("/desk/login/").headers
    assert "ETag" not in client.post("/faq/").headers


@override_settings(ALLOWED_HOSTS=["lamplight.example"])
def test_unknown_host_gets_a_kind_page(client: Client):
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "988" in response.content.decode()
    assert "elsewhere" not in response.content.decode()
