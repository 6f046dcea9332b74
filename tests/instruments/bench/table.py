"""What the bench prints: sides beside each other, and rows that are met or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")
ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """One measured thing. `met` is None for what is only for the record."""

    what: str
    measured: str
    wanted: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        word = {True: "met", False: "**not met**", None: ""}[self.met]
        return f"| {self.what} | {self.measured} | {self.wanted} | {word} |"


def alternated(sides: Mapping[str, Callable[[int], T]]) -> dict[str, list[T]]:
    """Each side ROUNDS times, after a round (0) that does not count; who begins changes."""
    found: dict[str, list[T]] = {name: [] for name in sides}
    for number in range(ROUNDS + 1):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            found[name].append(sides[name](number))
    return {name: values[1:] for name, values in found.items()}


def ratio(these: Sequence[float], those: Sequence[float]) -> tuple[float, str]:
    """These to those by their medians, and that in words with the least and most of a round."""
    rounds = [one / other for one, other in zip(these, those, strict=True)]
    value = median(these) / median(those)
    return value, f"{value:.2f} ({min(rounds):.2f} to {max(rounds):.2f})"


def at_least(what: str, these: Sequence[float], those: Sequence[float], least: float) -> Row:
    """A ratio that is met from `least` on."""
    value, words = ratio(these, those)
    return Row(what, words, f"≥ {least}", value >= least)


def at_most(what: str, these: Sequence[float], those: Sequence[float], most: float) -> Row:
    """A ratio that is met up to `most`."""
    value, words = ratio(these, those)
    return Row(what, words, f"≤ {most}", value <= most)


def below(what: str, value: float, most: float, unit: str) -> Row:
    """A figure with a budget."""
    return Row(what, f"{value:.2f} {unit}", f"≤ {most} {unit}", value <= most)


def broke_off(part: str, why: str) -> Row:
    """Instead of the rows that a part did not come to: never met."""
    return Row(f"{part} broke off", " ".join(why.split())[-200:], "to end", False)


def print_sides(title: str, sides: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Figures of each side: a table with a column for each."""
    figures = list(next(iter(sides.values())))
    print(f"\n| {title}, median (lowest to highest) | {' | '.join(sides)} |")
    print(f"|---|{'---|' * len(sides)}")
    for figure in figures:
        print(f"| {figure} | {' | '.join(_spread(side[figure]) for side in sides.values())} |")


def print_rows(rows: Sequence[Row]) -> None:
    """The verdicts."""
    print("\n| what | measured | wanted | |\n|---|---|---|---|")
    for row in rows:
        print(row, flush=True)


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):,.2f} ({min(values):,.2f} to {max(values):,.2f})"
