"""A folder of pages: whole, ours, or not used."""

import gzip
import json

import brotli
import pytest

from pages.prerender import static_build
from pages.prerender.static_build import IncompleteBuild, StoredPage

TEXT = b"<!doctype html><p>Evening group, Monday and Wednesday. " * 30
PAGE = StoredPage((("Content-Type", "text/html"), ("ETag", 'W/"1"')), (("ETag", 'W/"1"'),))
PAGES = {"/": (PAGE, TEXT), "/faq/": (PAGE, TEXT), "/robots.txt": (PAGE, b"User-agent: *")}


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "build"
    static_build.write_build(place, PAGES)
    return place


def test_what_was_written_is_read(folder):
    assert static_build.read_build(folder) == dict.fromkeys(PAGES, PAGE)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "files/index.html"),
        ("/faq/", "files/faq/index.html"),
        ("/robots.txt", "files/robots.txt"),
    ],
)
def test_files_lie_where_a_front_server_looks(folder, path, file):
    assert static_build.file_of(path) == file
    assert (folder / file).read_bytes() == PAGES[path][1]


def test_copies_are_compressed_as_far_as_it_goes(folder):
    file = folder / "files" / "faq" / "index.html"
    small = file.with_name("index.html.br").read_bytes()
    assert small == brotli.compress(TEXT, quality=11)
    assert gzip.decompress(file.with_name("index.html.gz").read_bytes()) == TEXT


def test_missing_folder_is_not_whole(tmp_path):
    with pytest.raises(IncompleteBuild):
        static_build.read_build(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["index.html", "faq/index.html.br", "robots.txt"])
def test_file_that_was_cut_off_spoils_the_folder(folder, name):
    (folder / "files" / name).write_bytes(b"")
    with pytest.raises(IncompleteBuild, match="has changed"):
        static_build.read_build(folder)


def test_file_that_is_missing_spoils_the_folder(folder):
    (folder / "files" / "faq" / "index.html.gz").unlink()
    with pytest.raises(IncompleteBuild, match="has changed"):
        static_build.read_build(folder)


def test_other_headers_spoil_the_folder(folder):
    listed = json.loads((folder / static_build.HEADERS).read_text())
    listed["pages"] = listed["pages"].replace("text/html", "text/plain")
    (folder / static_build.HEADERS).write_text(json.dumps(listed))
    with pytest.raises(IncompleteBuild, match="has changed"):
        static_build.read_build(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"digest": 1}'])
def test_headers_that_cannot_be_read_spoil_the_folder(folder, text):
    (folder / static_build.HEADERS).write_text(text)
    with pytest.raises(IncompleteBuild):
        static_build.read_build(folder)


def test_folder_that_others_can_write_is_not_used(folder):
    folder.chmod(0o777)
    with pytest.raises(IncompleteBuild, match="not ours alone"):
        static_build.read_build(folder)


def test_folder_of_somebody_else_is_not_used(folder, monkeypatch):
    owner = folder.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    with pytest.raises(IncompleteBuild, match="not ours alone"):
        static_build.read_build(folder)
