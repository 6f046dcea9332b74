"""Downloads from the desk: requests, and statistics without small counts."""

import logging
from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake.desk.entrance.rights import StaffRequest
from intake.desk.frame.site import desk
from intake.desk.reports import export, spreadsheet
from intake.desk.reports.export_form import ExportForm
from intake.figures import published
from intake.seal import keys
from intake.seal.keys import KeyFileError
from intake.store import ledger

STATISTICS_HEADER = ("Quarter", "Figure", "Row", "Column", "Requests")

logger = logging.getLogger(__name__)


def export_requests(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """Show the form, or send the file of requests."""
    data = request.POST if request.method == "POST" else None
    form = ExportForm(data, today=timezone.localdate())
    if not form.is_valid():
        return _form(request, form, status=422 if form.is_bound else 200)
    selection = form.selection
    try:
        private_keys = keys.private_keys() if selection.fields.sealed else {}
        ids = export.begin(selection, by=request.user.get_username())
    except export.TooMany as most:
        form.add_error("until", f"These are more than {most}. Choose fewer days.")
        return _form(request, form, status=422)
    except (DatabaseError, KeyFileError) as error:
        logger.error("desk: nothing was exported: %s", type(error).__name__)
        return _form(request, form, status=503)
    return csv_file("requests", export.lines(ids, selection.fields, private_keys))


@require_POST
def export_statistics(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """Send all finished quarters as a file for spreadsheets, small counts hidden."""
    quarters = published.quarters(timezone.now())
    if not quarters:
        messages.info(request, "No quarter is finished yet. There is nothing to take along.")
        return HttpResponseRedirect(reverse("admin:index"))
    finished = [published.of(each) for each in quarters]
    detail = f"{len(quarters)} quarters"
    ledger.record("exported_figures", by=request.user.get_username(), detail=detail)
    rows = (row for each in finished for row in published.lines(each))
    return csv_file("figures", _lines(STATISTICS_HEADER, rows))


def csv_file(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """A streamed CSV download that no cache stores; its name has the date and names nobody."""
    response = StreamingHttpResponse(lines, content_type=spreadsheet.TYPE)
    day = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    yield spreadsheet.START + spreadsheet.line(header)
    yield from map(spreadsheet.line, rows)


def _form(request: StaffRequest, form: ExportForm, *, status: int) -> HttpResponse:
    title = "Export requests"
    context = {
        **desk.each_context(request),
        "title": f"Error: {title}" if status != 200 else title,
        "heading": title,
        "form": form,
        "away": status == 503,
    }
    return TemplateResponse(request, "desk/reports/export.html", context, status=status)
