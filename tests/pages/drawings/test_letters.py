"""Initials drawn in lit windows."""

from pages.drawings import letters
from tests.pages.drawings.test_window_grid import lit_windows


def test_initials_are_drawn_as_decoration():
    svg = letters.initials("CD")
    assert 'aria-hidden="true"' in svg
    assert lit_windows(svg) == 3 + 2 + 1 + 1 + 1 + 2 + 3 + 2 * 4 + 2 * 5


def test_sign_that_is_no_letter_stays_dark():
    assert lit_windows(letters.initials("É")) == 0


def test_every_letter_fits_its_windows():
    for letter, rows in letters.ROWS.items():
        assert len(rows) == letters.HEIGHT, letter
        assert all(0 < bits < 2**letters.WIDTH for bits in rows), letter
