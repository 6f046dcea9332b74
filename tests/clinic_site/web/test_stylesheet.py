"""The inlined stylesheet: complete, allowed by its own hash, and safe inside <style>."""

import base64
import hashlib
import re
from pathlib import Path

import brotli
import pytest
import rcssmin
from django.core.management import call_command

from clinic_site.web import stylesheet
from pages.registry import PAGES

LAYERS = "@layer reset,tokens,base,layout,components,utilities;"
LARGEST = 4_200  # bytes of brotli; with the words a page must stay within 14,600


@pytest.fixture(scope="module", autouse=True)
def _collected():
    call_command("collectstatic", interactive=False, verbosity=0)


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


@pytest.mark.parametrize("name", sorted(set(sources()) - {"layers.css"}))
def test_each_file_wraps_itself_in_its_layer(name):
    text = re.sub(r"/\*.*?\*/", "", sources()[name], flags=re.DOTALL).strip()
    assert re.match(r"@layer (reset|tokens|base|layout|components|utilities) \{", text)
    assert text.endswith("\n}")


@pytest.mark.parametrize("name", sorted(sources()))
def test_no_selector_has_a_space_that_the_minifier_swallows(name):
    text = re.sub(r"/\*.*?\*/", "", sources()[name], flags=re.DOTALL)
    spaced = re.findall(r"[\w\]*\"-] :[a-z-]+", text)
    assert [each for each in spaced if each not in rcssmin.cssmin(text)] == []


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


def classes_of(css):
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_carries_the_styles_of_its_classes(client, page):
    html = client.get(f"/{page.path}").content.decode()
    used = {name for names in re.findall(r'\sclass="([^"]+)"', html) for name in names.split()}
    sheet = stylesheet.build()
    carried = [sheet.text, *(css for css in sheet.parts.values() if css in html)]
    missing = used - {name for css in carried for name in classes_of(css)}
    needed = {name: sorted(missing & classes_of(css)) for name, css in sheet.parts.items()}
    assert not any(needed.values()), f"add {{% style %}} for {needed}"


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
