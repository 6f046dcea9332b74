"""Times as the desk says them. Pure; every time comes on the clinic's wall clock."""

from datetime import date, datetime

from clinic_site.clinic.opening_hours import spoken

DAYS_BY_NAME = 7


def clock(at: datetime) -> str:
    """ "9 am", "5:15 pm", "noon"."""
    return spoken(at.hour * 60 + at.minute)


def moment(at: datetime, now: datetime) -> str:
    """ "Tue, Nov 24, 9 am"; with the year, when it is not that of `now`."""
    year = "" if at.year == now.year else f", {at.year}"
    return f"{at:%a, %b} {at.day}{year}, {clock(at)}"


def nearby(at: datetime, now: datetime) -> str:
    """ "9 am" on the same day, "tomorrow, 9 am", "Friday, 9 am", else as `moment`."""
    day = _near_day(at.date(), now.date())
    if day is None:
        return moment(at, now)
    return f"{day}, {clock(at)}" if day else clock(at)


def _near_day(day: date, today: date) -> str | None:
    """Its name, nothing for today; None when it is too far away to be called by one."""
    near = {-1: "yesterday", 0: "", 1: "tomorrow"}
    ahead = (day - today).days
    if ahead in near:
        return near[ahead]
    return f"{day:%A}" if 0 < ahead < DAYS_BY_NAME else None
