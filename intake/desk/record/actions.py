"""What can be posted from the opened record: a form is read, then done, or shown with why not."""

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
    """Who acts, when, and which number of changes they had before them."""

    seen: int
    user: User
    now: datetime


def posting(
    form_class: Callable[[QueryDict], Form], done: str
) -> Callable[[Callable[[StaffRequest, Request, Form], None]], Action]:
    """An action: it is given the valid form, `seen` and who does it when, and may refuse."""

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


@posting(NoteForm, "The note is saved, sealed.")
def note(request: StaffRequest, row: Request, form: NoteForm) -> None:
    by = request.user.get_username()
    transitions.write_note(row, form.cleaned_data["text"], by=by, now=timezone.now())


@posting(AttemptForm, "The attempt is recorded.")
def attempt(request: StaffRequest, row: Request, form: AttemptForm) -> None:
    attempts.record_attempt(row.pk, form.tried(), **acting(request))


@posting(OtherWayForm, "The attempt is recorded.")
def other_way(request: StaffRequest, row: Request, form: OtherWayForm) -> None:
    attempts.record_attempt(row.pk, form.tried(), **acting(request))


@posting(AmendmentForm, "What changed is written down, sealed.")
def amend(request: StaffRequest, row: Request, form: AmendmentForm) -> None:
    """Learned in an attempt, or when the person got in touch."""
    tried = form.talked()
    if tried is None:
        amendments.learn(row.pk, form.learned(), **acting(request))
    else:
        attempts.record_attempt(row.pk, tried, learned=form.learned(), **acting(request))


@posting(SnoozeForm, "Put off.")
def snooze(request: StaffRequest, row: Request, form: SnoozeForm) -> None:
    side_tracks.snooze(row.pk, **form.cleaned_data, **acting(request))


@posting(HandOverForm, "Handed over.")
def hand_over(request: StaffRequest, row: Request, form: HandOverForm) -> None:
    handing_over.hand_over(row.pk, **form.cleaned_data, **acting(request))


@posting(BenefitsForm, "Written down.")
def benefits(request: StaffRequest, row: Request, form: BenefitsForm) -> None:
    side_tracks.follow_benefits(row.pk, **form.cleaned_data, **acting(request))


@posting(HandOffForm, "The hand-off is confirmed.")
def hand_off(request: StaffRequest, row: Request, form: HandOffForm) -> None:
    side_tracks.confirm_hand_off(row.pk, **acting(request))


@posting(HoldForm, "The legal hold is on.")
def hold(request: StaffRequest, row: Request, form: HoldForm) -> None:
    _refuse_unproved(request)
    holds.hold(row.pk, **form.cleaned_data, **acting(request))


@posting(ReleaseForm, "The legal hold is released.")
def release(request: StaffRequest, row: Request, form: ReleaseForm) -> None:
    _refuse_unproved(request)
    holds.release(row.pk, **form.cleaned_data, **acting(request))


@sensitive_variables()
def take_step(request: StaffRequest, site: AdminSite, row: Request) -> HttpResponse:
    """Lead the request to another state. A step that is gone or never was has no form."""
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
    """Show the number outside the safe window; the reason is kept, sealed."""
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
    """The record with the form as it was typed. What others did meanwhile is said at the top."""
    if form and not isinstance(why, Overtaken):
        form.add_error(None, str(why))
    return show(request, site, row, bound=form, problem=why)


def acting(request: StaffRequest) -> Acting:
    """As the form says; no number of changes fits when it is missing."""
    seen = request.POST.get("seen", "")
    return {
        "seen": int(seen) if seen.isascii() and seen.isdecimal() else -1,
        "user": request.user,
        "now": timezone.now(),
    }


def finished(request: StaffRequest, words: str) -> HttpResponse:
    """Back to the record, with a line that says what was done."""
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


def _target(request: StaffRequest) -> State:
    """PURGED, to which no step is taken by hand, for what is no state."""
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
    if not second_factor.recently_proved(request):
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
