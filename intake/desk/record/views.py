"""The view of an opened record, which is the admin's change view of a request."""

import logging
from uuid import UUID

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake.desk.entrance.rights import StaffRequest
from intake.desk.forms import CoverForm
from intake.desk.record import covering
from intake.desk.record.actions import ACTIONS
from intake.desk.record.page import show, typed_words
from intake.models import Request
from intake.seal.keys import KeyFileError

logger = logging.getLogger(__name__)
NOT_CARRIED = ("csrfmiddlewaretoken", "why", "asked")


@sensitive_post_parameters()
@sensitive_variables()
def record(request: StaffRequest, site: AdminSite, record_id: UUID) -> HttpResponse:
    """Open a request, or take the action that was posted."""
    if not request.user.has_perm("intake.change_request"):
        raise PermissionDenied
    try:
        return _answer(request, site, Request.objects.get(pk=record_id))
    except Request.DoesNotExist:
        raise Http404 from None
    except covering.ReasonNeeded:
        return _ask_why(request, site, record_id)
    except (DatabaseError, KeyFileError) as error:
        logger.error("desk: nothing was shown and nothing changed: %s", type(error).__name__)
        return _unavailable(request, site)


@sensitive_variables()
def _answer(request: StaffRequest, site: AdminSite, row: Request) -> HttpResponse:
    now = timezone.now()
    form = CoverForm(covering.choices(request.user), request.POST)
    if "why" in request.POST and form.is_valid():
        covering.remember(request.session, row, form.cleaned_data["why"], now)
        if "action" not in request.POST:
            return HttpResponseRedirect(request.path)
    if covering.needs_reason(row, request.user):
        covering.refuse_without_reason(covering.remembered(request.session, row, now))
    return ACTIONS.get(request.POST.get("action", ""), show)(request, site, row)


@sensitive_variables()
def _ask_why(request: StaffRequest, site: AdminSite, record_id: UUID) -> HttpResponse:
    """Ask why a colleague's request is opened; the posted fields are carried along, hidden."""
    row = Request.objects.get(pk=record_id)
    asked = bool({"asked", "why"} & request.POST.keys())  # no button chosen: no "why" comes
    form = CoverForm(covering.choices(request.user), request.POST if asked else None)
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_CARRIED
    ]
    context = {
        **site.each_context(request),
        "title": f"Error: {row}" if asked else str(row),
        "heading": str(row),
        "row": row,
        "form": form,
        "carried": carried,
    }
    status = 422 if asked else 200
    return TemplateResponse(request, "desk/record/cover.html", context, status=status)


@sensitive_variables()
def _unavailable(request: StaffRequest, site: AdminSite) -> HttpResponse:
    """Answer 503 with the text that was typed, because it is stored nowhere."""
    context = {
        **site.each_context(request),
        "title": "Nothing is shown just now",
        "typed": typed_words(request),
    }
    return TemplateResponse(request, "desk/frame/unavailable.html", context, status=503)
