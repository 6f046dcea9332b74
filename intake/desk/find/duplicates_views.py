"""Views for duplicates: the suggestions, and a manager's buttons to link and unlink."""

import logging
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from intake.desk.entrance.rights import StaffRequest, is_manager
from intake.desk.find import duplicates, linking
from intake.desk.frame.site import desk
from intake.desk.steps.changing import StepRefused
from intake.models import Request
from intake.seal.keys import KeyFileError

UNCLEAR = "That button came from an old page. Look for duplicates again. Nothing was changed."
NOT_SOUGHT = "Duplicates could not be looked for just now. There is a button for it below."

logger = logging.getLogger(__name__)


class UnlinkForm(forms.Form):
    """The `changes` of the request that the person saw (see `steps.changing`)."""

    seen = forms.IntegerField()


class LinkForm(UnlinkForm):
    """The same, and the request that it joins."""

    other = forms.UUIDField()


@require_POST
@sensitive_variables()
def show(request: StaffRequest, record_id: UUID) -> HttpResponse:
    """Look for duplicates and show the suggestions, which are not stored."""
    row = _existing(record_id)
    try:
        found = duplicates.suggest(row, by=request.user.get_username())
    except (DatabaseError, KeyFileError) as error:
        return _unavailable(request, error)
    context = {
        **desk.each_context(request),
        "title": f"Duplicates of {row}",
        "row": row,
        "found": found,
        "decides": is_manager(request.user),
    }
    return TemplateResponse(request, "desk/find/duplicates_found.html", context)


def tell(request: StaffRequest, row: Request) -> None:
    """After a claim: add a message with the number of suggestions, and nothing else of them.

    The claim is committed already, so a failure here becomes a message too.
    """
    try:
        number = duplicates.suggest(row, by=request.user.get_username()).total
    except (DatabaseError, KeyFileError) as error:
        logger.error("desk: duplicates were not looked for: %s", type(error).__name__)
        messages.warning(request, NOT_SOUGHT)
        return
    if number:
        many = "1 other request" if number == 1 else f"{number} other requests"
        messages.warning(request, f"{many} may be the same person’s. Look for duplicates below.")


@require_POST
def link(request: StaffRequest, record_id: UUID) -> HttpResponse:
    """Link the request to the one that was posted."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _back(request, record_id, problem=UNCLEAR)
    given = form.cleaned_data
    act = partial(linking.link, record_id, given["other"], seen=given["seen"])
    return _decide(
        request, record_id, act, lambda row: f"Linked: it belongs to {row.duplicate_of}."
    )


@require_POST
def unlink(request: StaffRequest, record_id: UUID) -> HttpResponse:
    """Undo a link."""
    form = UnlinkForm(request.POST)
    if not form.is_valid():
        return _back(request, record_id, problem=UNCLEAR)
    act = partial(linking.unlink, record_id, seen=form.cleaned_data["seen"])
    return _decide(request, record_id, act, lambda row: "No longer linked: it is new again.")


def _decide(
    request: StaffRequest,
    record_id: UUID,
    act: Callable[..., Request],
    words: Callable[[Request], str],
) -> HttpResponse:
    try:
        row = act(user=request.user, now=timezone.now())
    except Request.DoesNotExist:
        raise Http404 from None
    except StepRefused as refused:
        return _back(request, record_id, problem=str(refused))
    except DatabaseError as error:
        return _unavailable(request, error)
    return _back(request, record_id, done=words(row))


def _back(
    request: StaffRequest, record_id: UUID, *, done: str = "", problem: str = ""
) -> HttpResponse:
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:intake_request_change", args=[record_id]))


def _existing(record_id: UUID) -> Request:
    try:
        return Request.objects.get(pk=record_id)
    except Request.DoesNotExist:
        raise Http404 from None


def _unavailable(request: StaffRequest, error: Exception) -> HttpResponse:
    logger.error("desk: no duplicates were looked for or linked: %s", type(error).__name__)
    context = {**desk.each_context(request), "title": "Nothing is shown just now"}
    return TemplateResponse(request, "desk/frame/unavailable.html", context, status=503)
