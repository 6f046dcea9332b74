"""An export of requests: the ledger first, then line by line, never on disk.

The ledger gets who, why, how many, which fields; and one line for each request of which something
sealed is given out, as if it had been opened. All of that is one transaction before the first
word leaves. What was not in it by then is not in the file.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from textwrap import wrap
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction

from intake.desk.reports import spreadsheet
from intake.desk.reports.export_fields import Chosen
from intake.models import Request
from intake.seal.keys import PrivateKey
from intake.store import ledger

MOST, MOST_SEALED = 100_000, 2_000
AT_ONCE = 100  # requests in memory
DETAIL_LENGTH = 200
ENDED_EARLY = "This file is not complete: the database went away. Export again."

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """More than one file may hold. Says how many that is."""


@dataclass(frozen=True)
class Order:
    """What was asked for. The days are both included; `reason` is a code."""

    first: date
    last: date
    which: str
    fields: Chosen
    reason: str


def begin(order: Order, *, by: str) -> list[UUID]:
    """Write the ledger; returns the requests that may now be given out, oldest first.

    Raises TooMany, and DatabaseError when the ledger cannot be written.
    """
    with transaction.atomic(durable=True):
        ids = _ids(order)
        if order.fields.sealed:
            for each in ids:
                ledger.record("opened_for_export", by=by, request=each, reason=order.reason)
        detail = f"{len(ids)} requests; {order.first} to {order.last}; {order.which}"
        ledger.record("exported", by=by, reason=order.reason, detail=detail)
        for codes in wrap(" ".join((*order.fields.plain, *order.fields.sealed)), DETAIL_LENGTH):
            ledger.record("exported_fields", by=by, reason=order.reason, detail=codes)
    return ids


def lines(
    ids: Sequence[UUID], fields: Chosen, private_keys: Mapping[str, PrivateKey]
) -> Iterator[str]:
    """The file. When the database goes away in the middle, its last line says so."""
    yield spreadsheet.START + spreadsheet.line(fields.header())
    try:
        for row in _rows(ids, fields):
            yield spreadsheet.line(fields.cells(row, private_keys))
    except DatabaseError as error:
        logger.error("desk: an export ended early: %s", type(error).__name__)
        yield spreadsheet.line([ENDED_EARLY])


def _ids(order: Order) -> list[UUID]:
    zone = settings.CLINIC.time_zone
    start, end = (
        datetime.combine(day, time(), zone) for day in (order.first, order.last + timedelta(days=1))
    )
    most = MOST_SEALED if order.fields.sealed else MOST
    ids = list(Request.objects.to_export(start, end, order.which)[: most + 1])
    if len(ids) > most:
        raise TooMany(f"{most:,}")
    return ids


def _rows(ids: Sequence[UUID], fields: Chosen) -> Iterator[Request]:
    """A few at a time. Those that were purged meanwhile are gone."""
    for start in range(0, len(ids), AT_ONCE):
        few = ids[start : start + AT_ONCE]
        found = Request.objects.with_sealed(*fields.tables).in_bulk(few)
        yield from (found[each] for each in few if each in found)
