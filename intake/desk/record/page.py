"""The page of an opened record: its forms, and the context of its template."""

from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables

from intake.clock import deadlines
from intake.desk.entrance import second_factor
from intake.desk.entrance.rights import StaffRequest, is_manager
from intake.desk.forms import DeskForm, HoldForm, NoteForm, OverrideForm, ReleaseForm
from intake.desk.record import covering
from intake.desk.record.opening import Note, OpenedRecord, open_record
from intake.desk.steps import handing_over, transitions
from intake.desk.steps.attempt_forms import AmendmentForm, AttemptForm, OtherWayForm
from intake.desk.steps.changing import Overtaken, StepRefused
from intake.desk.steps.step_forms import (
    BenefitsForm,
    HandOffForm,
    HandOverForm,
    SnoozeForm,
    StepForm,
)
from intake.models import Request
from intake.rules.states import OPEN, UNOWNED, WORKED_ON, State
from intake.store import ledger

TEMPLATE = "desk/record/record.html"
AnyForm = DeskForm | AmendmentForm
TYPED = ("text", "words", "where", "message")
OF_CONTACT = ("name", "phone", "email", "contact_need", "language")
TYPED_IN = {"override": ("reason",)}  # elsewhere a reason is a code
FIRST = (State.NEW, State.CLAIMED)  # what an unowned request waits for


@sensitive_variables()
def show(
    request: StaffRequest,
    site: AdminSite,
    row: Request,
    *,
    bound: AnyForm | None = None,
    problem: StepRefused | None = None,
    override: bool = False,
) -> HttpResponse:
    """Open the record (which writes the ledger) and render it.

    `bound` is a posted form to show again, `problem` why it was refused; `override` shows the
    phone number. 409 if the request has changed meanwhile, 422 for another refusal.
    """
    now, by = timezone.now(), request.user.get_username()
    why = covering.remembered(request.session, row, now)
    opened = open_record(row, by=by, now=now, override=override, why=why)
    steps = [StepForm(each) for each in transitions.steps_for(row, request.user)]
    forms = _forms(opened, now)
    _hand_back(bound, forms, steps, opened)
    refused = problem is not None or bool(bound and bound.errors)
    context = {
        **site.each_context(request),
        **_around(request, opened, now),
        **_steps(row, steps),
        **_told(request, opened, problem, handed_back=bound is not None),
        "title": f"Error: {row}" if refused else str(row),
        "forms": forms,
    }
    return TemplateResponse(request, TEMPLATE, context, status=_status(problem, refused))


def typed_words(request: StaffRequest) -> str:
    """The posted text, to show where its own form is no longer on the page."""
    names = TYPED_IN.get(request.POST.get("action", ""), TYPED)
    return "\n\n".join(filter(None, (request.POST.get(name, "") for name in names)))


def _around(request: StaffRequest, opened: OpenedRecord, now: datetime) -> dict[str, Any]:
    """Facts about the request, and what this user may do in its state."""
    row = opened.request
    return {
        "heading": str(row),
        "opened": opened,
        "row": row,
        "hand_over": _unread_hand_over(opened, request.user.get_username()),
        "may_hold": is_manager(request.user),
        "needs_proof": _step_up_page(request, now),
        "attempt_possible": row.state in WORKED_ON and not opened.hidden_for_good,
        "has_owner": row.state in handing_over.POSSIBLE_IN,
        "is_open": row.state in OPEN,
    }


def _forms(opened: OpenedRecord, now: datetime) -> dict[str, AnyForm]:
    row = opened.request
    wishes = opened.contact.answers if opened.contact else None
    due = deadlines.retry_by(now, row.windows)
    return {
        "note": NoteForm(),
        "override": OverrideForm(),
        "attempt": AttemptForm(wishes=wishes, due=due),
        "other_way": OtherWayForm(wishes=wishes, due=due),
        "amendment": AmendmentForm(wishes=wishes, shown=opened.number_shown),
        "snooze": SnoozeForm(),
        "hand_over": HandOverForm(owner=row.owner),
        "benefits": BenefitsForm(initial={"benefits": row.benefits}),
        "hand_off": HandOffForm(),
        "hold": HoldForm(),
        "release": ReleaseForm(),
    }


def _hand_back(
    bound: AnyForm | None,
    forms: dict[str, AnyForm],
    steps: list[StepForm],
    opened: OpenedRecord,
) -> None:
    """Replace the empty form by the posted one of the same class."""
    if isinstance(bound, StepForm):
        steps[:] = [bound if each.step == bound.step else each for each in steps]
        return
    if isinstance(bound, AttemptForm):
        bound.wishes = opened.contact.answers if opened.contact else None
    for name, empty in forms.items():
        if bound is not None and type(bound) is type(empty):
            forms[name] = bound


def _steps(row: Request, steps: list[StepForm]) -> dict[str, Any]:
    """Split the steps: what an unowned request waits for, and the others."""
    first = [each for each in steps if row.state in UNOWNED and each.step.target in FIRST]
    return {"first_steps": first, "more_steps": [each for each in steps if each not in first]}


def _told(
    request: StaffRequest,
    opened: OpenedRecord,
    problem: StepRefused | None,
    *,
    handed_back: bool,
) -> dict[str, Any]:
    """What was refused, what others did meanwhile, and typed text that has no form here."""
    told: dict[str, Any] = {"problem": problem}
    if isinstance(problem, Overtaken):
        line = request.POST.get("line", "")
        told["meanwhile"] = ledger.changes_since(
            opened.request, int(line) if line.isascii() and line.isdecimal() else 0
        )
        told["still_here"] = any(request.POST.get(name) for name in (*TYPED, *OF_CONTACT))
    if problem and not handed_back:
        told["typed"] = typed_words(request)
    return told


def _unread_hand_over(opened: OpenedRecord, by: str) -> Note | None:
    """The hand-over note to this user that nobody has acted on yet."""
    for note in reversed(opened.notes):
        if handing_over.is_unread(opened.request, note.row, by):
            return note
    return None


def _step_up_page(request: StaffRequest, now: datetime) -> str:
    """Where a manager shows the second factor again before a legal hold; "" if it is recent."""
    if not is_manager(request.user) or second_factor.recently_proved(request, now):
        return ""
    return f"{second_factor.step_up_page(request)}?{urlencode({'next': request.path})}"


def _status(problem: StepRefused | None, refused: bool) -> int:
    if isinstance(problem, Overtaken):
        return 409
    return 422 if refused else 200
