"""Structured data (schema.org, JSON-LD) of the clinic and its pages."""

import json
from dataclasses import replace

from clinic_site.clinic.opening_hours import Hours, Span
from pages import structured_data
from pages.registry import by_name


def node(clinic, name, kind):
    """The node of that type in the data of a page."""
    graph = json.loads(structured_data.for_page(by_name(name), clinic))["@graph"]
    (found,) = [each for each in graph if each["@type"] == kind]
    return found


def test_opening_hours_are_listed_by_day_and_end_before_midnight(clinic):
    week = ((Span(480, 720), Span(780, 1440)), *[()] * 6)
    hours = node(replace(clinic, hours=Hours(week)), "home", "MedicalClinic")
    assert [
        (each["dayOfWeek"], each["opens"], each["closes"])
        for each in hours["openingHoursSpecification"]
    ] == [
        ("https://schema.org/Monday", "08:00", "12:00"),
        ("https://schema.org/Monday", "13:00", "23:59"),
    ]
