"""Social card (Open Graph image): the clinic's name and its week as 168 windows.

`manage.py social_card` draws it during development, and the picture is committed. It contains a
digest of what it shows, so that nobody publishes the card of another clinic: name, sample mark, and
sessions of the first track. Other changes of clinic.toml need no new card.
"""

import hashlib
import json
import struct
import zlib
from base64 import b64encode
from html import escape

from django.conf import settings

from clinic_site.clinic.identity import Clinic
from pages.drawings import window_grid

FOLDER = settings.BASE_DIR / "static"
CARD = FOLDER / "img" / "social-card-en.png"
FONT = FOLDER / "fonts" / "literata-600.woff2"
SIZE = (1200, 630)
LARGEST = 60_000
KEYWORD = b"clinic"
AFTER_HEADER = 33
"""Offset in bytes after the PNG signature and the IHDR chunk, where a text chunk may be."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: Literata; src: url("data:font/woff2;base64,{font}") }}
* {{ margin: 0 }}
body {{ background: #0f2a33; color: #fff; font: 600 56px/1.2 Literata; padding: 40px 64px }}
p {{ font-size: 34px; margin-bottom: 18px }}
.logo {{ display: inline-block; fill: #5b8b95; width: 36px }}
.logo {{ margin-right: 16px; vertical-align: -6px }}
.logo .lit {{ fill: #f7b733 }}
.windows {{ display: block; margin-top: 40px; stroke: #24505b; stroke-width: 11; width: 1072px }}
.windows .lit {{ stroke: #f7b733 }}
</style><p>{logo}{name}</p><h1 style="font: inherit">{trade}</h1>{windows}"""


def card_html(clinic: Clinic) -> str:
    """The card as an HTML page of 1200 by 630 pixels that loads no other file."""
    return PAGE.format(
        font=b64encode(FONT.read_bytes()).decode(),
        logo=window_grid.logo(),
        name=escape(clinic.display_name),
        trade=f"Treatment for {clinic.hours_core} hours a week.<br>"
        f"Your life for the other {clinic.rest}.",
        windows=window_grid.windows(clinic.tracks[0].sessions),
    )


def digest(clinic: Clinic) -> str:
    """Digest of everything that the card shows, as hexadecimal digits."""
    sessions = [(each.day, each.span.start, each.span.end) for each in clinic.tracks[0].sessions]
    shown = json.dumps([clinic.name, clinic.sample, sessions], ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()


def with_digest(png: bytes, text: str) -> bytes:
    """The picture with the digest in a tEXt chunk after its header (PNG, 11.3.3.2)."""
    body = b"tEXt" + KEYWORD + b"\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:AFTER_HEADER] + chunk + png[AFTER_HEADER:]


def digest_in(png: bytes) -> str:
    """The digest that `with_digest` added; "" without one."""
    start = AFTER_HEADER + 8
    length = int.from_bytes(png[AFTER_HEADER : AFTER_HEADER + 4], "big")
    keyword, _, text = png[start : start + length].partition(b"\0")
    return text.decode("ascii") if keyword == KEYWORD else ""


def shows(clinic: Clinic) -> bool:
    """Whether the committed card shows this clinic as it is now."""
    return CARD.exists() and digest_in(CARD.read_bytes()) == digest(clinic)
