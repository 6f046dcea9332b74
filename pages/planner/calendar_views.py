"""View of a group's calendar file."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.planner import calendar_file
from pages.views import FRESH

LOADED = timezone.now()
"""When this process took up the facts and the code that it answers with."""


@require_safe
def show(request: HttpRequest, group: str) -> HttpResponse:
    """The times of a group as an attachment; the clinic's name and address only if asked for."""
    track = calendar_file.addresses(settings.CLINIC.tracks).get(group)
    if track is None:
        raise Http404
    asked = [name for name in ("name", "place") if request.GET.get(name) == "1"]
    headers = {
        "Cache-Control": FRESH,
        "Content-Disposition": 'attachment; filename="appointments.ics"',
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(
        calendar_file.write(track, _contents(group, asked)),
        content_type="text/calendar; charset=utf-8",
        headers=headers,
    )


def _contents(group: str, asked: list[str]) -> calendar_file.Contents:
    clinic, now = settings.CLINIC, timezone.now()
    return calendar_file.Contents(
        identity=(clinic.host, group, *asked),
        revised=calendar_file.revised(now, LOADED, clinic.time_zone),
        zone=clinic.time_zone,
        today=now.astimezone(clinic.time_zone).date(),
        weeks=len(clinic.answers.sessions_by_week),
        summary=clinic.display_name if "name" in asked else calendar_file.WITHOUT_NAME,
        location=str(clinic.address) if "place" in asked else "",
        closed=clinic.hours.days_without_group,
    )
