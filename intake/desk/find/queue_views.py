"""The queue page: whom to call now, section by section; claim or rescue a request in one tap."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from intake.clock import deadlines
from intake.desk.entrance.rights import StaffRequest, needs
from intake.desk.find.queue_cards import Card, Clock
from intake.desk.find.queue_words import WORDS, SectionWords
from intake.desk.frame.site import desk
from intake.desk.steps import holds, transitions
from intake.desk.steps.changing import StepRefused
from intake.models import Request, keyset
from intake.models.queue_querysets import Number
from intake.models.queue_sections import Look, Section
from intake.rules.states import State

ON_A_PAGE = 50
OF_MANAGERS = (Section.DECISION, Section.CLOSING)
FIRST = (Section.CALLABLE, Section.MINE, Section.UNCLAIMED, Section.OVERDUE)
TAKEN = {"claim": State.CLAIMED, "rescue": State.NEW}
SAID = {"claim": "{} is yours.", "rescue": "{} is rescued, and everybody on duty is told."}


@dataclass(frozen=True)
class Tab:
    """A link to a section, with its count."""

    section: Section
    words: SectionWords
    count: str
    address: str
    current: bool


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: StaffRequest) -> HttpResponseBase:
    """List a section of the queue, or act on one of its cards."""
    if request.method == "POST":
        return take(request)
    return listed(request)


@needs("intake.change_request")
def take(request: StaffRequest) -> HttpResponse:
    """Claim or rescue the request of a card, and stay in the section."""
    action = request.POST.get("action", "")
    if action not in TAKEN:
        return listed(request)
    try:
        row = _move(request, TAKEN[action])
    except (ValueError, Request.DoesNotExist):
        raise Http404 from None
    except StepRefused as refused:
        return listed(request, problem=str(refused))
    messages.success(request, SAID[action].format(row))
    return HttpResponseRedirect(address(_section(request), request.GET.get("after", "")))


def listed(request: StaffRequest, *, problem: str = "") -> HttpResponse:
    """Render the cards of the section in the address."""
    now = timezone.now()
    section, username = _section(request), request.user.get_username()
    look = Look(username, now, deadlines.window_now(now))
    page = _page(section, look, request.GET.get("after", ""))
    clock = Clock(now)
    context = {
        **desk.each_context(request),
        "title": f"Error: {WORDS[section].title}" if problem else WORDS[section].title,
        "problem": problem,
        "words": WORDS[section],
        "tabs": _tabs(section, look),
        "first": FIRST,
        "closed_clinic": look.window is None and deadlines.next_safe(0, now),
        "cards": [Card(row, username, clock) for row in page.rows],
        "now": now,
        "reviews": holds.to_review(request.user, now) if section in OF_MANAGERS else None,
        "older": page.after and address(section, page.after),
        "newest": request.GET.get("after") and address(section),
        "may_take": request.user.has_perm("intake.change_request"),
    }
    return TemplateResponse(
        request, "desk/find/queue.html", context, status=422 if problem else 200
    )


def address(section: Section, after: str = "") -> str:
    """The address of a section, from a cursor on (keyset pagination)."""
    asked = {"section": str(section)} | ({"after": after} if after else {})
    return f"{reverse('desk_queue')}?{urlencode(asked)}"


def _move(request: StaffRequest, target: State) -> Request:
    return transitions.take_step(
        UUID(request.POST.get("id", "")),
        target,
        seen=int(request.POST.get("changes", "")),
        user=request.user,
        now=timezone.now(),
    )


def _section(request: HttpRequest) -> Section:
    """The section in the address; the first one if there is no such section."""
    try:
        return Section(request.GET.get("section", ""))
    except ValueError:
        return Section.CALLABLE


def _page(section: Section, look: Look, after: str) -> keyset.Page:
    """A page of the section; the first one if the cursor is not valid."""
    rows, order = Request.objects.in_section(section, look), WORDS[section].order
    try:
        return keyset.page(rows, order, after, ON_A_PAGE)
    except ValueError:
        return keyset.page(rows, order, "", ON_A_PAGE)


def _tabs(current: Section, look: Look) -> list[Tab]:
    counts = _counts(look)
    return [
        Tab(section, words, counts[section], address(section), section is current)
        for section, words in WORDS.items()
    ]


def _counts(look: Look) -> dict[Section, str]:
    """The count of each section: exact for open requests, an estimate for many closed ones."""
    rows = Request.objects.all()
    closing, closed = rows.count_closing_soon(look.now), rows.count_closed()
    exact = {
        **rows.count_open_sections(look),
        Section.REVISED: rows.revised_since_opened().count(),
    }
    return {section: f"{number:,}" for section, number in exact.items()} | {
        Section.CLOSING: _some(closing, "more than"),
        Section.CLOSED: _some(closed, "about"),
    }


def _some(count: Number, word: str) -> str:
    return f"{count.number:,}" if count.exact else f"{word} {count.number:,}"
