"""The static build as it is served: the same response as from Django, or Django's own."""

import gzip
from dataclasses import replace
from itertools import product

import brotli
import pytest

from clinic_site.web.own_request import ask
from pages.prerender import render, serve, static_build
from pages.prerender.serve import PageFiles
from pages.registry import PAGES, PageKind
from tests.plugin.in_process import Application

PATHS = [f"/{page.path}" for page in PAGES if page.kind is not PageKind.FORM] + ["/robots.txt"]
BY_ENCODING = ("Content-Encoding", "Content-Length")
UNPACKED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}

METHODS_AND_ENCODINGS = [
    {"REQUEST_METHOD": method, "HTTP_ACCEPT_ENCODING": encoding}
    for method in ("GET", "HEAD")
    for encoding in ("", "gzip", "br", "gzip, deflate, br, zstd")
]


@pytest.fixture(scope="module")
def django():
    """The site without files."""
    return Application()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, django):
    """One static build for the whole module."""
    place = tmp_path_factory.mktemp("pages") / "build"
    static_build.write_build(place, render.render_all(django))
    return place


@pytest.fixture
def files(folder):
    """The site with files."""
    return PageFiles(Application(), folder)


def from_file(files, path="/faq/", **environ):
    """The answer; the application inside must not have been asked."""
    answer = ask(files, path, **environ)
    assert files.application.asked == 0
    return answer


def from_django(files, path="/faq/", **environ):
    """The answer; the application inside must have been asked."""
    answer = ask(files, path, **environ)
    assert files.application.asked == 1
    return answer


def lasting(answer):
    """Headers that an encoding does not change."""
    return {name: value for name, value in answer.headers if name not in BY_ENCODING}


def text(answer):
    return UNPACKED[answer.header("Content-Encoding")](answer.body)


def test_answer_is_the_same(files, django):
    different = []
    for path, request in product(PATHS, METHODS_AND_ENCODINGS):
        ours, theirs = from_file(files, path, **request), ask(django, path, **request)
        same = ours.status == theirs.status == 200 and lasting(ours) == lasting(theirs)
        if request["REQUEST_METHOD"] == "GET":
            same = same and text(ours) == text(theirs) != b""
        else:
            same = same and ours.body == b""
        if not same:
            different.append((path, request))
    assert different == []


def test_not_modified_is_the_same(files, django):
    different = []
    for path, request in product(PATHS, METHODS_AND_ENCODINGS):
        etag = ask(django, path, **request).header("ETag")
        again = request | {"HTTP_IF_NONE_MATCH": etag}
        ours, theirs = from_file(files, path, **again), ask(django, path, **again)
        same = ours.status == theirs.status == 304 and sorted(ours.headers) == sorted(
            theirs.headers
        )
        named = (ours.header("ETag"), ours.header("Vary")) == (etag, "Accept-Encoding")
        if not (same and named and ours.body == theirs.body == b""):
            different.append((path, request))
    assert different == []


def test_answer_depends_on_nothing_that_a_reader_sends(files, django):
    """The files ignore these headers, so Django has to ignore them, too."""
    odd = {
        "QUERY_STRING": "utm_source=card&for=someone&by=1",
        "HTTP_COOKIE": f"sessionid={'s' * 32}; csrftoken={'t' * 32}",
        "HTTP_ACCEPT_LANGUAGE": "es",
        "HTTP_USER_AGENT": "old phone",
        "HTTP_REFERER": "https://elsewhere.example/",
        "HTTP_RANGE": "bytes=0-9",
        "HTTP_IF_MODIFIED_SINCE": "Wed, 25 Nov 2099 12:00:00 GMT",
        "HTTP_HOST": "127.0.0.1:8001",
        "wsgi.url_scheme": "http",
    }
    plain = {path: ask(django, path) for path in PATHS}
    assert [path for path in PATHS if ask(django, path, **odd) != plain[path]] == []
    bodies = {path: from_file(files, path, **odd).body for path in PATHS}
    assert [path for path in PATHS if bodies[path] != plain[path].body] == []


@pytest.mark.parametrize("year", [2027, 2031])
def test_answers_do_not_depend_on_the_day(files, django, time_machine, year):
    time_machine.move_to(f"{year}-07-04T03:00:00+00:00")
    for path in PATHS:
        assert ask(django, path).body == from_file(files, path).body, path


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip;q=1.0, br;q=0.1", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("*", ""),
        ("identity", ""),
        ("zstd, x-br", ""),
    ],
)
def test_smallest_copy_that_the_reader_takes(files, header, encoding):
    assert from_file(files, HTTP_ACCEPT_ENCODING=header).header("Content-Encoding") == encoding


