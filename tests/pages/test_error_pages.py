"""Error pages: help for the reader, nothing of the request, and files for a front server."""

import io
import logging

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import path

from clinic_site import urls
from clinic_site.web.log_redaction import LineFormatter
from pages import error_pages


def test_not_found_repeats_nothing_of_the_address(client: Client):
    response = client.get("/secret-word-4711/")
    text = response.content.decode()
    assert response.status_code == 404
    assert "We can’t find that page" in text
    assert "secret-word" not in text


def break_it(request):
    raise RuntimeError("words of a person")


urlpatterns = [*urls.urlpatterns, path("broken/", break_it)]
handler500 = urls.handler500


@pytest.mark.urls(__name__)
def test_server_error_page_and_log_hold_no_words(client: Client, monkeypatch):
    written = io.StringIO()
    ours = [h for h in logging.getLogger().handlers if isinstance(h.formatter, LineFormatter)]
    monkeypatch.setattr(ours[0], "stream", written)
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "RuntimeError" in written.getvalue()
    assert "words of a person" not in written.getvalue()


def test_every_error_page_names_phone_and_988(clinic):
    for name in error_pages.ERROR_PAGES:
        text = error_pages.render(name)
        assert clinic.phone.number in text, name
        assert "988" in text, name
        assert text.count("<h1") == 1, name


def test_files_for_the_front_server(tmp_path):
    out = io.StringIO()
    call_command("write_error_pages", str(tmp_path), stdout=out)
    written = [tmp_path / "500.html", tmp_path / "maintenance.html"]
    assert out.getvalue().splitlines() == [f"wrote {path}" for path in written]
    assert "Something went wrong on our side" in written[0].read_text()
    assert "We are working on this page" in written[1].read_text()
