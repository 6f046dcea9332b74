"""Who is named: roles in the sample, people and registers in a real clinic."""

from dataclasses import replace

import pytest

from clinic_site.clinic.legal_duties import StateAgency
from clinic_site.clinic.tables import Accreditation
from pages.editorial import reading_rules
from pages.editorial.rendered_pages import rendered_text
from pages.registry import by_name


@pytest.fixture
def real(clinic):
    """A clinic that has people, a license and a state agency. Every name here is made up."""
    head = replace(clinic.team[0], name="Test Person", license_url="https://register.example/1")
    return replace(
        clinic,
        sample=False,
        legal_name="A Clinic, LLC",
        team=(head, *clinic.team[1:]),
        license=replace(
            clinic.license,
            agency="State Agency",
            number="A-1",
            register_url="https://register.example/",
        ),
        accreditation=(Accreditation("A Body", 2020, "https://body.example/"),),
        payment=replace(clinic.payment, npi="1234567893"),
        review=replace(clinic.review, reviewer="A Reviewer", credential="LCSW"),
        complaints=replace(
            clinic.complaints, state_agencies=(StateAgency("IL", "Agency", "217-782-0002"),)
        ),
    )


def about(client):
    return client.get("/about/").content.decode()


def test_sample_shows_roles_and_says_so(html, clinic):
    page = html["about"]
    assert all(member.role in page for member in clinic.team)
    assert "it shows roles and no people" in page
    assert "Check the license" not in page


def test_sample_never_names_a_person(client, settings, clinic, real):
    settings.CLINIC = replace(real, sample=True)
    assert "Test Person" not in about(client)


def test_real_clinic_names_its_people_license_and_agencies(client, settings, real):
    settings.CLINIC = real
    page = about(client)
    for words_of_page in (
        "<strong>Test Person, Clinical director</strong>",
        '<a href="https://register.example/1">Check the license of Test Person</a>',
        '<a href="https://body.example/">Check it with A Body</a>',
        "We are licensed by State Agency, number A-1.",
        'IL: Agency, <span class="tel">217-782-0002</span>',
        "NPI) is 1234567893",
        "A Reviewer, LCSW, reads every page",
    ):
        assert words_of_page in page
    assert "sample" not in page.split("<main")[1].split("</main>")[0]


def test_pages_of_a_real_clinic_read_well(settings, real):
    settings.CLINIC = real
    found = [
        finding
        for name in ("about", "sources", "nondiscrimination", "privacy-practices", "language-help")
        for finding in reading_rules.findings(name, rendered_text(by_name(name)))
    ]
    assert [str(finding) for finding in found] == []
