"""Structured data (schema.org, JSON-LD) of the clinic and its pages."""

import json
import re
from dataclasses import replace
from datetime import date

from clinic_site.clinic.opening_hours import Hours, Span
from pages import structured_data
from pages.registry import by_name

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
NEVER = ("FAQPage", "Review", "AggregateRating", "HowTo", "reviewedBy")


def graphs(html):
    """The nodes of each page, by its name; every block has to be valid JSON."""
    return {
        name: [node for block in BLOCK.findall(text) for node in json.loads(block)["@graph"]]
        for name, text in html.items()
    }


def test_references_are_to_nodes_of_the_same_page(html):
    dead = {}
    for name, nodes in graphs(html).items():
        known = {node["@id"] for node in nodes if "@id" in node}
        used = set(re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(nodes)))
        dead[name] = used - known
    assert {name: missing for name, missing in dead.items() if missing} == {}


def test_sample_claims_no_review_and_no_rating(html):
    found = {name: json.dumps(nodes) for name, nodes in graphs(html).items()}
    assert {name for name, text in found.items() if any(word in text for word in NEVER)} == set()


def test_home_describes_the_clinic_and_the_site(html, clinic):
    nodes = graphs(html)["home"]
    assert {"MedicalClinic", "WebSite"} <= {str(each["@type"]) for each in nodes}
    assert nodes[0]["name"] == clinic.display_name


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


def test_reviewer_is_named_when_a_person_has_reviewed_a_real_clinic(clinic):
    review = replace(clinic.review, reviewer="A Reviewer", credential="LCSW", last=date(2027, 1, 5))
    page = node(replace(clinic, sample=False, review=review), "faq", ["WebPage", "MedicalWebPage"])
    assert page["lastReviewed"] == "2027-01-05"
    assert page["reviewedBy"]["name"] == "A Reviewer"


def test_clinic_is_identified_by_its_npi(clinic):
    known = replace(clinic, payment=replace(clinic.payment, npi="1234567893"))
    assert node(known, "home", "MedicalClinic")["identifier"]["value"] == "1234567893"
    unknown = replace(clinic, payment=replace(clinic.payment, npi=""))
    assert "identifier" not in node(unknown, "home", "MedicalClinic")
