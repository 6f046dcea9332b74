"""Text that breaks software: the one list for every test.

`naughty_strings.json` is the Big List of Naughty Strings (copyright Max Woolf, MIT license); KIN
are more of the kind: marks of direction, emoji, blanks, line breaks, escapes and long ones.
"""

import json
from pathlib import Path

LIST: list[str] = json.loads(Path(__file__).with_name("naughty_strings.json").read_text("utf-8"))
KIN = (
    "\u202eright to left\u202c \u2067isolated\u2069 \u200f\u200e\u061c",
    "\u202e\u202d\u2066",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0334\u0335l\u0322\u0327g\u0338o\u0361" * 8,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f3\ufe0f\u200d\U0001f308",
    "\u2028",
    "a\u2028b\u2029c\x85d",
    "\U0001f3ee" * 1000,
    "\U0010ffff" * 1000,
    "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "\x1b[31m",
    "\ufffd",
    "\ufeff\ufffe\uffff",
    "\u200b",
    "e\u0301 \u00e9 \u212b \u00c5 \ufb01",
    "\u2167\u00bd\ufb00\u0130\u0131\u017f\ufdfa",
    "\u3000 \u00a0\u2003 \t ",
    "\t",
    " ",
    "  two  ",
    "a\n\n\nb\n",
    "\n",
    "\r",
    "a\rb\r\nc",
    '{"name": "x"}\\u0041\\',
    "%00%0d%0a+%2B&name=x;=#",
    "%s %(x)s {0} {{ x }}",
    "&amp;&lt;&#39;</textarea><script>x</script>",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "a" * 1000,
)
STRINGS = (*LIST, *KIN)
NO_TEXT = (
    *(b"%00", b"a%00b", b"a%FFb", b"a\xffb", b"%FF%FE", b"%C3", b"%C3%28", b"%C0%AF"),
    *(b"%ED%A0%80", b"a%ED%A0%80b", b"%ED%BF%BF"),  # lone surrogates
    *(b"%F5%80%80%80", b"%F8%88%80%80%80"),  # beyond Unicode
)
"""Encoded bytes that no text can hold."""
