"""The table of what is refused, what waits in quarantine, and what is simply taken."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from clinic_site.web.origin import Origin
from clinic_site.web.refusals import Refusal
from intake.receive.verdict import TOO_FAST, Accepted, Evidence, TokenState, judge

GOOD = Evidence(
    origin=Origin.OURS,
    token=TokenState.GOOD,
    valid=True,
    trapped=False,
    age=timedelta(minutes=2),
    over_limit=False,
    flooded=False,
)
AGES = (timedelta(0), TOO_FAST - timedelta(milliseconds=1), TOO_FAST, timedelta(hours=23))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Accepted.OPEN),
        ({"origin": Origin.UNSAID}, Accepted.OPEN),
        ({"age": TOO_FAST}, Accepted.OPEN),
        ({"trapped": True}, Accepted.QUARANTINED),
        ({"age": timedelta(seconds=2.9)}, Accepted.QUARANTINED),
        ({"over_limit": True}, Accepted.QUARANTINED),
        ({"flooded": True}, Accepted.QUARANTINED),
        ({"origin": Origin.FOREIGN}, Refusal.FOREIGN),
        ({"token": TokenState.EXPIRED}, Refusal.EXPIRED),
        ({"token": TokenState.BAD}, Refusal.UNKNOWN_FORM),
        ({"valid": False}, Refusal.INVALID),
    ],
)
def test_verdict_by_one_change(change: dict[str, Any], expected: Refusal | Accepted) -> None:
    assert judge(replace(GOOD, **change)) is expected


def test_verdict_of_every_combination() -> None:
    """Written as a list of who wins, so that it shares no structure with the code."""
    combinations = product(
        Origin, TokenState, (True, False), (True, False), AGES, (True, False), (True, False)
    )
    for values in combinations:
        evidence = Evidence(*values)
        suspicion = [evidence.trapped, evidence.age < TOO_FAST, evidence.over_limit]
        winners = [
            outcome
            for applies, outcome in (
                (evidence.origin is Origin.FOREIGN, Refusal.FOREIGN),
                (evidence.token is TokenState.BAD, Refusal.UNKNOWN_FORM),
                (evidence.token is TokenState.EXPIRED, Refusal.EXPIRED),
                (evidence.valid is False, Refusal.INVALID),
                (any([*suspicion, evidence.flooded]), Accepted.QUARANTINED),
                (True, Accepted.OPEN),
            )
            if applies
        ]
        assert judge(evidence) is winners[0], values


def test_suspicion_never_refuses() -> None:
    suspects = product((True, False), AGES, (True, False), (True, False))
    for trapped, age, over_limit, flooded in suspects:
        evidence = replace(GOOD, trapped=trapped, age=age, over_limit=over_limit, flooded=flooded)
        assert isinstance(judge(evidence), Accepted)


def test_refusals_have_kind_pages_of_their_own() -> None:
    statuses = {refusal.kind: refusal.status for refusal in Refusal}

    assert statuses == {
        "too-large": 413,
        "wrong-type": 415,
        "unreadable": 400,
        "wrong-method": 405,
        "foreign": 403,
        "expired": 422,
        "unknown-form": 422,
        "invalid": 422,
        "not-stored": 503,
    }
