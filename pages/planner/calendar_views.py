"""The calendar file of a group."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.planner import calendar_file
from pages.registry import by_name
from pages.views import FRESH


@require_safe
def show(request: HttpRequest, group: str) -> HttpResponse:
    """A group's times for a person's own calendar; our name and address only if asked for."""
    clinic = settings.CLINIC
    track = calendar_file.addresses(clinic.tracks).get(group)
    if track is None:
        raise Http404
    asked = {name for name in ("name", "place") if request.GET.get(name) == "1"}
    wanted = calendar_file.Wanted(
        zone=clinic.time_zone,
        today=timezone.localdate(),
        weeks=len(clinic.answers.sessions_by_week),
        changed=by_name("plan-your-week").changed,
        summary=clinic.display_name if "name" in asked else calendar_file.WITHOUT_NAME,
        location=str(clinic.address) if "place" in asked else "",
        closed=clinic.hours.days_without_group,
    )
    headers = {
        "Cache-Control": FRESH,
        "Content-Disposition": 'attachment; filename="appointments.ics"',
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(
        calendar_file.text(track, wanted),
        content_type="text/calendar; charset=utf-8",
        headers=headers,
    )
