"""Template tags: drawings that follow the clinic, links that cannot be dead, claims."""

from dataclasses import replace

import pytest
from django.template import Context, Template, TemplateSyntaxError

from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.sources.facts import SourceList, load_sources
from pages.templatetags.site import whole_phone_numbers
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


def test_phone_numbers_stay_whole_where_they_are_read():
    for number in ("217-555-0168", "1-800-662-4357"):
        link = f'<a href="tel:{number}">Call {number}.</a>'
        whole = f'<a href="tel:{number}">Call <span class="tel">{number}</span>.</a>'
        assert whole_phone_numbers(link) == whole


@pytest.mark.parametrize(
    "html",
    [
        '<input value="217-555-0168">',
        "<textarea>\n217-555-0168</textarea>",
        "2026-11-29, 0217-555-0168, 217-555-01680 and 988",
    ],
)
def test_what_was_typed_or_is_no_phone_number_stays_as_it_is(html):
    assert whole_phone_numbers(html) == html


@pytest.mark.parametrize(
    "source",
    [
        '{% page_url "no-such-page" %}',
        '{% link "no-such-page" %}words{% endlink %}',
        "{% page_url faq %}",
        "{% page_url %}",
        "{% fact F1.1 %}words{% endfact %}",
    ],
)
def test_template_with_a_dead_link_does_not_compile(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)


def test_fact_that_does_not_exist_does_not_render():
    template = Template('{% fact "F99.9" %}words{% endfact %}')
    with pytest.raises(KeyError, match=r"F99\.9"):
        template.render(Context({"sources": SourceList(load_sources())}))
