"""The list of pages, and what an author is told about a mistake in it."""

import tomllib

import pytest

from clinic_site.clinic.file_reader import ClinicFileError
from pages.registry import FILE, PAGES, PageKind, by_name, load_registry

ENTRY = """
[[page]]
name = "{name}"
kind = "{kind}"
group = "Treatment"
label = "A"
title = "A"
heading = "A"
description = "A"
changed = 2026-11-24
"""


def written(tmp_path, text: str):
    path = tmp_path / "pages.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_list_is_read():
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["page"]
    assert [page.name for page in PAGES] == [entry["name"] for entry in listed]
    assert by_name("home").path == ""
    assert by_name("contact-sent").path == "contact/sent/"
    assert by_name("faq").kind is PageKind.CONTENT


def test_unknown_name_says_which_names_there_are():
    with pytest.raises(KeyError, match='no page "nowhere"; there are: home, '):
        by_name("nowhere")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("reading_order = [", "pages.toml: "),
        (
            "reading_order = []" + ENTRY.format(name="a", kind="poem"),
            r"page\[0\].kind: expected one of home",
        ),
        (
            "reading_order = ['b']" + ENTRY.format(name="a", kind="content"),
            'reading_order: no page "b"',
        ),
        (
            "reading_order = []" + ENTRY.format(name="a", kind="content") + "parent = 'b'",
            'page a: parent: no page "b"',
        ),
        ("reading_order = []" + 2 * ENTRY.format(name="a", kind="content"), "page a: listed twice"),
        (
            "reading_order = []" + ENTRY.format(name="a", kind="content") + "lable = 'A'",
            "lable: unknown key",
        ),
    ],
)
def test_mistake_is_told_with_its_place(tmp_path, text, told):
    with pytest.raises(ClinicFileError, match=told):
        load_registry(written(tmp_path, text))
