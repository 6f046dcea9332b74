"""What gunicorn's first process has done before it forks a worker, and what a worker sends."""

import http.client
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

from pages.prerender.render import ADDRESSES
from tests.plugin.live_site import running_site
from tests.plugin.waiting import PATIENCE

ASK = "import sys, clinic_site.wsgi; print(*(name in sys.modules for name in sys.argv[1:]))"
VIEWS = ("intake.receive.views", "pages.views", "intake.store.submission")
SHOW = """
from clinic_site.web.own_request import ask
from clinic_site.wsgi import application
answer = ask(application, "/faq/")
print(type(application).__name__, answer.headers, answer.body.decode())
"""
COPIED = ("clinic_site", "pages", "intake", "templates", "static", "clinic.toml")
CHANGES = {  # file: what is changed, into what, what the answer then shows
    "clinic.toml": ("217-555-0168", "217-555-0199", "555-0199"),
    "pages/pages.toml": ('heading = "Questions', 'heading = "New questions', "<h1>New questions"),
    "templates/pages/en/faq.html": ("</h2>", " and more</h2>", " and more</h2>"),
    "templates/partials/footer.html": ("<footer", "<footer data-another", "<footer data-another"),
    "static/css/utilities.css": ("@layer utilities {", "@layer utilities { .x{top:0}", ".x{top:0}"),
    "collected/staticfiles.json": (
        ': "img/favicon.',
        ': "img/favicon.another.',
        "favicon.another.",
    ),
    "pages/views.py": ("max-age=300", "max-age=299", "max-age=299"),
}


def test_workers_find_everything_imported():
    done = subprocess.run(
        [sys.executable, "-c", ASK, *VIEWS], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True"] * len(VIEWS), done.stderr


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A deployment of its own."""
    place = tmp_path_factory.mktemp("deployment")
    for name in COPIED:
        source = settings.BASE_DIR / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, place / name)
    (place / "collected").mkdir()
    shutil.copy(settings.STATIC_ROOT / "staticfiles.json", place / "collected")
    return place


@pytest.fixture(scope="module")
def first(checkout):
    """What its first start shows."""
    return start(checkout)


def start(checkout: Path, **environment: str) -> str:
    """What the page shows after a start, with its headers and the kind of application before."""
    own = {"CLINIC_VAR": str(checkout / "var"), "STATIC_ROOT": str(checkout / "collected")}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=checkout,
        env=os.environ | own | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_restart_after_a_change_shows_no_old_page(checkout: Path, first: str):
    stale = []
    for name, (old, new, shown) in CHANGES.items():
        file = checkout / name
        text = file.read_text()
        file.write_text(text.replace(old, new))
        after = start(checkout)
        file.write_text(text)
        if shown in first or shown not in after or not after.startswith("PageFiles"):
            stale.append(name)

    assert stale == []
    assert first.startswith("PageFiles")
    assert start(checkout) == first


def test_page_is_rendered_live_when_that_is_wanted(checkout: Path, first: str):
    kind, _, words = start(checkout, CLINIC_PAGES="live").partition(" ")
    assert kind == "WSGIHandler"
    assert words.partition("<!doctype")[2] == first.partition("<!doctype")[2]


def test_page_is_rendered_live_while_developing(checkout: Path):
    assert start(checkout, DJANGO_DEBUG="1").startswith("WSGIHandler")


class Received(NamedTuple):
    """An answer as a client gets it; the clock and the length left out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def raw(address: str, method: str, path: str, **headers: str) -> Received:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    host = address.partition("//")[2]
    with closing(http.client.HTTPConnection(host, timeout=PATIENCE)) as connection:
        connection.request(method, path, headers=names)
        answer = connection.getresponse()
        passing = ("Date", "Content-Length")
        kept = sorted(each for each in answer.getheaders() if each[0] not in passing)
        return Received(answer.status, kept, answer.read())


@pytest.mark.usefixtures("live_site")
def test_gunicorn_sends_the_same_from_files_and_live():
    with ExitStack() as stack:
        files = stack.enter_context(running_site())
        live = stack.enter_context(running_site(CLINIC_PAGES="live"))
        for path in (*ADDRESSES, "/contact/sent/", "/faq", "/no-such-page/"):
            for method in ("GET", "HEAD"):
                ours, theirs = raw(files, method, path), raw(live, method, path)
                assert ours == theirs
            etag = dict(ours.headers).get("ETag", "none")
            again = raw(files, "GET", path, If_None_Match=etag)
            assert again == raw(live, "GET", path, If_None_Match=etag)
            assert again.status == 304 or path not in ADDRESSES


@pytest.mark.usefixtures("live_site")
def test_gunicorn_sends_brotli_and_keeps_the_connection():
    with (
        running_site() as address,
        closing(
            http.client.HTTPConnection(address.partition("//")[2], timeout=PATIENCE)
        ) as connection,
    ):
        for _ in range(3):
            connection.request("GET", "/faq/", headers={"Accept-Encoding": "gzip, br"})
            answer = connection.getresponse()
            assert answer.getheader("Content-Encoding") == "br"
            assert len(answer.read()) == int(answer.headers["Content-Length"])
            assert answer.getheader("Connection") == "keep-alive"
