"""Overlap of times: interval arithmetic on a week of 10,080 minutes from Monday 00:00.

The week is cyclic: what goes past Sunday midnight continues at Monday 00:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic_site.clinic.opening_hours import DAY_MINUTES, spoken_range

WEEK_MINUTES = 7 * DAY_MINUTES


class Use(StrEnum):
    """The use of a minute. AWAY marks a day on which the person cannot come; it uses no minutes."""

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
    """Half-open interval [start, end) of the week; `end` is past 10,080 when it wraps around.

    `name` is the answer that it comes from: a `Care`, or a `Use`.
    """

    use: Use
    start: int
    end: int
    name: str = ""

    @property
    def day(self) -> int:
        """The day on which it starts, 0 for Monday."""
        return self.start // DAY_MINUTES

    @property
    def last_day(self) -> int:
        """The day of its last minute."""
        return (self.end - 1) % WEEK_MINUTES // DAY_MINUTES

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """The interval in one piece, or two when it wraps around; each within 0 and 10,080."""
        if self.end <= WEEK_MINUTES:
            return ((self.start, self.end),)
        return ((self.start, WEEK_MINUTES), (0, self.end - WEEK_MINUTES))


def stretch(use: Use, start: int, length: int, name: str = "") -> TimeBlock:
    """An interval of `length` minutes; `start` may be negative or past 10,080."""
    start %= WEEK_MINUTES
    return TimeBlock(use, start, start + length, name)


def overlap(one: TimeBlock, other: TimeBlock) -> int:
    """Number of minutes that two intervals share."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one.pieces
        for other_start, other_end in other.pieces
    )


def times(start: int, end: int) -> str:
    """Times of day in words, with no-break spaces: "6 to 9 pm"."""
    words = spoken_range(start % DAY_MINUTES, end % DAY_MINUTES, "to")
    return words.replace(" am", "\u00a0am").replace(" pm", "\u00a0pm")
