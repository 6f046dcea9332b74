"""Views of the ledger, the hash-chained audit log: read it, verify the chain, download lines.

The ledger says who did what to which record, when; it holds no content. Reading it writes
nothing. Verifying and downloading add a line of their own.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from intake.desk.entrance.rights import StaffRequest
from intake.desk.forms import offer
from intake.desk.frame.site import desk
from intake.desk.reports import spreadsheet
from intake.desk.reports.export_views import csv_file
from intake.models import LedgerEntry
from intake.models.ledger_querysets import PAGE, Look
from intake.rules.pseudonym import pseudonym
from intake.store import ledger
from intake.store.ledger import Head

HEADER = ("Line", "Time (UTC)", "What", "Who", "Request", "Reason", "Detail", "Hash")

logger = logging.getLogger(__name__)


class LedgerFilterForm(forms.Form):
    """A filter for lines. It is in the address: codes, usernames, dates, the id of a record."""

    use_required_attribute = False
    action = forms.ChoiceField(label="What", required=False)
    by = forms.ChoiceField(label="Who", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput({"type": "date"}))
    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        lines = LedgerEntry.objects
        actions = [(word, LedgerEntry(action=word).in_words) for word in lines.words("action")]
        people = [(by, by) for by in lines.words("by")]
        offer(self.fields["action"], [("", "Everything"), *actions])
        offer(self.fields["by"], [("", "Everybody"), *people])

    @property
    def look(self) -> Look:
        """The filter as a query; a field that is not valid is left out."""
        self.is_valid()
        given = self.cleaned_data
        until = given.get("until")
        return Look(
            action=given.get("action", ""),
            by=given.get("by", ""),
            record=given.get("record"),
            start=_midnight(given.get("since")),
            end=_midnight(until and until + timedelta(days=1)),
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters that are set, for the address of the next page."""
        self.is_valid()
        given = self.cleaned_data.items()
        return [(name, str(value)) for name, value in given if value and name != "before"]


class HeadForm(forms.Form):
    """The head of the chain as an earlier daily notice named it."""

    head = forms.RegexField(
        r"[0-9]{1,18}:[0-9a-fA-F]{64}",
        label="Head from an earlier daily notice",
        help_text="Optional: number:hash. With it also a cut end is found.",
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "A head is number:hash, as the notice has it."},
    )

    @property
    def expected(self) -> Head | None:
        """The head of a valid form; None if none was entered."""
        text = self.cleaned_data["head"]
        return Head.parse(text) if text else None


@require_safe
def show(request: StaffRequest) -> HttpResponse:
    """Show a page of lines."""
    return _page(request, HeadForm())


@require_POST
def verify(request: StaffRequest) -> HttpResponse:
    """Verify the chain; the answer is written into the ledger too."""
    form = HeadForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        with transaction.atomic(durable=True):
            broken, head = ledger.verify(form.expected), ledger.head()
            found = "whole" if broken is None else f"broken at {broken}"
            ledger.record("verified", by=request.user.get_username(), detail=found)
    except DatabaseError as error:
        return _away(request, error)
    return _page(request, HeadForm(), result={"broken": broken, "head": head})


@require_POST
def download(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered lines as a CSV file, up to the line that records the download."""
    form = LedgerFilterForm(request.POST)
    look = form.look
    filters = " ".join(name for name, value in look._asdict().items() if value) or "none"
    try:
        with transaction.atomic(durable=True):
            ledger.record(
                "exported_ledger",
                by=request.user.get_username(),
                request=look.record,
                detail=f"filters: {filters}",
            )
            head = ledger.head()
    except DatabaseError as error:
        return _away(request, error)
    assert head is not None
    return csv_file("ledger", _file(look, head.number))


def _page(
    request: StaffRequest, head_form: HeadForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    form = LedgerFilterForm(request.GET)
    look = form.look
    rows = list(LedgerEntry.objects.matching(look).before(form.cleaned_data.get("before")))
    title = "Ledger"
    context = {
        **desk.each_context(request),
        "title": f"Error: {title}" if status != 200 else title,
        "heading": title,
        "form": form,
        "head_form": head_form,
        "look": look,
        "about": look.record and pseudonym(look.record),
        "kept": form.kept,
        "filters": urlencode(form.kept),
        "rows": rows[:PAGE],
        "older": rows[PAGE - 1].number if len(rows) > PAGE else None,
        **more,
    }
    return TemplateResponse(request, "desk/reports/ledger.html", context, status=status)


def _away(request: StaffRequest, error: DatabaseError) -> HttpResponse:
    logger.error("desk: the ledger cannot be written: %s", type(error).__name__)
    return _page(request, HeadForm(), status=503, away=True)


def _file(look: Look, last: int) -> Iterator[str]:
    yield spreadsheet.START + spreadsheet.line(HEADER)
    rows = LedgerEntry.objects.matching(look).up_to(last)
    for row in rows.iterator(chunk_size=1000):
        yield spreadsheet.line(
            (
                row.number,
                f"{row.at:%Y-%m-%d %H:%M:%S.%f}",
                row.action,
                row.by,
                str(row) if row.record else "",
                row.reason,
                row.detail,
                bytes(row.hash).hex(),
            )
        )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), settings.CLINIC.time_zone) if day else None
