"""The tables. What a person typed, visitor or staff, is in sealed columns only.

request     `Request` is the unit of work, `Attempt` a try to reach the person
sealed      `Submission` is the sealed form; `StaffText` whatever staff typed; `KeyWrap` their keys
records     what was told and done: outbox, ledger, last signs of life
figures     what remains when requests are gone: tombstones, weekly counts

Tables that the site writes have exactly one unique constraint, the id: the site inserts with ON
CONFLICT DO NOTHING and cannot read, so a second one would swallow another person's request in
silence. People on the staff are kept as user names, because the site knows no accounts. Rules
that span rows or time are in `triggers`.
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
