"""A folder is made once, whole, by one process at a time; without one the site answers too."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from clinic_site.web.own_request import ask
from pages.prerender import render, static_build
from pages.prerender.fingerprint import fingerprint
from pages.prerender.render import NotRendered
from pages.prerender.serve import PageFiles
from pages.registry import PAGES, PageKind
from tests.plugin.in_process import Application


@pytest.fixture
def place(tmp_path, settings):
    """An empty place for folders."""
    settings.PAGES_DIR = tmp_path / "pages"
    return settings.PAGES_DIR


@pytest.fixture
def few(monkeypatch):
    """Two addresses instead of all, for tests in which more say no more."""
    monkeypatch.setattr(render, "ADDRESSES", ("/faq/", "/robots.txt"))


def failing(environ, start_response):
    start_response("500 Internal Server Error", [])
    return [b"no page"]


def test_every_page_but_the_forms_is_rendered_without_a_query(django_assert_num_queries, db):
    forms = {f"/{page.path}" for page in PAGES if page.kind is PageKind.FORM}
    pages = {f"/{page.path}" for page in PAGES} - forms
    assert forms
    with django_assert_num_queries(0):
        assert set(render.render_all(Application())) == pages | {"/robots.txt"}


def test_answer_that_may_not_be_stored_is_left_out(monkeypatch):
    monkeypatch.setattr(render, "ADDRESSES", ("/faq/", "/healthz"))
    assert set(render.render_all(Application())) == {"/faq/"}


@pytest.mark.usefixtures("few")
def test_folder_is_made_once(place):
    name = fingerprint()
    first = render.ensure_build(Application(), name)
    assert first == place / name
    assert render.ensure_build(failing, name) == first  # nobody was asked again


@pytest.mark.usefixtures("few")
def test_processes_that_start_together_wait_for_the_first(place):
    asked = []

    def application(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return Application()(environ, start_response)

    name = fingerprint()
    with ThreadPoolExecutor(4) as processes:
        done = [processes.submit(render.ensure_build, application, name) for _ in range(4)]
    assert {each.result() for each in done} == {place / name}
    assert len(asked) == 2 * len(render.ADDRESSES)


@pytest.mark.usefixtures("few")
def test_broken_folder_is_made_anew(place):
    folder = render.ensure_build(Application(), fingerprint())
    (folder / "files" / "faq" / "index.html").write_bytes(b"")
    render.ensure_build(Application(), folder.name)
    assert set(static_build.read_build(folder)) == {"/faq/", "/robots.txt"}
    assert (folder / "files" / "faq" / "index.html").stat().st_size > 0


@pytest.mark.usefixtures("few")
def test_failed_page_publishes_nothing(place):
    with pytest.raises(NotRendered, match="500 instead of 200"):
        render.ensure_build(failing, fingerprint())
    assert [each.name for each in place.iterdir()] == [render.LOCK]


@pytest.mark.usefixtures("few")
def test_page_whose_answer_changes_with_each_request_publishes_nothing(place):
    def application(environ, start_response):
        headers = [("Cache-Control", "public"), ("ETag", f'"{os.urandom(4).hex()}"')]
        start_response("200 OK", headers)
        return [b"another page"]

    with pytest.raises(NotRendered, match="200 instead of 304"):
        render.ensure_build(application, fingerprint())


@pytest.mark.usefixtures("few")
def test_change_while_we_render_publishes_nothing(place, monkeypatch):
    with pytest.raises(NotRendered, match="changed meanwhile"):
        render.ensure_build(Application(), "the-name-of-before")
    assert [each.name for each in place.iterdir()] == [render.LOCK]


@pytest.mark.usefixtures("few")
def test_old_folders_and_what_a_killed_process_left_are_removed(place):
    for number in range(render.KEPT + 2):
        (place / f"old-{number}").mkdir(parents=True)
        os.utime(place / f"old-{number}", (number, number))
    (place / ".killed" / "made").mkdir(parents=True)
    name = fingerprint()
    render.ensure_build(Application(), name)
    newest = {f"old-{number}" for number in range(3, render.KEPT + 2)}
    assert {each.name for each in place.iterdir()} == newest | {name, render.LOCK}


@pytest.mark.usefixtures("few")
def test_folder_that_is_used_stays_among_the_newest(place):
    name = fingerprint()
    os.utime(render.ensure_build(Application(), name), (1, 1))
    for number in range(render.KEPT):
        (place / f"old-{number}").mkdir()
    render.ensure_build(Application(), name)
    assert (place / name).exists()


@pytest.mark.usefixtures("few", "place")
def test_site_stands_behind_its_files(settings):
    settings.PAGES_FROM_FILES = True
    application = render.wrap(Application(), fingerprint())
    assert isinstance(application, PageFiles)
    assert ask(application, "/healthz").body == b"ok"


@pytest.mark.usefixtures("few")
def test_site_without_files_is_the_site(place, settings):
    settings.PAGES_FROM_FILES = False
    application = Application()
    assert render.wrap(application, fingerprint()) is application
    assert not place.exists()


def test_site_that_cannot_write_answers_all_the_same(tmp_path, settings, caplog):
    (tmp_path / "a-file").touch()
    settings.PAGES_DIR = tmp_path / "a-file" / "pages"
    settings.PAGES_FROM_FILES = True
    application = Application()
    with caplog.at_level(logging.ERROR):
        assert render.wrap(application, fingerprint()) is application
    assert caplog.messages == ["pages are rendered for each request"]


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_command_prints_the_folder(place, capsys):
    call_command("prerender")
    assert capsys.readouterr().out.strip() == str(place / fingerprint())
