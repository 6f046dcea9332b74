"""Dot-matrix initials of a team member, drawn in lit windows.

A letter is 5 windows wide and 7 high, like the drawing of a week with its 7 days.
"""

from collections.abc import Iterator

from pages.drawings.window_grid import Lit, grid

WIDTH, HEIGHT = 5, 7
MARGIN = 1

# Seven rows from top to bottom; the five bits of each are the windows from left to right.
ROWS = {
    "A": (14, 17, 17, 31, 17, 17, 17),
    "B": (30, 17, 17, 30, 17, 17, 30),
    "C": (14, 17, 16, 16, 16, 17, 14),
    "D": (30, 17, 17, 17, 17, 17, 30),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "F": (31, 16, 16, 30, 16, 16, 16),
    "G": (14, 17, 16, 23, 17, 17, 14),
    "H": (17, 17, 17, 31, 17, 17, 17),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "J": (1, 1, 1, 1, 1, 17, 14),
    "K": (17, 18, 20, 24, 20, 18, 17),
    "L": (16, 16, 16, 16, 16, 16, 31),
    "M": (17, 27, 21, 21, 17, 17, 17),
    "N": (17, 25, 21, 19, 17, 17, 17),
    "O": (14, 17, 17, 17, 17, 17, 14),
    "P": (30, 17, 17, 30, 16, 16, 16),
    "Q": (14, 17, 17, 17, 21, 18, 13),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "S": (15, 16, 16, 14, 1, 1, 30),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "U": (17, 17, 17, 17, 17, 17, 14),
    "V": (17, 17, 17, 17, 17, 10, 4),
    "W": (17, 17, 17, 21, 21, 27, 17),
    "X": (17, 17, 10, 4, 10, 17, 17),
    "Y": (17, 17, 10, 4, 4, 4, 4),
    "Z": (31, 1, 2, 4, 8, 16, 31),
}
BLANK = (0,) * HEIGHT


def initials(letters: str) -> str:
    """Draw letters A to Z; other characters stay dark. Decoration: the page says the role."""
    return grid(
        rows=HEIGHT + 2 * MARGIN, columns=MARGIN + len(letters) * (WIDTH + 1), lit=_lit(letters)
    )


def _lit(letters: str) -> Iterator[Lit]:
    for place, letter in enumerate(letters):
        for row, bits in enumerate(ROWS.get(letter, BLANK)):
            for start, end in _runs(bits):
                left = MARGIN + place * (WIDTH + 1)
                yield row + MARGIN, left + start, left + end


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    start = None
    for window in range(WIDTH + 1):
        on = window < WIDTH and bits >> (WIDTH - 1 - window) & 1
        if on and start is None:
            start = window
        elif not on and start is not None:
            yield start, window
            start = None
