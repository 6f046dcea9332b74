"""CSV export of requests: commit the ledger, then stream line by line; nothing is kept on disk.

The ledger gets who, why, how many and which fields, and a line for each request of which sealed
fields are exported, as if it had been opened. All of that is one transaction before the first
byte is sent. A request that came in later is not in the file.
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
from intake.desk.reports.export_fields import ChosenFields
from intake.models import Request
from intake.seal.keys import PrivateKey
from intake.store import ledger

MOST, MOST_SEALED = 100_000, 2_000  # requests in one file, without and with sealed fields
AT_ONCE = 100  # requests in memory
DETAIL_LENGTH = 200
ENDED_EARLY = "This file is not complete: the database went away. Export again."

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """More requests than one file may hold; the message is that number."""


@dataclass(frozen=True)
class ExportSelection:
    """What to export, and why. Both days are included; `which` and `reason` are codes."""

    first: date
    last: date
    which: str
    fields: ChosenFields
    reason: str


def begin(selection: ExportSelection, *, by: str) -> list[UUID]:
    """Commit the ledger lines; return the ids of the requests to export, oldest first.

    Raises TooMany, and DatabaseError if the ledger cannot be written.
    """
    with transaction.atomic(durable=True):
        ids = _ids(selection)
        if selection.fields.sealed:
            for each in ids:
                ledger.record("opened_for_export", by=by, request=each, reason=selection.reason)
        detail = f"{len(ids)} requests; {selection.first} to {selection.last}; {selection.which}"
        ledger.record("exported", by=by, reason=selection.reason, detail=detail)
        for codes in wrap(
            " ".join((*selection.fields.plain, *selection.fields.sealed)), DETAIL_LENGTH
        ):
            ledger.record("exported_fields", by=by, reason=selection.reason, detail=codes)
    return ids


def lines(
    ids: Sequence[UUID], fields: ChosenFields, private_keys: Mapping[str, PrivateKey]
) -> Iterator[str]:
    """The lines of the CSV file. If the database fails on the way, the last line says so."""
    yield spreadsheet.START + spreadsheet.line(fields.header())
    try:
        for row in _rows(ids, fields):
            yield spreadsheet.line(fields.cells(row, private_keys))
    except DatabaseError as error:
        logger.error("desk: an export ended early: %s", type(error).__name__)
        yield spreadsheet.line([ENDED_EARLY])


def _ids(selection: ExportSelection) -> list[UUID]:
    zone = settings.CLINIC.time_zone
    start, end = (
        datetime.combine(day, time(), zone)
        for day in (selection.first, selection.last + timedelta(days=1))
    )
    most = MOST_SEALED if selection.fields.sealed else MOST
    ids = list(Request.objects.to_export(start, end, selection.which)[: most + 1])
    if len(ids) > most:
        raise TooMany(f"{most:,}")
    return ids


def _rows(ids: Sequence[UUID], fields: ChosenFields) -> Iterator[Request]:
    """The requests, AT_ONCE at a time, without those that were purged meanwhile."""
    for start in range(0, len(ids), AT_ONCE):
        few = ids[start : start + AT_ONCE]
        found = Request.objects.with_sealed(*fields.tables).in_bulk(few)
        yield from (found[each] for each in few if each in found)
