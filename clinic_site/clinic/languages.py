"""Languages in which a clinic can post its notices: BCP 47 tag, English name, own name.

Pages show the own name first, for readers who do not read English. To add a language, add a line
to NAMES, and its tag to RIGHT_TO_LEFT when it is written that way.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from clinic_site.clinic.file_reader import Conversion
from clinic_site.clinic.value_kinds import must

RIGHT_TO_LEFT = {"ar", "ckb", "fa", "he", "ps", "ur", "yi"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language; `tag` and `direction` are for the HTML attributes `lang` and `dir`."""

    tag: str
    name: str
    own_name: str

    @property
    def direction(self) -> str:
        """ "rtl" or "ltr"."""
        return "rtl" if self.tag in RIGHT_TO_LEFT else "ltr"


NAMES = {
    "am": ("Amharic", "አማርኛ"),
    "ar": ("Arabic", "العربية"),
    "bn": ("Bengali", "বাংলা"),
    "bs": ("Bosnian", "Bosanski"),
    "ceb": ("Cebuano", "Cebuano"),
    "ckb": ("Kurdish (Sorani)", "کوردیی ناوەندی"),
    "de": ("German", "Deutsch"),
    "el": ("Greek", "Ελληνικά"),
    "es": ("Spanish", "Español"),
    "fa": ("Persian", "فارسی"),
    "fr": ("French", "Français"),
    "gu": ("Gujarati", "ગુજરાતી"),
    "haw": ("Hawaiian", "ʻŌlelo Hawaiʻi"),
    "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"),
    "hmn": ("Hmong", "Hmoob"),
    "hr": ("Croatian", "Hrvatski"),
    "ht": ("Haitian Creole", "Kreyòl ayisyen"),
    "hy": ("Armenian", "Հայերեն"),
    "id": ("Indonesian", "Bahasa Indonesia"),
    "ig": ("Igbo", "Igbo"),
    "ilo": ("Ilocano", "Ilokano"),
    "it": ("Italian", "Italiano"),
    "ja": ("Japanese", "日本語"),
    "km": ("Khmer", "ភាសាខ្មែរ"),
    "ko": ("Korean", "한국어"),
    "lo": ("Lao", "ພາສາລາວ"),
    "ml": ("Malayalam", "മലയാളം"),
    "my": ("Burmese", "မြန်မာဘာသာ"),
    "ne": ("Nepali", "नेपाली"),
    "nl": ("Dutch", "Nederlands"),
    "nv": ("Navajo", "Diné bizaad"),
    "om": ("Oromo", "Afaan Oromoo"),
    "pa": ("Punjabi", "ਪੰਜਾਬੀ"),
    "pdc": ("Pennsylvania Dutch", "Deitsch"),
    "pl": ("Polish", "Polski"),
    "ps": ("Pashto", "پښتو"),
    "pt": ("Portuguese", "Português"),
    "ro": ("Romanian", "Română"),
    "ru": ("Russian", "Русский"),
    "sm": ("Samoan", "Gagana Sāmoa"),
    "so": ("Somali", "Soomaali"),
    "sq": ("Albanian", "Shqip"),
    "sr": ("Serbian", "Српски"),
    "sw": ("Swahili", "Kiswahili"),
    "ta": ("Tamil", "தமிழ்"),
    "te": ("Telugu", "తెలుగు"),
    "th": ("Thai", "ไทย"),
    "ti": ("Tigrinya", "ትግርኛ"),
    "tl": ("Tagalog", "Tagalog"),
    "to": ("Tongan", "Lea faka-Tonga"),
    "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "Українська"),
    "ur": ("Urdu", "اردو"),
    "vi": ("Vietnamese", "Tiếng Việt"),
    "yi": ("Yiddish", "ייִדיש"),
    "yo": ("Yoruba", "Yorùbá"),
    "zh-Hans": ("Chinese (simplified)", "简体中文"),
    "zh-Hant": ("Chinese (traditional)", "繁體中文"),
}

LANGUAGES = MappingProxyType({tag: Language(tag, *names) for tag, names in NAMES.items()})


def is_each_once(languages: tuple[Language, ...]) -> bool:
    """Whether no language is listed twice."""
    return len(set(languages)) == len(languages)


LanguageTag = Annotated[
    Language,
    Conversion('the tag of a language in clinic/languages.py, "es"', LANGUAGES.__getitem__, str),
]
Languages = Annotated[
    tuple[Language, ...],
    Conversion("each language once", must(is_each_once), tuple[LanguageTag, ...]),
]
