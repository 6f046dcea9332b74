"""Template tags for the drawings, which show the clinic's own facts. Built into every template.

A drawing without a title is decoration: a caption or a list beside it says the same in words.
"""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from clinic_site.clinic.opening_hours import DAY_MINUTES, Track, spoken
from clinic_site.clinic.tables import Program
from clinic_site.clinic.value_kinds import DAYS
from pages.drawings import lines, window_grid

register = template.Library()

BEFORE_AND_AFTER = 120
QUARTER = 15


@register.simple_tag(takes_context=True)
def windows(context: Context) -> SafeString:
    """The 168 hours of a week, with the sessions of the first track lit."""
    return _safe(window_grid.windows(context["clinic"].tracks[0].sessions))


@register.simple_tag
def care_windows(hours: int) -> SafeString:
    """A week with that many hours of care lit: `{% care_windows 9 %}`."""
    return _safe(window_grid.care_windows(hours))


@register.simple_tag
def session_strip(track: Track) -> SafeString:
    """The track's first session in quarter hours, with two hours before it and two after it."""
    span = track.sessions[0].span
    first = max(span.start - BEFORE_AND_AFTER, 0)
    last = min(span.end + BEFORE_AND_AFTER, DAY_MINUTES)
    return _safe(
        window_grid.hour_strip(span.start - first, span.end - first, last - first, pane=QUARTER)
    )


@register.simple_tag
def session_time(track: Track, minutes: int, edge: str = "start") -> str:
    """The time that many minutes after the first session's start, or its "end": "7 pm"."""
    return spoken((getattr(track.sessions[0].span, edge) + minutes) % DAY_MINUTES)


@register.simple_tag(takes_context=True)
def evenings(context: Context) -> SafeString:
    """A whole program, with a column for each week and its sessions lit."""
    return _safe(window_grid.evenings(context["clinic"].answers.sessions_by_week))


@register.simple_tag
def your_part(share: int) -> SafeString:
    """A bill as twelve windows, with the part that the reader pays lit: `{% your_part 4 %}`."""
    return _safe(window_grid.your_part(share))


@register.simple_tag
def drawing(name: str) -> SafeString:
    """A line drawing by name: `{% drawing "door" %}`."""
    try:
        return _safe(lines.drawing(name))
    except KeyError as error:
        raise template.TemplateSyntaxError(error.args[0]) from None


@register.simple_tag(takes_context=True)
def street_map(context: Context) -> SafeString:
    """A sketch of where the clinic is."""
    address = context["clinic"].address
    return _safe(lines.street_map(address.street, bus=bool(address.transit)))


@register.simple_tag
def logo() -> SafeString:
    """The logo: nine windows, one of them lit."""
    return _safe(window_grid.logo())


@register.inclusion_tag("components/week.html")
def week_in_words(track: Track, program: Program | None = None) -> dict[str, object]:
    """A list of seven days with the track's groups; with a program, also its family time."""
    return {"days": window_grid.week_days(track, other=_family_time(program))}


def _family_time(program: Program | None) -> list[tuple[int, str]]:
    if program is None or not (program.family_day and program.family_time):
        return []
    return [(DAYS.index(program.family_day), program.family_time)]


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  drawn here; words in it are escaped
