"""Template tags of the planner and of calendar files: `{% load planner %}`."""

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from clinic_site.clinic.opening_hours import Track
from pages.planner import calendar_file, drawing
from pages.planner.wording import PlanSummary

register = template.Library()


@register.simple_tag(takes_context=True)
def calendar_files(context: Context) -> list[tuple[str, Track]]:
    """The address of each group's calendar file, with its group."""
    files = calendar_file.addresses(context["clinic"].tracks)
    return [(reverse("calendar", args=[name]), track) for name, track in files.items()]


@register.simple_tag
def planned_week(summary: PlanSummary) -> SafeString:
    """The drawing of a planned week, as SVG."""
    return mark_safe(summary.windows)  # noqa: S308  words in it are escaped


@register.simple_tag
def window_sample(kind: str) -> SafeString:
    """A window for the legend of the planned week: `{% window_sample "half" %}`."""
    return mark_safe(drawing.draw_sample(kind))  # noqa: S308  drawn there
