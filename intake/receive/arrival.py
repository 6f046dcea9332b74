"""Examine a post of the contact form: its answers, its nonce, and the verdict on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from clinic_site.web import form_token, origin, posted_form
from clinic_site.web.form_token import BadToken
from clinic_site.web.network_limits import Limits, client_address
from clinic_site.web.posted_form import Posted
from clinic_site.web.refusals import Refusal
from intake.receive import verdict
from intake.receive.forms import SEVERAL, ContactForm
from intake.receive.verdict import Accepted, Evidence, TokenState


@dataclass(frozen=True)
class Opened:
    """A form's token, read: how old the form is, and the nonce that makes its request.

    The nonce is empty when the token holds none.
    """

    state: TokenState
    nonce: bytes
    age: timedelta


@dataclass(frozen=True)
class Arrival:
    """A post, examined. The form carries the token with which it can be sent again.

    An accepted post has a nonce of 16 bytes.
    """

    form: ContactForm
    nonce: bytes
    verdict: Refusal | Accepted


def blank_form(now: datetime, about: str | None = None) -> ContactForm:
    """A form with a new token; `about` may preselect who it is about, as `ContactForm` says."""
    return ContactForm(settings.CLINIC, token=form_token.issue(now), about=about)


def examine(request: HttpRequest, now: datetime, limits: Limits) -> Arrival:
    """Read a post and judge it. Nothing is stored."""
    post = posted_form.read_post(request, several=SEVERAL)
    if not post.data:
        return Arrival(blank_form(now), b"", post.refusal or Refusal.UNREADABLE)
    opened = _opened(post.data.get("token", ""), now)
    form = _typed(post, opened, now)
    judged = post.refusal or verdict.judge(_evidence(request, form, opened, now, limits))
    return Arrival(form, opened.nonce, judged)


def _opened(token: str, now: datetime) -> Opened:
    try:
        read = form_token.verify(token, now)
    except BadToken as bad:
        return Opened(TokenState.BAD, bad.nonce or b"", timedelta())
    state = TokenState.EXPIRED if read.expired else TokenState.GOOD
    return Opened(state, read.nonce, now - read.issued)


def _typed(post: Posted, opened: Opened, now: datetime) -> ContactForm:
    """The form as it was typed. A good token stays; another gets the same nonce, a new stamp."""
    if opened.state is TokenState.EXPIRED:
        # Open for a day already: who now presses Send at once is not too fast.
        post.data["token"] = form_token.issue(now - verdict.TOO_FAST, opened.nonce)
    elif opened.state is TokenState.BAD:
        post.data["token"] = form_token.issue(now, opened.nonce)
    return ContactForm(settings.CLINIC, post.data, damaged=post.damaged)


def _evidence(
    request: HttpRequest, form: ContactForm, opened: Opened, now: datetime, limits: Limits
) -> Evidence:
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    return Evidence(
        origin=origin.judge(request.headers, request.get_host()),
        token=opened.state,
        valid=form.is_valid(),
        trapped=form.trapped,
        age=opened.age,
        over_limit=limits.over(address, now),
        flooded=limits.flooded(now),
    )
