"""Actions posted from the opened record: validate the form, act, or show it with the reason."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TypedDict, TypeVar

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from intake.desk.entrance import second_factor
from intake.desk.entrance.rights import StaffRequest
from intake.desk.find import duplicates_views
from intake.desk.forms import HoldForm, NoteForm, OverrideForm, ReleaseForm
from intake.desk.record.page import AnyForm, show
from intake.desk.steps import (
    amendments,
    attempts,
    contact_wishes,
    handing_over,
    holds,
    side_tracks,
    transitions,
)
from intake.desk.steps.attempt_forms import AmendmentForm, AttemptForm, OtherWayForm
from intake.desk.steps.changing import Overtaken, StepRefused
from intake.desk.steps.guards import Given
from intake.desk.steps.step_forms import (
    BenefitsForm,
    HandOffForm,
    HandOverForm,
    SnoozeForm,
    StepForm,
)
from intake.models import Request
from intake.rules.states import State, step

Form = TypeVar("Form", bound=AnyForm)
Action = Callable[[StaffRequest, AdminSite, Request], HttpResponse]
PROVE_AGAIN = "Show your second factor again, then send this once more."


class Acting(TypedDict):
    """Who acts, when, and which `changes` of the request they saw (see `steps.changing`)."""

    seen: int
    user: User
    now: datetime


def form_action(
    form_class: Callable[[QueryDict], Form], done: str
) -> Callable[[Callable[[StaffRequest, Request, Form], None]], Action]:
    """Decorator: make an action of a function that acts on a valid form and may raise StepRefused.

    `done` is the message after it has acted.
    """

    def decorate(act: Callable[[StaffRequest, Request, Form], None]) -> Action:
        @wraps(act)
        @sensitive_variables()
        def view(request: StaffRequest, site: AdminSite, row: Request) -> HttpResponse:
            form = form_class(request.POST)
            if not form.is_valid():
                return show(request, site, row, bound=form)
            try:
                act(request, row, form)
            except StepRefused as refused:
                return refuse(request, site, row, form, refused)
            return finished(request, done)

        return view

    return decorate


@form_action(NoteForm, "The note is saved, sealed.")
def note(request: StaffRequest, row: Request, form: NoteForm) -> None:
    """Seal a note to the request."""
    by = request.user.get_username()
    transitions.write_note(row, form.cleaned_data["text"], by=by, now=timezone.now())


@form_action(AttemptForm, "The attempt is recorded.")
def attempt(request: StaffRequest, row: Request, form: AttemptForm) -> None:
    """Record an attempt by the channel that the person chose."""
    attempts.record_attempt(row.pk, form.tried(), **acting(request))


@form_action(OtherWayForm, "The attempt is recorded.")
def other_way(request: StaffRequest, row: Request, form: OtherWayForm) -> None:
    """Record an attempt by another channel, with the reason for it."""
    attempts.record_attempt(row.pk, form.tried(), **acting(request))


@form_action(AmendmentForm, "What changed is written down, sealed.")
def amend(request: StaffRequest, row: Request, form: AmendmentForm) -> None:
    """Amend the contact details, as learned in an attempt or when the person got in touch."""
    tried = form.talked()
    if tried is None:
        amendments.learn(row.pk, form.learned(), **acting(request))
    else:
        attempts.record_attempt(row.pk, tried, learned=form.learned(), **acting(request))


@form_action(SnoozeForm, "Put off.")
def snooze(request: StaffRequest, row: Request, form: SnoozeForm) -> None:
    """Put the next action off."""
    side_tracks.snooze(row.pk, **form.cleaned_data, **acting(request))


@form_action(HandOverForm, "Handed over.")
def hand_over(request: StaffRequest, row: Request, form: HandOverForm) -> None:
    """Give the request to a colleague."""
    handing_over.hand_over(row.pk, **form.cleaned_data, **acting(request))


@form_action(BenefitsForm, "Written down.")
def benefits(request: StaffRequest, row: Request, form: BenefitsForm) -> None:
    """Write down how far the benefits check is."""
    side_tracks.follow_benefits(row.pk, **form.cleaned_data, **acting(request))


@form_action(HandOffForm, "The hand-off is confirmed.")
def hand_off(request: StaffRequest, row: Request, form: HandOffForm) -> None:
    """Confirm that the clinic they were referred to has them."""
    side_tracks.confirm_hand_off(row.pk, **acting(request))


@form_action(HoldForm, "The legal hold is on.")
def hold(request: StaffRequest, row: Request, form: HoldForm) -> None:
    """Put a legal hold on the request, after step-up authentication."""
    _refuse_unproved(request)
    holds.hold(row.pk, **form.cleaned_data, **acting(request))


@form_action(ReleaseForm, "The legal hold is released.")
def release(request: StaffRequest, row: Request, form: ReleaseForm) -> None:
    """Release the legal hold, after step-up authentication."""
    _refuse_unproved(request)
    holds.release(row.pk, **form.cleaned_data, **acting(request))


@sensitive_variables()
def take_step(request: StaffRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Take the request to another state. A step that does not exist from here has no form."""
    target = _target(request)
    form = _step_form(row, target, request)
    if form and not form.is_valid() and acting(request)["seen"] == row.changes:
        return show(request, site, row, bound=form)
    try:
        given = form.given() if form and form.is_valid() else Given()
        row = transitions.take_step(row.pk, target, given=given, **acting(request))
    except StepRefused as refused:
        return refuse(request, site, row, form, refused)
    if target is State.CLAIMED:
        duplicates_views.tell(request, row)
    return finished(request, f"Now “{State(row.state).label}”.")


