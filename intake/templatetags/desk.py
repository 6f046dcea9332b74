"""Template filters of the desk: what a visitor chose and typed, in words and safe to read."""

import unicodedata
from enum import StrEnum

from django import template
from django.conf import settings

from clinic_site.clinic.opening_hours import ContactWindows
from intake.models import LedgerEntry
from intake.seal.answers import Asker, Channel, OtherAnswers, Voicemail, Window

register = template.Library()
LONGEST_NUMBER = 15  # ITU E.164

WORDS: dict[StrEnum, str] = {
    Asker.SELF: "the person who wrote",
    Asker.SOMEONE: "someone they care about",
    Asker.PATIENT: "a patient or client of theirs",
    Channel.PHONE: "phone call",
    Channel.TEXT: "text message",
    Channel.EMAIL: "email",
    Voicemail.NOTHING: "leave no message",
    Voicemail.DISCREET: "leave a message that does not say where you call from",
    Voicemail.NORMAL: "leave a normal message",
    OtherAnswers.HANG_UP: "say nothing and hang up",
    OtherAnswers.ASK_BY_NAME: "ask for them by the name given; without a name, hang up",
    OtherAnswers.SAY_CLINIC: "you may say the clinic’s name",
}

# Line breaks and tabs show by themselves; the joiners belong to words and emoji (U+200C, U+200D).
SHOWN = frozenset("\n\r\t\u200c\u200d")
HIDDEN_KINDS = frozenset({"Cc", "Cf", "Zl", "Zp"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class _Visible(dict[int, str]):
    """For `str.translate`: direction marks and whatever else nobody sees becomes its number."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        hidden = unicodedata.category(character) in HIDDEN_KINDS or character in BLANK_LETTERS
        shown = f"[U+{code:04X}]" if hidden and character not in SHOWN else character
        return self.setdefault(code, shown)


_VISIBLE = _Visible()


@register.filter
def words_of(choice: StrEnum) -> str:
    """A visitor's choice in the words of the desk."""
    return WORDS[choice]


@register.filter
def visible(text: str) -> str:
    """The text as typed; what could make it read as something else shows as its number."""
    return text.translate(_VISIBLE)


@register.filter
def phone_link(text: str, channel: Channel) -> str:
    """A link that dials the number, or begins a text to it, whatever was typed around its digits.

    A US number has ten digits, and eleven with its 1; what follows is an extension.
    """
    digits = "".join(str(int(each)) for each in text if each.isdecimal())
    foreign = text.lstrip().startswith("+") and not digits.startswith("1")
    number = digits[:LONGEST_NUMBER] if foreign else f"1{digits.removeprefix('1')[:10]}"
    return f"{'sms' if channel is Channel.TEXT else 'tel'}:+{number}"


@register.filter
def line_in_words(line: LedgerEntry) -> str:
    """What a line of the ledger says: "stepped (new > claimed)"."""
    what = line.action.replace("_", " ")
    return f"{what} ({line.detail})" if line.detail else what


@register.filter
def windows_in_words(windows: int) -> str:
    """Windows with the clinic's hours: "weekday mornings (8 am to noon)"; none is "any time"."""
    if not windows:
        return "any time"
    parts = settings.CLINIC.contact_windows
    return ", ".join(_window_words(window, parts) for window in Window if window & windows)


def _window_words(window: Window, parts: ContactWindows) -> str:
    days, part = (window.name or "").lower().split("_")
    return f"{days} {part}s ({getattr(parts, part)})"
