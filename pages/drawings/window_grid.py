"""Drawings of a week as a grid of windows, in SVG, and the same week in words.

A row is one dashed line whose dashes are the windows, so that 168 of them take a few hundred bytes.
Colors come from the stylesheet (`.windows`, `.logo`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from clinic_site.clinic.opening_hours import Session, Track
from clinic_site.clinic.value_kinds import DAYS

DAY_HOURS = 24
WEEK_HOURS = 168
STEP = 14
"""Distance from one window to the next, in units of the drawing."""
PANE = 11
FILLED_FIRST = (0, 2, 3, 1, 4, 5, 6)
"""The order in which example weeks fill their days: Monday, Wednesday, Thursday and so on."""

Lit = tuple[int, int, int]
"""A row (0 is the first), its first lit window, and the window after the last lit one."""


@dataclass(frozen=True, slots=True)
class DayEntry:
    """An entry of a day in words; `lit` for group time."""

    words: str
    lit: bool = False


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week with its entries."""

    name: str
    blocks: tuple[DayEntry, ...]

    @property
    def short(self) -> str:
        """The first three letters: "Mon"."""
        return self.name[:3]


def windows(sessions: Sequence[Session]) -> str:
    """The 168 hours of a week with these sessions lit; the title says the same in words."""
    lit = [_lit(session) for session in sessions]
    hours = sum(end - start for _, start, end in lit)
    title = f"A week drawn as 168 windows, 7 rows of 24. {hours} are lit: {_by_day(sessions)}."
    return grid(rows=7, columns=DAY_HOURS, lit=lit, title=title)


def care_windows(hours: int) -> str:
    """A week with `hours` of care lit. Decoration: the text beside it says the hours."""
    return grid(rows=7, columns=DAY_HOURS, lit=_spread(hours))


def hour_strip(start: int, end: int, whole: int, *, pane: int = 5) -> str:
    """A row of windows of `pane` minutes each, lit from `start` to `end` (minutes). Decoration."""
    return grid(rows=1, columns=whole // pane, lit=[(0, start // pane, end // pane)])


def your_part(share: int) -> str:
    """A bill as twelve windows, `share` of them lit: the part that the reader pays. Decoration."""
    rows = (divmod(index, 4) for index in range(share))
    return grid(rows=3, columns=4, lit=[(row, column, column + 1) for row, column in rows])


def evenings(counts: Iterable[int]) -> str:
    """A column for each week, with that many of its seven evenings lit. Decoration."""
    weeks = list(counts)
    lit = [(day, week, week + 1) for week, n in enumerate(weeks) for day in FILLED_FIRST[:n]]
    return grid(rows=7, columns=len(weeks), lit=lit)


def logo() -> str:
    """The logo: nine windows, the middle one lit. Decoration: the name is beside it."""
    return (
        '<svg class="logo" width="4rem" viewBox="0 0 32 32" aria-hidden="true"><path d="M0 0h9v9H0z'
        "m11.5 0h9v9h-9zM23 0h9v9h-9zM0 11.5h9v9H0zm23 0h9v9h-9z"
        'M0 23h9v9H0zm11.5 0h9v9h-9zM23 23h9v9h-9z"/>'
        '<path class="lit" d="M11.5 11.5h9v9h-9z"/></svg>'
    )


def week_days(track: Track, *, other: Iterable[tuple[int, str]] = ()) -> tuple[WeekDay, ...]:
    """Seven days in words. `other` has (day, words) of further entries, 0 for Monday."""
    others = list(other)
    return tuple(_day(number, track, others) for number in range(7))


def _day(number: int, track: Track, others: list[tuple[int, str]]) -> WeekDay:
    lit = [DayEntry(f"{s.span} group", lit=True) for s in track.sessions if s.day == number]
    rest = [DayEntry(words) for day, words in others if day == number]
    return WeekDay(name=DAYS[number], blocks=tuple(lit + rest) or (DayEntry("Your day"),))


def _lit(session: Session) -> Lit:
    return session.day, _nearest_hour(session.span.start), _nearest_hour(session.span.end)


def _nearest_hour(minutes: int) -> int:
    return (minutes + 30) // 60


def _by_day(sessions: Sequence[Session]) -> str:
    return ", ".join(f"{DAYS[session.day]} {session.span}" for session in sessions)


def _spread(hours: int) -> list[Lit]:
    if hours >= WEEK_HOURS:
        return [(day, 0, DAY_HOURS) for day in range(7)]
    days, start = (1, 18) if hours < 3 else (3, 18) if hours < 15 else (5, 9)
    return [(day, start, start + hours // days) for day in FILLED_FIRST[:days]]


def grid(*, rows: int, columns: int, lit: Iterable[Lit], title: str = "") -> str:
    """A grid of windows. Without a title it is hidden from screen readers, as decoration."""
    width, height = columns * STEP - STEP + PANE, rows * STEP - STEP + PANE
    panes = "".join(_line(row, 0, columns) for row in range(rows))
    lights = "".join(_line(*light) for light in lit)
    size = "100%" if columns >= DAY_HOURS else f"{columns * 1.5:g}rem"
    role = 'role="img"' if title else 'aria-hidden="true"'
    words = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg class="windows" width="{size}" viewBox="0 0 {width} {height}" '
        f'stroke-dasharray="{PANE} {STEP - PANE}" {role}>{words}<path d="{panes}"/>'
        f'<path class="lit" d="{lights}"/></svg>'
    )


def _line(row: int, start: int, end: int) -> str:
    return f"M{start * STEP} {row * STEP + PANE / 2:g}h{(end - start) * STEP - STEP + PANE}"
