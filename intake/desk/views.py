"""The opened record: which template, which context. Registered as the admin's change view."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake import ledger, staff_text
from intake.desk.followup import StepRefused, take_step, write_note
from intake.desk.forms import NoteForm, OverrideForm, StepForm
from intake.desk.record import open_record
from intake.models import Request, StaffText
from intake.states import State

logger = logging.getLogger(__name__)


@sensitive_post_parameters()
@sensitive_variables()
def record(request: HttpRequest, site: AdminSite, record_id: UUID) -> HttpResponse:
    """Open a request, or do one thing with it."""
    if not request.user.has_perm("intake.change_request"):
        raise PermissionDenied
    row = get_object_or_404(Request, pk=record_id)
    action = ACTIONS.get(request.POST.get("action", ""), show)
    try:
        return action(request, site, row)
    except DatabaseError as error:
        logger.error("desk: the database refused; nothing was shown (%s)", type(error).__name__)
        return TemplateResponse(
            request, "desk/unavailable.html", site.each_context(request), status=503
        )


def show(
    request: HttpRequest,
    site: AdminSite,
    row: Request,
    *,
    note_form: NoteForm | None = None,
    step_form: StepForm | None = None,
    override_form: OverrideForm | None = None,
    override: bool = False,
) -> HttpResponse:
    """The opened record with its forms. Writes the ledger, then decrypts."""
    by = request.user.get_username()
    refused = any(form and form.errors for form in (note_form, step_form, override_form))
    opened = open_record(row, by=by, now=timezone.now(), override=override)
    context = {
        **site.each_context(request),
        "title": str(row),
        "opened": opened,
        "row": row,
        "note_form": note_form or NoteForm(),
        "step_form": step_form or StepForm(row, request.user),
        "override_form": override_form or OverrideForm(),
    }
    return TemplateResponse(request, "desk/record.html", context, status=422 if refused else 200)


def note(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Save a note."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, site, row, note_form=form)
    by = request.user.get_username()
    write_note(row, form.cleaned_data["text"], by=by, now=timezone.now())
    return _done(request, "The note is saved, sealed.")


def step(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Lead the request to another state."""
    form = StepForm(row, request.user, request.POST)
    if not form.is_valid():
        return show(request, site, row, step_form=form)
    try:
        row = take_step(
            row.pk,
            State(form.cleaned_data["target"]),
            seen=form.cleaned_data["seen"],
            user=request.user,
            now=timezone.now(),
            due=form.cleaned_data["due"],
            reason=form.cleaned_data["reason"],
        )
    except StepRefused as refused:
        form.add_error(None, str(refused))
        return show(request, site, row, step_form=form)
    return _done(request, f"Now “{State(row.state).label}”.")


def override(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Show the number outside the safe window; the reason is kept, sealed."""
    form = OverrideForm(request.POST)
    if not form.is_valid():
        return show(request, site, row, override_form=form)
    by, now = request.user.get_username(), timezone.now()
    with transaction.atomic():
        text = form.cleaned_data["reason"]
        staff_text.write(row, kind=StaffText.Kind.REASON, text=text, by=by, now=now)
        ledger.record("override", by=by, request=row)
    return show(request, site, row, override=True)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


ACTIONS = {"note": note, "step": step, "override": override}
