"""Times in the words of the pages, and the template filters that say them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template

from clinic_site.clinic import spoken_times
from tests.clock import local


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (local(9), "9 am"),
        (local(9, 56), "9:56 am"),
        (local(12), "noon"),
        (local(0), "midnight"),
        (local(17, 15), "5:15 pm"),
        (local(17, 5), "5:05 pm"),
    ],
)
def test_clock_speaks_like_the_pages(at: datetime, words: str) -> None:
    assert spoken_times.clock(at) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-8, "Mon, Nov 16, 9 am"),
        (-2, "Sun, Nov 22, 9 am"),
        (-1, "yesterday, 9 am"),
        (0, "9 am"),
        (1, "tomorrow, 9 am"),
        (2, "Thursday, 9 am"),
        (6, "Monday, 9 am"),
        (7, "Tue, Dec 1, 9 am"),
        (60, "Sat, Jan 23, 2027, 9 am"),
    ],
)
def test_nearby_days_have_names(days: int, words: str) -> None:
    assert spoken_times.nearby(local(9) + timedelta(days=days), local(23, 59)) == words


def test_filters_say_them_on_the_clinics_clock() -> None:
    template = Template(
        "{% load times %}{{ at|clock }}; {{ at|nearby }}; {{ at|moment }}; {{ no|clock }}"
    )
    at = local(9, day=25).astimezone(tz=None)

    with time_machine.travel(local(10), tick=False):
        page = template.render(Context({"at": at, "no": None}))

    assert page == "9 am; tomorrow, 9 am; Wed, Nov 25, 9 am; "
