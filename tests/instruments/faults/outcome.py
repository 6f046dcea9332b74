"""What a run found, and the line that says it."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """One run. `problems` empty means that the promise held; figures of 0 are figures."""

    name: str
    sent: int = 0
    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    duplicated: int = 0
    kills: int = 0
    mid_request: int = 0
    seconds: float = 0.0
    must_lose: bool = False
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """A negative control passes when it loses, everything else when nothing is wrong."""
        return not self.problems and (self.lost > 0) == self.must_lose

    def require(self, held: bool, otherwise: str) -> None:
        """Remember what did not hold."""
        if not held:
            self.problems.append(otherwise)

    def require_at_least(self, **minimum: int) -> None:
        """A run under too little load, or with too few kills, proves nothing."""
        for name, least in minimum.items():
            found = getattr(self, name)
            self.require(found >= least, f"{name} {found}, needs {least}")

    def line(self) -> str:
        """Everything in one line; below it, what did not hold."""
        shown = (
            f"{self.name:<4}{self.seconds:7.1f} s  sent {self.sent:>5}  ack {self.acknowledged:>5}"
            f"  stored {self.stored:>5}  lost {self.lost:>4}  dup {self.duplicated:>3}"
            f"  kills {self.kills:>3} ({self.mid_request} mid-request)"
            f"  {'PASS' if self.passed else 'FAIL'}"
        )
        notes = f"  [{'; '.join(self.notes)}]" if self.notes else ""
        return "\n".join([shown + notes, *(f"       ! {problem}" for problem in self.reasons())])

    def reasons(self) -> list[str]:
        """Why it failed; at most ten, so that one cause does not hide the others."""
        lost = [f"{self.lost} lost"] if self.lost and not self.must_lose else []
        kept = ["a negative control that lost nothing"] if self.must_lose and not self.lost else []
        return [*lost, *kept, *self.problems[:10]]
