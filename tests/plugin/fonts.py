"""The fonts that the browser of the tests sees: DejaVu and nothing else, on every machine.

They come with node_modules and are the widest of the common free faces: a line that fits with them
fits with the ones that readers have. A machine without fonts, or with many, lays pages out alike.
"""

import os
from xml.sax.saxutils import escape

from tests import CHECKOUT

PACKAGE = CHECKOUT / "node_modules" / "dejavu-fonts-ttf"
FOLDER = CHECKOUT / "var" / "fonts"

# The families that our styles and Chromium's own settings name, and what stands in for them.
FACES = {
    "DejaVu Serif": ("serif", "Georgia", "Times New Roman"),
    "DejaVu Sans Mono": ("monospace", "ui-monospace", "Courier New"),
    "DejaVu Sans": ("sans-serif", "system-ui", "Arial"),
}
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  {aliases}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>DejaVu Sans</string></edit>
  </match>
  <match target="font">
    <edit name="antialias"><bool>true</bool></edit>
    <edit name="hinting"><bool>true</bool></edit>
    <edit name="hintstyle"><const>hintslight</const></edit>
    <edit name="rgba"><const>none</const></edit>
  </match>
</fontconfig>
"""
ALIAS = """<alias binding="same">
    <family>{family}</family><prefer><family>{face}</family></prefer>
  </alias>"""


def environment() -> dict[str, str]:
    """Variables for a browser: where fontconfig finds its configuration, which is written here."""
    aliases = [
        ALIAS.format(family=family, face=face)
        for face, families in FACES.items()
        for family in families
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "fonts.conf"
    text = CONFIGURATION.format(
        fonts=escape(str(PACKAGE / "ttf")),
        cache=escape(str(FOLDER / "cache")),
        aliases="\n  ".join(aliases),
    )
    written = FOLDER / f"{os.getpid()}.conf"  # runs side by side never read half of it
    written.write_text(text, encoding="utf-8")
    written.replace(file)
    return {"FONTCONFIG_FILE": str(file)}