def test_compressed_copies_get_smaller(files):
    sizes = [
        int(from_file(files, HTTP_ACCEPT_ENCODING=encoding).header("Content-Length"))
        for encoding in ("br", "gzip", "")
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2] / 2


@pytest.mark.parametrize("known", ["{etag}", 'W/"a", {etag}', '"{bare}"', '"a", "{bare}"', "*"])
def test_known_page_is_not_sent_again(files, django, known):
    etag = from_file(files).header("ETag")
    header = known.format(etag=etag, bare=etag.removeprefix("W/").strip('"'))
    ours = from_file(files, HTTP_IF_NONE_MATCH=header)
    theirs = ask(django, "/faq/", HTTP_IF_NONE_MATCH=header)
    assert (ours.status, ours.body) == (theirs.status, theirs.body) == (304, b"")


@pytest.mark.parametrize("known", ['"another"', 'W/"a", W/"b"', "", "unquoted"])
def test_another_page_is_sent(files, django, known):
    ours = from_file(files, HTTP_IF_NONE_MATCH=known)
    assert ours.status == ask(django, "/faq/", HTTP_IF_NONE_MATCH=known).status == 200


@pytest.mark.parametrize("path", ["/faq", "/faq/index.html", "//faq/", "/faq//", "/FAQ/", "/no/"])
def test_any_other_path_is_djangos(files, path):
    assert from_django(files, path).status in (301, 404)


@pytest.mark.parametrize("path", ["/contact/", "/contact/sent/"])
def test_form_is_djangos(files, path):
    assert from_django(files, path).header("Cache-Control") == "no-store"


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT", "DELETE"])
def test_any_other_method_is_djangos(files, method):
    assert from_django(files, REQUEST_METHOD=method).status in (403, 405)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_IF_MATCH", '"another"'),
        ("HTTP_IF_UNMODIFIED_SINCE", "Wed, 25 Nov 2020 12:00:00 GMT"),
    ],
)
def test_rare_condition_is_djangos(files, name, value):
    assert from_django(files, **{name: value}).status == 412


def test_below_another_root_is_djangos(files):
    from_django(files, SCRIPT_NAME="/site")


@pytest.mark.parametrize("host", ["elsewhere.example", "", "localhost.elsewhere.example", "a b"])
def test_unknown_host_is_djangos(files, host):
    assert from_django(files, HTTP_HOST=host).status == 400


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("lamplight.example", "lamplight.example"),
        ("lamplight.example", "LAMPLIGHT.example:8443"),
        (".lamplight.example", "www.lamplight.example"),
        ("[::1]", "[::1]:8000"),
    ],
)
def test_host_is_known_as_django_knows_it(folder, settings, allowed, host):
    settings.ALLOWED_HOSTS = [allowed]
    assert from_file(PageFiles(Application(), folder), HTTP_HOST=host).status == 200


@pytest.fixture
def through_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.usefixtures("through_tls")
@pytest.mark.parametrize("scheme", ["http", "", "HTTPS, http"])
def test_http_is_redirected(folder, scheme):
    files = PageFiles(Application(), folder)
    answer = from_django(files, HTTP_X_FORWARDED_PROTO=scheme)
    assert answer.status == 301
    assert answer.header("Location") == "https://localhost/faq/"


@pytest.mark.usefixtures("through_tls")
def test_https_is_served_with_what_production_says(tmp_path):
    secure = Application()
    static_build.write_build(tmp_path / "build", {"/faq/": render.render_all(secure)["/faq/"]})
    files = PageFiles(Application(), tmp_path / "build")
    assert from_file(files).header("Strict-Transport-Security") == "max-age=3600"
    assert lasting(from_file(files)) == lasting(ask(secure, "/faq/"))


@pytest.mark.usefixtures("through_tls")
def test_without_a_trusted_header_the_servers_word_counts(folder, settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    files = PageFiles(Application(), folder)
    assert from_file(files, **{"wsgi.url_scheme": "https"}).status == 200
    assert from_django(files, **{"wsgi.url_scheme": "http"}).status == 301


def test_folder_that_was_swept_away_does_no_harm(files, monkeypatch):
    for file in files.files.values():
        gone = [replace(copy, path=copy.path.with_suffix(".gone")) for copy in file.copies]
        monkeypatch.setattr(file, "copies", gone)
    assert from_django(files).status == 200


def test_spraying_hosts_fills_no_memory(files):
    for number in range(3 * serve.REMEMBERED):
        files.is_known_host(f"{number}.example")
    assert files.is_known_host.cache_info().currsize == serve.REMEMBERED