@sensitive_variables()
def override(request: StaffRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Show the phone number outside the safe times; the reason is sealed to the request."""
    form = OverrideForm(request.POST)
    if contact_wishes.stopped(row) or not form.is_valid():
        return show(request, site, row, bound=form)
    by = request.user.get_username()
    transitions.write_override(row, form.cleaned_data["reason"], by=by, now=timezone.now())
    return show(request, site, row, override=True)


@sensitive_variables()
def refuse(
    request: StaffRequest,
    site: AdminSite,
    row: Request,
    form: AnyForm | None,
    why: StepRefused,
) -> HttpResponse:
    """Show the record again with the form as typed and the reason for the refusal.

    What others did meanwhile (Overtaken) is said at the top of the page, not at the form.
    """
    if form and not isinstance(why, Overtaken):
        form.add_error(None, str(why))
    return show(request, site, row, bound=form, problem=why)


def acting(request: StaffRequest) -> Acting:
    """Read from the post what a step needs to know; `seen` is -1, which never fits, if missing."""
    seen = request.POST.get("seen", "")
    return {
        "seen": int(seen) if seen.isascii() and seen.isdecimal() else -1,
        "user": request.user,
        "now": timezone.now(),
    }


def finished(request: StaffRequest, words: str) -> HttpResponse:
    """Redirect to the record, with a message that says what was done."""
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


def _target(request: StaffRequest) -> State:
    """The posted state; PURGED, which nobody reaches by hand, if there is no such state."""
    try:
        return State(request.POST.get("target", ""))
    except ValueError:
        return State.PURGED


def _step_form(row: Request, target: State, request: StaffRequest) -> StepForm | None:
    try:
        taken = step(State(row.state), target)
    except KeyError:
        return None
    return StepForm(taken, request.POST) if transitions.by_hand(taken) else None


def _refuse_unproved(request: StaffRequest) -> None:
    if not second_factor.recently_proved(request, timezone.now()):
        raise StepRefused(PROVE_AGAIN)


ACTIONS: dict[str, Action] = {
    "note": note,
    "step": take_step,
    "override": override,
    "attempt": attempt,
    "other_way": other_way,
    "amend": amend,
    "snooze": snooze,
    "hand_over": hand_over,
    "benefits": benefits,
    "hand_off": hand_off,
    "hold": hold,
    "release": release,
}
