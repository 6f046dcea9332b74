"""The opened record: which template, which context. Registered as the admin's change view."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake.desk import followup
from intake.desk.followup import StepRefused
from intake.desk.forms import NoteForm, OverrideForm, StepForm
from intake.desk.record import open_record
from intake.keys import KeyFileError
from intake.models import Request
from intake.states import State

logger = logging.getLogger(__name__)


@sensitive_post_parameters()
@sensitive_variables()
def record(request: HttpRequest, site: AdminSite, record_id: UUID) -> HttpResponse:
    """Open a request, or do one thing with it."""
    if not request.user.has_perm("intake.change_request"):
        raise PermissionDenied
    action = ACTIONS.get(request.POST.get("action", ""), show)
    try:
        return action(request, site, Request.objects.get(pk=record_id))
    except Request.DoesNotExist:
        raise Http404 from None
    except (DatabaseError, KeyFileError) as error:
        logger.error("desk: nothing was shown and nothing changed: %s", type(error).__name__)
        return _unavailable(request, site)


@sensitive_variables()
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
    steps = followup.steps_for(row, request.user)
    step_form = step_form or StepForm()
    step_form.offer(steps)
    context = {
        **site.each_context(request),
        "title": f"Error: {row}" if refused else str(row),
        "heading": str(row),
        "opened": opened,
        "row": row,
        "steps": steps,
        "note_form": note_form or NoteForm(),
        "step_form": step_form,
        "override_form": override_form or OverrideForm(),
    }
    return TemplateResponse(request, "desk/record.html", context, status=422 if refused else 200)


@sensitive_variables()
def note(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Save a note."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, site, row, note_form=form)
    by = request.user.get_username()
    followup.write_note(row, form.cleaned_data["text"], by=by, now=timezone.now())
    return _done(request, "The note is saved, sealed.")


@sensitive_variables()
def step(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Lead the request to another state."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return show(request, site, row, step_form=form)
    chosen = form.cleaned_data | {"target": State(form.cleaned_data["target"])}
    try:
        row = followup.take_step(row.pk, **chosen, user=request.user, now=timezone.now())
    except StepRefused as refused:
        form.add_error(None, str(refused))
        return show(request, site, row, step_form=form)
    return _done(request, f"Now “{State(row.state).label}”.")


@sensitive_variables()
def override(request: HttpRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Show the number outside the safe window; the reason is kept, sealed."""
    form = OverrideForm(request.POST)
    if row.no_contact_at or not form.is_valid():
        return show(request, site, row, override_form=form)
    by = request.user.get_username()
    followup.write_override(row, form.cleaned_data["reason"], by=by, now=timezone.now())
    return show(request, site, row, override=True)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


@sensitive_variables()
def _unavailable(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """503, with the words that were typed: they are nowhere else."""
    context = {
        **site.each_context(request),
        "title": "Nothing is shown just now",
        "typed": request.POST.get("text") or request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "desk/unavailable.html", context, status=503)


ACTIONS = {"note": note, "step": step, "override": override}
