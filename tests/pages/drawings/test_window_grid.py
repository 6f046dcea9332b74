"""The drawings: they show the right hours, say so in words or are marked as decoration."""

import re
from xml.etree import ElementTree

import pytest

from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.drawings import lines, window_grid

EVENINGS = tuple(Session(day, Span(18 * 60, 21 * 60)) for day in (0, 2, 3))


def lit_windows(svg):
    """Number of lit windows: each stroke of length n * 14 - 3 shows n of them."""
    path = ElementTree.fromstring(svg).find("path[@class='lit']")
    assert path is not None
    return sum((int(width) + 3) // 14 for width in re.findall(r"h(\d+)", path.attrib["d"]))


def all_drawings():
    yield window_grid.windows(EVENINGS)
    yield window_grid.care_windows(9)
    yield window_grid.hour_strip(30, 75, 180)
    yield window_grid.evenings([3, 3, 2, 1])
    yield window_grid.your_part(4)
    yield window_grid.logo()
    yield from map(lines.drawing, lines.LINES)
    yield lines.street_map("120 Example Street", bus=True)


def test_windows_light_the_hours_of_the_sessions():
    svg = window_grid.windows(EVENINGS)
    assert lit_windows(svg) == 9
    assert "M252 5.5h39" in svg


def test_windows_say_in_their_title_what_is_lit():
    title = ElementTree.fromstring(window_grid.windows(EVENINGS)).findtext("title", "")
    assert title.startswith("A week drawn as 168 windows")
    assert "9 are lit: Monday 6 to 9 pm, Wednesday 6 to 9 pm, Thursday 6 to 9 pm." in title


def test_windows_on_half_hours_light_as_many_hours_as_the_group_takes():
    assert lit_windows(window_grid.windows([Session(1, Span(18 * 60 + 30, 21 * 60 + 30))])) == 3


def test_windows_cost_little():
    assert len(window_grid.windows(EVENINGS)) < 700


def test_care_windows_light_the_hours_of_the_kind_of_care():
    for hours in (1, 9, 20, 168):
        assert lit_windows(window_grid.care_windows(hours)) == hours


def test_hour_strip_lights_five_minutes_a_window():
    assert lit_windows(window_grid.hour_strip(30, 75, 180)) == 9


def test_hour_strip_can_have_longer_windows():
    assert lit_windows(window_grid.hour_strip(120, 300, 420, pane=15)) == 12


def test_your_part_of_a_bill_is_lit():
    for share in (0, 4, 12):
        assert lit_windows(window_grid.your_part(share)) == share


def test_line_drawings_are_small_and_know_no_color():
    drawings = {name: lines.drawing(name) for name in lines.LINES}
    assert [name for name, svg in drawings.items() if not 150 <= len(svg) <= 900] == []
    assert [name for name, svg in drawings.items() if "#" in svg or "fill" in svg] == []


def test_drawing_that_does_not_exist_names_those_that_do():
    with pytest.raises(KeyError, match="door"):
        lines.drawing("window")


def test_street_map_names_the_street_and_escapes_it():
    svg = lines.street_map("5 <Oak> Street", bus=False)
    assert "&lt;Oak&gt; Street</text>" in svg
    assert "Bus" not in svg


def test_street_map_shows_a_bus_stop_when_there_is_one():
    assert ">Bus</text>" in lines.street_map("120 Example Street", bus=True)


def test_evenings_thin_out_week_by_week():
    assert lit_windows(window_grid.evenings([3, 3, 2, 1])) == 9


def test_drawings_have_words_or_are_decoration():
    for svg in all_drawings():
        drawing = ElementTree.fromstring(svg)
        if drawing.get("role") == "img":
            assert drawing.findtext("title"), svg
        else:
            assert drawing.get("aria-hidden") == "true", svg
        assert "style=" not in svg


def test_week_has_seven_days_and_says_when_the_group_meets():
    days = window_grid.week_days(Track("Evening group", EVENINGS))
    assert [day.short for day in days] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert days[0].blocks == (window_grid.DayEntry("6 to 9 pm group", lit=True),)
    assert days[1].blocks == (window_grid.DayEntry("Your day"),)


def test_week_shows_what_happens_beside_the_group():
    days = window_grid.week_days(
        Track("Evening group", EVENINGS), other=[(5, "Family hour, monthly")]
    )
    assert days[5].blocks == (window_grid.DayEntry("Family hour, monthly"),)
