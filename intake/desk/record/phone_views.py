"""The phone intake page."""

import logging
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from clinic_site.web import form_token, posted_form
from clinic_site.web.form_token import BadToken
from clinic_site.web.posted_form import Posted
from intake import startup
from intake.clock import deadlines, promise
from intake.desk.entrance.rights import StaffRequest
from intake.desk.find import duplicates_views
from intake.desk.frame.site import desk
from intake.desk.record import phone_entry
from intake.desk.record.phone_entry import CallForm
from intake.models import Request
from intake.receive.forms import SEVERAL

AGAIN = "We could not read all of the page. What is left of it is still here: check it, then save."
NOT_STORED = "It could not be stored. Everything you typed is still here: save it again in a moment"

logger = logging.getLogger(__name__)


@sensitive_post_parameters()
@sensitive_variables()
def show(request: StaffRequest) -> HttpResponse:
    """Show the empty form; store a post, or hand it back with everything that was typed."""
    now = timezone.localtime()
    if request.method == "POST":
        return _answer(request, posted_form.read_post(request, several=SEVERAL), now)
    return _page(request, CallForm(settings.CLINIC, token=form_token.issue(now)))


@sensitive_variables()
def _answer(request: StaffRequest, post: Posted, now: datetime) -> HttpResponse:
    nonce, renewed = _nonce(post, now)
    form = CallForm(settings.CLINIC, post.data, damaged=post.damaged)
    if post.refusal or renewed:
        return _page(request, form, status=422, problem=AGAIN)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        startup.gate.admit()
        row = phone_entry.enter(
            form.answers(),
            nonce=nonce,
            follow_up=form.cleaned_data["follow_up"],
            user=request.user,
            now=now,
        )
    except Exception as error:  # whatever fails: the words go back, they are nowhere else
        logger.error("desk: a request by telephone was not stored: %s", type(error).__name__)
        return _page(request, form, status=503, problem=NOT_STORED)
    if row.claimed_at == now:
        duplicates_views.tell(request, row)
    return _done(request, row, now)


def _nonce(post: Posted, now: datetime) -> tuple[bytes, bool]:
    """The nonce of the posted form, and whether it was missing or bad and a new form is needed."""
    try:
        return form_token.verify(post.data.get("token", ""), now).nonce, False
    except BadToken:
        post.data["token"] = form_token.issue(now)
        return b"", True


def _done(request: StaffRequest, row: Request, now: datetime) -> HttpResponse:
    """Redirect to the record, with the promised time to tell the caller."""
    promised = promise.words(
        deadlines.promised(row.received, row.windows), now, settings.CLINIC.time_zone
    )
    messages.success(request, f"The request is saved. Tell the caller: {promised}.")
    return HttpResponseRedirect(reverse("admin:intake_request_change", args=[row.pk]))


@sensitive_variables()
def _page(
    request: StaffRequest, form: CallForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    title = "A request by phone"
    context = {
        **desk.each_context(request),
        "title": title if status == 200 else f"Error: {title}",
        "heading": title,
        "form": form,
        "problem": problem,
        "again": status == 503,
    }
    return TemplateResponse(request, "desk/record/phone_entry.html", context, status=status)
