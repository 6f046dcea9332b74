"""What is stored, opened with the private key, beside what was sent."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from intake.models import OutboxMessage, Submission
from intake.seal import keys
from intake.seal.keys import PrivateKey
from intake.store import sealed_rows
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.visitor import Post

ledger_of_runs: list[tuple[int, int]] = []  # forms and notices of every run so far, for R7
PLAIN = ("asker", "channel", "windows")


@dataclass
class Stored:
    """Every stored form: its request, its revision and what it says."""

    forms: list[tuple[UUID, int, dict[str, Any]]] = field(repr=False)
    unnoticed: int = 0
    overfull: int = 0

    def __len__(self) -> int:
        return len(self.forms)


@dataclass
class Comparison:
    """Sent against stored. `lost`: acknowledged and not stored as sent."""

    lost: list[str]
    different: list[str]
    doubled: int
    unexpected: int


def opened() -> Stored:
    """Open everything with the keys at hand. Raises SealError where one does not fit."""
    held = keys.private_keys()
    rows = Submission.objects.prefetch_related("wraps").order_by("revision", "id")
    forms = [(row.request_id, row.revision, _content(row, held)) for row in rows]
    wraps = [len(row.wraps.all()) for row in rows]
    due, there = _notices()
    wrong = sum(number != 2 for number in wraps) + len(there - due)
    ledger_of_runs.append((len(due), len(there & due)))
    return Stored(forms, len(due - there), wrong)


def ids() -> list[UUID]:
    """Of every form that is stored now."""
    return list(Submission.objects.values_list("id", flat=True))


def count_opened(forms: list[UUID], held: Mapping[str, PrivateKey]) -> int:
    """How many of these forms open with nothing but these keys. Raises SealError otherwise."""
    rows = Submission.objects.filter(id__in=forms).prefetch_related("wraps")
    return sum(bool(_content(row, held)) for row in rows)


def compare(stored: Stored, sent: Iterable[tuple[Post, bool]]) -> Comparison:
    """`sent` pairs each post with whether it was acknowledged."""
    found = Counter((request, _text(content)) for request, _, content in stored.forms)
    by_key = {content["message"].partition("|")[0] for _, _, content in stored.forms}
    expected: set[tuple[UUID, str]] = set()
    lost, different = [], []
    for post, acknowledged in sent:
        wanted = (request_of(post.nonce), _text(expectation(post)))
        expected.add(wanted)
        if wanted not in found and post.key in by_key:
            different.append(post.key)
        if wanted not in found and acknowledged:
            lost.append(post.key)
    doubled = sum(times - 1 for times in found.values())
    return Comparison(lost, different, doubled, len(found.keys() - expected))


def judge(outcome: Outcome, sent: Iterable[tuple[Post, bool]]) -> Stored:
    """Fill the figures of a run: sent, acknowledged, stored, lost, duplicated."""
    sent, stored = list(sent), opened()
    result = compare(stored, sent)
    outcome.sent += len(sent)
    outcome.acknowledged += sum(acknowledged for _, acknowledged in sent)
    outcome.stored += len(stored)
    outcome.lost += len(result.lost)
    outcome.duplicated += result.doubled
    outcome.require(not result.different, f"{len(result.different)} stored but not as sent")
    outcome.require(not result.doubled, f"{result.doubled} stored twice")
    outcome.require(not result.unexpected, f"{result.unexpected} stored that nobody sent")
    outcome.require(not stored.unnoticed, f"{stored.unnoticed} stored without a notice")
    outcome.require(not stored.overfull, f"{stored.overfull} with a wrong number of rows")
    return stored


def expectation(post: Post) -> dict[str, Any]:
    """The whole opened record that a post must give."""
    rest = {"interpreter": False, "tty": False, "page_language": "en"}
    return {name: value for name, value in (post.expected | rest).items() if name != "weekdays"}


def _content(row: Submission, held: Mapping[str, PrivateKey]) -> dict[str, Any]:
    """By a plain JSON reader, not by the code that packed it; the plain columns must agree."""
    content = json.loads(row.unseal(held).decode(), strict=False)
    plain = {name: getattr(row, name) for name in PLAIN}
    assert plain == {"asker": content["about"], **{name: content[name] for name in PLAIN[1:]}}
    return dict(content)


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True)


def request_of(nonce: bytes) -> UUID:
    """The id of the request that a form makes."""
    return sealed_rows.derived_id("request", nonce)


def _notices() -> tuple[set[tuple[UUID, UUID]], set[tuple[UUID, UUID]]]:
    """The notices that the forms call for, and those that are there."""
    forms = Submission.objects.values_list("id", "request_id")
    due = {(sealed_rows.derived_id("notice", form.bytes), request) for form, request in forms}
    return due, set(OutboxMessage.objects.values_list("id", "request_id"))
