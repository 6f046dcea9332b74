"""Words for every choice, and text in which nothing stays unseen."""

import unicodedata
from enum import StrEnum

import pytest
from django.template import Context, Template

from intake.models import LedgerEntry
from intake.seal.answers import Asker, Channel, OtherAnswers, Voicemail, Window
from intake.templatetags import desk
from intake.templatetags.desk import visible, windows_in_words, words_of

ALL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize("choices", [Asker, Channel, Voicemail, OtherAnswers])
def test_every_choice_has_its_own_words(choices: type[StrEnum]) -> None:
    words = [words_of(each) for each in choices]

    assert len(set(words)) == len(words) > 1
    assert not {str(each) for each in choices} & set(words) - {"email"}


@pytest.mark.parametrize("mark", ALL)
def test_direction_marks_are_seen(mark: str) -> None:
    assert visible(f"a{mark}b") == f"a[U+{ord(mark):04X}]b"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u2028", "\u2029", "\x1b", "\x00", "\u3164"]
)
def test_what_nobody_sees_is_seen(hidden: str) -> None:
    assert visible(hidden) == f"[U+{ord(hidden):04X}]"


def test_nothing_that_formats_or_controls_stays_unseen() -> None:
    hidden = [
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
    ]
    unseen = {character for character in hidden if visible(character) == character}

    assert unseen == set("\n\r\t\u200c\u200d")


@pytest.mark.parametrize(
    "text", ["Sam", "line\nline\ttab", "é ü 漢字 עברית العربية", "نمی\u200cخواهم", "👩\u200d🚒", ""]
)
def test_ordinary_text_stays_as_typed(text: str) -> None:
    assert visible(text) == text


def test_markup_is_still_escaped() -> None:
    page = Template("{% load desk %}{{ text|visible }}").render(Context({"text": "<b>\u202e&"}))

    assert page == "&lt;b&gt;[U+202E]&amp;"


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        (Window(0), "any time"),
        (Window.WEEKDAY_MORNING, "weekday mornings (8 am to noon)"),
        (
            Window.WEEKDAY_EVENING | Window.WEEKEND_AFTERNOON,
            "weekday evenings (5 to 8 pm), weekend afternoons (noon to 5 pm)",
        ),
    ],
)
def test_windows_are_said_with_the_hours_of_the_clinic(windows: Window, words: str) -> None:
    assert windows_in_words(windows) == words


@pytest.mark.parametrize(
    ("typed", "channel", "link"),
    [
        ("217-555-0100", Channel.PHONE, "tel:+12175550100"),
        ("1 (217) 555-0100", Channel.PHONE, "tel:+12175550100"),
        ("217.555.0100 ext. 12", Channel.TEXT, "sms:+12175550100"),
        (" +49 555 0100 123", Channel.PHONE, "tel:+495550100123"),
        ("217-555-0100<script>1", Channel.PHONE, "tel:+12175550100"),
        ("\u0662\u0661\u0667 555 0100", Channel.PHONE, "tel:+12175550100"),
    ],
)
def test_number_that_dials_is_digits_only(typed: str, channel: Channel, link: str) -> None:
    assert desk.phone_link(typed, channel) == link


def test_line_of_the_ledger_in_words() -> None:
    line = LedgerEntry(action="handed_over", detail="owner; cover")

    assert desk.line_in_words(line) == "handed over (owner; cover)"
    assert desk.line_in_words(LedgerEntry(action="noted")) == "noted"
