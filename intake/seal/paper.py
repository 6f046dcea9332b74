"""Paper backup of a private key: the text to print, and the key back from what was typed.

A line holds sixteen bytes in groups of four digits, with its number and a checksum over both, so
that a slip names its line. What is typed may be in capitals, without blanks, with O for 0 and l
for 1. The fingerprint at the top proves the whole. Pure: no Django.
"""

from dataclasses import dataclass
from hashlib import sha256

TITLE = "PRIVATE KEY. Whoever has this can read every request. No server, no photograph."
HEADINGS = ("id", "purpose", "suite", "development", "label")
BYTES_IN_LINE = 16
SLIPS = str.maketrans("oil", "011", " \t-")


class PaperError(Exception):
    """What was typed is not what was printed. The message names the line, never its content."""


@dataclass(frozen=True, repr=False)
class Sheet:
    """The sheet of paper: its headings, and the raw seeds of the private key."""

    headings: dict[str, str]
    private: bytes


def written(sheet: Sheet) -> str:
    """The sheet as text to print."""
    size = BYTES_IN_LINE
    pieces = [sheet.private[at : at + size] for at in range(0, len(sheet.private), size)]
    return "\n".join(
        (
            TITLE,
            "",
            *(f"{name:12}{sheet.headings[name]}" for name in HEADINGS),
            "",
            *(_line(number, piece) for number, piece in enumerate(pieces, 1)),
            "",
        )
    )


def read(text: str) -> Sheet:
    """The sheet that somebody typed from paper. Raises PaperError when a line is not right."""
    headings: dict[str, str] = {}
    pieces: list[bytes] = []
    for line in text.splitlines():
        first, _, rest = line.strip().partition(" ")
        if first in HEADINGS:
            headings[first] = rest.strip()
        elif first.isdecimal():
            pieces.append(_piece(len(pieces) + 1, first, rest))
    if missing := [name for name in HEADINGS if name not in headings]:
        raise PaperError(f"the line “{missing[0]}” is missing")
    return Sheet(headings, b"".join(pieces))


def _line(number: int, piece: bytes) -> str:
    digits = piece.hex()
    groups = (digits[at : at + 4] for at in range(0, len(digits), 4))
    return f"{number:>2}  {' '.join(groups)}  = {_checksum(number, piece)}"


def _piece(expected: int, number: str, rest: str) -> bytes:
    if int(number) != expected:
        raise PaperError(f"line {expected} is missing, or twice: {int(number)} stands there")
    digits, _, checksum = rest.lower().translate(SLIPS).partition("=")
    try:
        piece = bytes.fromhex(digits)
    except ValueError:
        raise PaperError(f"line {expected}: not only digits 0-9 and a-f, or one too few") from None
    if _checksum(expected, piece) != checksum:
        raise PaperError(f"line {expected}: its checksum does not fit, look for a slip there")
    return piece


def _checksum(number: int, piece: bytes) -> str:
    return sha256(b"clinic intake paper\0" + bytes([number]) + piece).hexdigest()[:4]
