"""Asking the application without a server."""

from http import HTTPStatus

import pytest

from clinic_site.web.own_request import ask


class Body:
    """What an application hands over, and whether the asker closed it."""

    def __init__(self, *parts):
        self.parts = parts
        self.is_closed = False

    def __iter__(self):
        yield from self.parts

    def close(self):
        self.is_closed = True


def test_answer_is_whole_and_the_application_may_tidy_up():
    body = Body(b"one ", b"page")

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    answer = ask(application, "/")
    assert (answer.status, answer.body) == (HTTPStatus.OK, b"one page")
    assert answer.header("Content-Type") == "text/plain"
    assert answer.header("ETag") == ""
    assert body.is_closed


def test_request_comes_by_a_name_of_the_site_through_tls(settings):
    settings.ALLOWED_HOSTS = [".lamplight.example"]
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return []

    ask(application, "/faq/", HTTP_ACCEPT_ENCODING="gzip")
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"]) == ("GET", "/faq/")
    assert (seen["HTTP_HOST"], seen["wsgi.url_scheme"]) == ("lamplight.example", "https")
    assert seen["HTTP_ACCEPT_ENCODING"] == "gzip"


def test_failure_of_the_application_is_the_askers():
    def application(environ, start_response):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(application, "/")
