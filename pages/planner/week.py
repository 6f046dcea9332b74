"""The week as a ring of 10,080 minutes from Monday 00:00, and stretches of it. Pure.

What runs past Sunday midnight goes on at Monday 00:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic_site.clinic.opening_hours import DAY_MINUTES, spoken_range

WEEK_MINUTES = 7 * DAY_MINUTES


class Use(StrEnum):
    """What a minute goes to. AWAY only says that a day is taken: it uses up no minute."""

    OPEN = "open"
    SLEEP = "sleep"
    OTHER = "other"
    CARE = "care"
    WORK = "work"
    TRIP = "trip"
    GROUP = "group"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class TimeBlock:
    """A stretch of the week; `end` is later than `start`, and past 10,080 when it wraps.

    `name` says which duty it is, as the form's answer does.
    """

    use: Use
    start: int
    end: int
    name: str = ""

    @property
    def day(self) -> int:
        """The day on which it starts, 0 is Monday."""
        return self.start // DAY_MINUTES

    @property
    def last_day(self) -> int:
        """The day of its last minute."""
        return (self.end - 1) % WEEK_MINUTES // DAY_MINUTES

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """Its minutes between 0 and 10,080, in one piece or two."""
        if self.end <= WEEK_MINUTES:
            return ((self.start, self.end),)
        return ((self.start, WEEK_MINUTES), (0, self.end - WEEK_MINUTES))


def stretch(use: Use, start: int, length: int, name: str = "") -> TimeBlock:
    """A block of so many minutes; `start` may lie before Monday or after Sunday."""
    start %= WEEK_MINUTES
    return TimeBlock(use, start, start + length, name)


def overlap(one: TimeBlock, other: TimeBlock) -> int:
    """Minutes that both hold; any above 0 is a clash."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one.pieces
        for other_start, other_end in other.pieces
    )


def times(start: int, end: int) -> str:
    """ "6 to 9 pm", whatever the days; a number stays on the line of its am or pm."""
    words = spoken_range(start % DAY_MINUTES, end % DAY_MINUTES, "to")
    return words.replace(" am", "\u00a0am").replace(" pm", "\u00a0pm")
