"""Dates and times in words, for the desk. Every time is in the clinic's time zone already."""

from datetime import date, datetime

from clinic_site.clinic.opening_hours import spoken

DAYS_BY_NAME = 7


def clock(at: datetime) -> str:
    """The time of day: "9 am", "5:15 pm", "noon"."""
    return spoken(at.hour * 60 + at.minute)


def moment(at: datetime, now: datetime) -> str:
    """Date and time: "Tue, Nov 24, 9 am"; with the year when it is not that of `now`."""
    year = "" if at.year == now.year else f", {at.year}"
    return f"{at:%a, %b} {at.day}{year}, {clock(at)}"


def nearby(at: datetime, now: datetime) -> str:
    """Relative to `now`: "9 am" today, "tomorrow, 9 am", "Friday, 9 am", else like `moment`."""
    day = _near_day(at.date(), now.date())
    if day is None:
        return moment(at, now)
    return f"{day}, {clock(at)}" if day else clock(at)


def _near_day(day: date, today: date) -> str | None:
    """The name of the day, "" for today; None unless it is yesterday or within six days."""
    near = {-1: "yesterday", 0: "", 1: "tomorrow"}
    ahead = (day - today).days
    if ahead in near:
        return near[ahead]
    return f"{day:%A}" if 0 < ahead < DAYS_BY_NAME else None
