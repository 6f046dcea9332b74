"""Contrast of every pair of colors in use, recomputed from tokens.css in both themes.

Ratios after WCAG 2.2, "relative luminance" and "contrast ratio". Text needs 7:1 (1.4.6), shapes
that carry meaning 3:1 (1.4.11).
"""

import re
from itertools import product

import pytest

from clinic_site.web import stylesheet

GROUNDS = ("paper", "mist", "dawn", "surface")
TEXT = [
    *product(("ink", "muted", "link", "link-hover", "berry", "fern"), GROUNDS),
    ("ink", "fern-tint"),
    ("ink", "berry-tint"),
    ("berry", "berry-tint"),
    ("fern", "fern-tint"),
    ("on-link", "link"),
    ("on-link", "link-hover"),
    ("on-link", "berry"),
    ("on-link", "ink"),
    ("on-lamp", "lamp"),
    ("on-lamp", "lamp-soft"),
    ("on-night", "night"),
    ("lamp-soft", "night"),
]
SHAPES = [
    *product(("control",), GROUNDS),
    ("berry", "surface"),
    ("lamp", "night"),
    ("focus-ink", "lamp"),
]
RING_GROUNDS = (*GROUNDS, "berry-tint", "night", "link", "lamp")


def themes():
    text = (stylesheet.SOURCES / "tokens.css").read_text("utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return {"light": colors, "dark": colors | dict(re.findall(r"--([\w-]+): (#\w{6});", dark))}


THEMES = themes()
both_themes = pytest.mark.parametrize("theme", sorted(THEMES))


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(theme, one, other):
    light, dark = sorted((luminance(THEMES[theme][n]) for n in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_the_largest_there_is():
    THEMES["check"] = {"black": "#000000", "white": "#ffffff"}
    assert contrast("check", "black", "white") == pytest.approx(21)
    del THEMES["check"]


@both_themes
def test_text_has_seven_to_one(theme):
    assert [pair for pair in TEXT if contrast(theme, *pair) < 7] == []


@both_themes
def test_shapes_have_three_to_one(theme):
    assert [pair for pair in SHAPES if contrast(theme, *pair) < 3] == []


@both_themes
def test_one_tone_of_the_focus_ring_stands_out(theme):
    tones = ("lamp", "focus-ink")
    best = {ground: max(contrast(theme, tone, ground) for tone in tones) for ground in RING_GROUNDS}
    assert {ground: ratio for ground, ratio in best.items() if ratio < 3} == {}


@both_themes
def test_lowest_ratios_are_those_that_were_measured(theme):
    lowest = min(contrast(theme, *pair) for pair in TEXT)
    assert lowest == pytest.approx({"light": 7.09, "dark": 8.11}[theme], abs=0.01)


def test_dark_theme_changes_every_color_but_the_two_that_stay():
    kept = {name for name, color in THEMES["light"].items() if THEMES["dark"][name] == color}
    assert kept == {"lamp-soft", "on-lamp"}
