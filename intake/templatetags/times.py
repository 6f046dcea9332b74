"""Template filters for times: "9 am", "noon", "Tue, Nov 24, 9:56 am"."""

from datetime import datetime

from django import template
from django.utils import timezone

from clinic_site.clinic import spoken_times

register = template.Library()


@register.filter
def clock(at: datetime | None) -> str:
    """The time of day on the clinic's clock: "9 am"."""
    return spoken_times.clock(timezone.localtime(at)) if at else ""


@register.filter
def moment(at: datetime | None) -> str:
    """Date and time: "Tue, Nov 24, 9 am"; with the year when it is not this one."""
    return spoken_times.moment(*_local(at)) if at else ""


@register.filter
def nearby(at: datetime | None) -> str:
    """Date and time, short when near: "9 am", "tomorrow, 9 am", "Friday, 9 am", else `moment`."""
    return spoken_times.nearby(*_local(at)) if at else ""


def _local(at: datetime) -> tuple[datetime, datetime]:
    return timezone.localtime(at), timezone.localtime()
