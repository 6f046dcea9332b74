"""Views of the contact form and of "message sent": which template, which context.

`arrival` reads a post and `verdict` judges it.
"""

import logging
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from clinic_site.web.network_limits import Limits, client_address
from clinic_site.web.refusals import Refusal
from intake import startup
from intake.clock import deadlines, promise
from intake.receive import acknowledgment, arrival
from intake.receive.arrival import Arrival
from intake.receive.forms import ContactForm
from intake.receive.verdict import Accepted
from intake.seal.answers import Window
from intake.store import submission
from pages.registry import by_name
from pages.views import context

logger = logging.getLogger(__name__)
limits = Limits()


@csrf_exempt  # readers get no cookie; `form_token` and `origin` protect the form
@sensitive_post_parameters()
def contact(request: HttpRequest) -> HttpResponse:
    """Show the form. A post is accepted and stored, or handed back with all that was typed."""
    now = timezone.localtime()
    if request.method == "POST":
        return _answer(request, arrival.examine(request, now, limits), now)
    if request.method in ("GET", "HEAD"):
        return _page(request, arrival.blank_form(now, request.GET.get("for")), now)
    return _hand_back(request, arrival.blank_form(now), Refusal.WRONG_METHOD, now)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next: the promise in the link, or else the general rule."""
    now = timezone.localtime()
    promised = acknowledgment.read(request.GET.get("by", ""), now)
    response = render(
        request,
        "pages/en/contact-sent.html",
        {
            **context(by_name("contact-sent")),
            "promised": promised and promise.words(promised, now, settings.CLINIC.time_zone),
            "overdue": promised and promised.end < now,
        },
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@sensitive_variables()
def _answer(request: HttpRequest, arrived: Arrival, now: datetime) -> HttpResponse:
    if isinstance(arrived.verdict, Refusal):
        return _hand_back(request, arrived.form, arrived.verdict, now)
    try:
        startup.gate.admit()
        receipt = submission.receive(
            arrived.form.answers(),
            nonce=arrived.nonce,
            quarantined=arrived.verdict is Accepted.QUARANTINED,
            now=now,
        )
    except Exception as error:  # whatever fails: the words go back
        return _hand_back(request, arrived.form, Refusal.NOT_STORED, now, type(error).__name__)
    limits.count(client_address(request.META, settings.TRUSTED_PROXIES), now)
    return _acknowledge(receipt.promised)


def _acknowledge(promised: promise.Promise) -> HttpResponse:
    signed = acknowledgment.sign(promised)
    query = {"by": signed} if signed else None
    return HttpResponseRedirect(reverse("contact-sent", query=query), status=303)


def _hand_back(
    request: HttpRequest, form: ContactForm, refusal: Refusal, now: datetime, cause: str = ""
) -> HttpResponse:
    """The page again, with what was typed. Logs the kind of refusal and nothing else."""
    logger.warning("contact refused: %s", f"{refusal.kind} ({cause})" if cause else refusal.kind)
    response = _page(request, form, now, refusal)
    response.headers["X-Robots-Tag"] = "noindex"
    if refusal is Refusal.WRONG_METHOD:
        response.headers["Allow"] = "GET, HEAD, POST"
    # Or else Django logs a line of its own, with the address: its mark on what was logged.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _page(
    request: HttpRequest, form: ContactForm, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    page = by_name("contact")
    if refusal:
        page = replace(page, title=f"Error: {page.title}")
    promised = _promise(form.windows, now)
    return render(
        request,
        "pages/en/contact.html",
        {
            **context(page),
            "form": form,
            "refusal": refusal and refusal.kind,
            "send_again": refusal and refusal.only_to_send_again,
            "promised": promise.words(promised, now, settings.CLINIC.time_zone),
        },
        status=refusal.status if refusal else 200,
    )


def _promise(windows: Window, now: datetime) -> promise.Promise:
    """The promise that a request sent now would get: it counts from the minute that is stored."""
    return deadlines.promised(now.replace(second=0, microsecond=0), windows)
