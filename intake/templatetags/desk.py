"""How the desk prints what a visitor chose and typed."""

from enum import StrEnum

from django import template
from django.conf import settings

from intake.answers import Asker, Channel, OtherAnswers, Voicemail, Window

register = template.Library()

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

# Direction marks and other invisible characters can make text read as something else.
INVISIBLE = {
    **{code: f"[U+{code:04X}]" for code in range(0x202A, 0x202F)},
    **{code: f"[U+{code:04X}]" for code in range(0x2066, 0x206A)},
    **{code: f"[U+{code:04X}]" for code in (0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF)},
}


@register.filter
def words_of(choice: StrEnum) -> str:
    """An answer in the words of the desk."""
    return WORDS[choice]


@register.filter
def visible(text: str) -> str:
    """The text as typed, with invisible direction marks made visible."""
    return text.translate(INVISIBLE)


@register.filter
def windows_in_words(windows: Window) -> str:
    """ "weekdays morning, weekends evening", with the hours of the clinic's file."""
    if not windows:
        return "any time"
    parts = settings.CLINIC.contact_windows
    return ", ".join(_window_words(window, parts) for window in Window if window & windows)


def _window_words(window: Window, parts: object) -> str:
    days, part = (window.name or "").lower().split("_")
    return f"{days}s {part} ({getattr(parts, part)})"
