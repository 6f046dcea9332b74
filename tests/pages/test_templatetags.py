"""The figure tags: each takes what it shows from the clinic."""

from dataclasses import replace

import pytest
from django.template import Context, Template, TemplateSyntaxError

from clinic_site.clinic.opening_hours import Session, Span, Track
from tests.pages.drawings.test_window_grid import lit_windows


def rendered(source, **values):
    return Template(source).render(Context(values))


def track(start, end):
    return Track("A group", (Session(0, Span(start * 60, end * 60)),))


def test_session_strip_shows_two_hours_on_each_side():
    svg = rendered("{% session_strip track %}", track=track(18, 21))
    assert lit_windows(svg) == 12
    assert f'viewBox="0 0 {28 * 14 - 3} 11"' in svg


def test_session_strip_ends_with_the_day():
    svg = rendered("{% session_strip track %}", track=track(20, 23))
    assert f'viewBox="0 0 {24 * 14 - 3} 11"' in svg


@pytest.mark.parametrize(
    ("source", "clock"),
    [("track 60", "7 pm"), ('track 0 "end"', "9 pm"), ('track 240 "end"', "1 am")],
)
def test_session_time_counts_from_start_or_end(source, clock):
    assert rendered(f"{{% session_time {source} %}}", track=track(18, 21)) == clock


def test_week_shows_family_time_where_a_page_asks_for_it(clinic):
    source = "{% week_in_words clinic.tracks.0 clinic.program %}"
    assert clinic.program.family_time in rendered(source, clinic=clinic)
    without = replace(clinic, program=replace(clinic.program, family_time=""))
    assert clinic.program.family_time not in rendered(source, clinic=without)


def test_map_shows_a_bus_stop_only_when_the_clinic_names_one(clinic):
    assert "Bus" in rendered("{% street_map %}", clinic=clinic)
    without = replace(clinic, address=replace(clinic.address, transit=""))
    assert "Bus" not in rendered("{% street_map %}", clinic=without)


def test_unknown_drawing_is_a_mistake_of_the_template():
    with pytest.raises(TemplateSyntaxError, match="two-chairs"):
        rendered('{% drawing "window" %}')
