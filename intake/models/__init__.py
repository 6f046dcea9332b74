"""Tables, and the questions that they answer. What a person typed is in sealed columns only.

request     `Request` is the unit of work, `Attempt` one attempt to reach the person
sealed      `Submission` is a sealed form, `StaffText` what staff typed, `KeyWrap` a wrapped key
records     notices (`OutboxMessage`), the ledger (`LedgerEntry`), last signs of life
figures     statistics that remain when requests are gone: tombstones, weekly counts

A table that the site writes has exactly one unique constraint, the id: the site inserts with ON
CONFLICT DO NOTHING and cannot read, so a second one would swallow another person's request in
silence. People on the staff are kept as user names, because the site knows no accounts. Rules
about one row are in `rules.invariants`, rules about a change in `rules.triggers`.
"""

from intake.models.figures import Tombstone, WeeklyCount
from intake.models.records import LedgerEntry, OutboxMessage, SignOfLife
from intake.models.request import Attempt, Benefits, Lane, Request
from intake.models.sealed import KeyWrap, SealedText, StaffText, Submission

__all__ = [
    "Attempt",
    "Benefits",
    "KeyWrap",
    "Lane",
    "LedgerEntry",
    "OutboxMessage",
    "Request",
    "SealedText",
    "SignOfLife",
    "StaffText",
    "Submission",
    "Tombstone",
    "WeeklyCount",
]
