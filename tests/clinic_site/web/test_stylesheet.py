"""The inlined stylesheet: complete, allowed by its own hash, and safe inside <style>."""

import base64
import hashlib
import re
from pathlib import Path

import brotli
import pytest
import rcssmin

from clinic_site.web import stylesheet

LAYERS = "@layer reset,tokens,base,layout,components,utilities;"
LARGEST = 4_200  # bytes of brotli; with the words a page must stay within 14,600


@pytest.fixture
def text():
    return str(stylesheet.build().text)


def sources():
    paths = [*stylesheet.sources(), *stylesheet.part_sources()]
    return {path.name: path.read_text("utf-8") for path in paths}


def test_declares_the_order_of_layers_first(text):
    assert text.startswith(LAYERS)


def test_every_component_file_is_in_it():
    files = {path.name for path in (stylesheet.SOURCES / "components").iterdir()}
    assert files <= set(sources())


def plain_sources():
    """The files without their comments, by name."""
    return {
        name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip()
        for name, text in sources().items()
    }


def test_each_file_wraps_itself_in_its_layer():
    layer = re.compile(
        r"@layer (reset|tokens|base|layout|components|utilities) \{.*\n\}", re.DOTALL
    )
    bare = [name for name, text in plain_sources().items() if not layer.fullmatch(text)]
    assert bare == ["layers.css"]


def test_no_selector_has_a_space_that_the_minifier_swallows():
    swallowed = {
        name: [
            each
            for each in re.findall(r"[\w\]*\"-] :[a-z-]+", text)
            if each not in rcssmin.cssmin(text)
        ]
        for name, text in plain_sources().items()
    }
    assert {name: found for name, found in swallowed.items() if found} == {}


def test_minified_keeps_the_spaces_of_calculations(text):
    assert "clamp(1.25rem,1.19rem + .3vw,1.4rem)" in text


def test_hashes_are_those_of_the_texts():
    built = stylesheet.build()
    digests = [
        hashlib.sha256(text.encode()).digest() for text in (built.text, *built.parts.values())
    ]
    expected = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert built.csp_source.split() == expected


def test_nothing_can_end_the_style_element(text):
    assert "<" not in text + "".join(stylesheet.build().parts.values())


def test_fonts_come_from_the_static_storage(text):
    assert re.findall(r"url\(([^)]*)\)", text)
    assert all(url.startswith("/static/") for url in re.findall(r"url\(([^)]*)\)", text))


def test_font_is_small_and_its_license_is_beside_it():
    fonts = stylesheet.SOURCES.parent / "fonts"
    assert (fonts / "literata-600.woff2").stat().st_size <= 15_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "literata-600.OFL.txt").read_text("utf-8")


def test_size(text):
    assert len(brotli.compress(text.encode())) <= LARGEST


def test_no_visual_order_and_no_physical_sides():
    for name, text in sources().items():
        found = re.findall(r"^\s*(order|float|[\w-]*-?(?:left|right)):", text, flags=re.MULTILINE)
        assert found == [], name


def test_inline_is_built_once_in_production_and_anew_while_developing(settings, monkeypatch):
    built = []
    monkeypatch.setattr(stylesheet, "build", lambda: built.append(1))
    stylesheet._built_once.cache_clear()
    settings.DEBUG = False
    stylesheet.inline()
    stylesheet.inline()
    assert len(built) == 1
    settings.DEBUG = True
    stylesheet.inline()
    stylesheet.inline()
    assert len(built) == 3
    stylesheet._built_once.cache_clear()


def test_theme_colors_of_the_browser_are_the_paper_of_both_themes():
    base = (Path(stylesheet.SOURCES).parent.parent / "templates" / "base.html").read_text("utf-8")
    found = re.findall(r'name="theme-color".*?content="(#\w+)"', base)
    assert found == re.findall(r"--paper: (#\w+);", sources()["tokens.css"])
