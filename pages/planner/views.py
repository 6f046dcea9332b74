"""Views of the planner: a form, the planned week, and two worked examples.

Nothing is stored: no row, no cookie, no log line. A post therefore needs no CSRF token, and one
from another website does no harm.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from clinic_site.web import posted_form
from clinic_site.web.refusals import Refusal
from pages.planner import form, wording
from pages.planner.answers import Care, OwnTimes, PlannerAnswers, Preference, Work
from pages.planner.plan import plan
from pages.registry import Page, by_name
from pages.views import FRESH, context

FORM = "plan-your-week"
EXAMPLES: Mapping[str, PlannerAnswers] = {
    "plan-your-week-day-shift-parent": PlannerAnswers(
        work=Work.DAYS, care=frozenset({Care.BEDTIME}), preference=Preference.EVENING
    ),
    "plan-your-week-night-shift": PlannerAnswers(
        work=Work.OWN,
        shift=OwnTimes(days=frozenset({4, 5, 6}), start=19 * 60, end=7 * 60),
        travel=45,
    ),
}


@csrf_exempt  # readers have no cookie, and nothing is stored
@sensitive_post_parameters()
def plan_your_week(request: HttpRequest, name: str) -> HttpResponse:
    """Show the empty form; after a post, the planned week above the form with its answers."""
    if request.method == "POST":
        return _answer(request, posted_form.read_post(request, several=form.SEVERAL))
    if request.method in ("GET", "HEAD"):
        response = _page(request, by_name(name), PlannerAnswers())
        response.headers["Cache-Control"] = FRESH
        return response
    return _hand_back(request, PlannerAnswers(), Refusal.WRONG_METHOD)


@require_safe
def example(request: HttpRequest, name: str) -> HttpResponse:
    """Show a worked example: the planned week of fixed answers."""
    answers = EXAMPLES[name]
    response = _page(request, by_name(name), answers, _summary(answers))
    response.headers["Cache-Control"] = FRESH
    return response


@sensitive_variables()
def _answer(request: HttpRequest, post: posted_form.Posted) -> HttpResponse:
    answers = form.read_answers(post.data)
    if post.refusal:
        return _hand_back(request, answers, post.refusal)
    summary = _summary(answers)
    page = replace(by_name(FORM), heading=_literal(summary.outcome))
    response = _page(request, page, answers, summary)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _hand_back(request: HttpRequest, answers: PlannerAnswers, refusal: Refusal) -> HttpResponse:
    """Show the form again with the answers that could be read, and what went wrong."""
    page = by_name(FORM)
    page = replace(page, title=f"Error: {page.title}")
    response = _page(request, page, answers, refusal=refusal)
    response.status_code = refusal.status
    response.headers["X-Robots-Tag"] = "noindex"
    if refusal is Refusal.WRONG_METHOD:
        response.headers["Allow"] = "GET, HEAD, POST"
    response._has_been_logged = True  # type: ignore[attr-defined]  # keeps Django from logging it
    return response


def _page(
    request: HttpRequest,
    page: Page,
    answers: PlannerAnswers,
    summary: wording.PlanSummary | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    values = {
        **context(page),
        "form": form.PlannerForm(answers),
        "answers": answers,
        "told": summary,
        "ways": summary.ways if summary else wording.ALL_WAYS,
        "refusal": refusal and refusal.kind,
        "is_example": page.name in EXAMPLES,
    }
    return render(request, by_name(page.name).template, values)


def _summary(answers: PlannerAnswers) -> wording.PlanSummary:
    return wording.summarize(plan(answers, settings.CLINIC.tracks))


def _literal(words: str) -> str:
    """Escape words of the clinic's file for str.format."""
    return words.replace("{", "{{").replace("}", "}}")
