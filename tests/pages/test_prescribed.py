"""Official texts: a marked place until they are there, demanded by the clinic's switches."""

from copy import deepcopy
from dataclasses import replace
from itertools import product

import pytest
from django.template import Context, Template, TemplateSyntaxError

from pages import checks, prescribed
from pages.editorial import reading_rules
from pages.editorial.rendered_pages import rendered_text
from pages.registry import by_name

SWITCHES = ("is_hipaa_covered", "is_part2_program", "receives_hhs_funds", "employees_15_plus")
FOLLOW_THE_SWITCHES = (
    "about",
    "accessibility",
    "good-faith-estimate",
    "language-help",
    "nondiscrimination",
    "privacy-practices",
    "site-privacy",
    "sources",
)


@pytest.fixture
def put(settings, tmp_path):
    """Puts an official text where the clinic would put it."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates

    def put(name: str, text: str) -> None:
        file = tmp_path / "prescribed" / f"{name}.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return put


def switched(clinic, **switches):
    return replace(clinic, law=replace(clinic.law, **switches))


def needed(clinic):
    return {one.text.name for one in prescribed.missing(clinic)}


def test_sample_lacks_every_text_in_every_language(clinic):
    missing = list(prescribed.missing(clinic))
    assert {one.text.name for one in missing} == {text.name for text in prescribed.TEXTS}
    languages = [one.language for one in missing if one.text.name == "notice-of-availability"]
    assert languages == ["en", *(language.tag for language in clinic.law.notice_languages)]


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"receives_hhs_funds": False}, {"notice-of-privacy-practices", "good-faith-estimate"}),
        (
            {"is_hipaa_covered": False, "is_part2_program": False},
            {"good-faith-estimate", "notice-of-nondiscrimination", "notice-of-availability"},
        ),
        (
            {"is_hipaa_covered": False, "receives_hhs_funds": False},
            {"notice-of-privacy-practices", "good-faith-estimate"},
        ),
    ],
)
def test_switches_decide_what_is_needed(clinic, switches, expected):
    assert needed(switched(clinic, **switches)) == expected


@pytest.mark.parametrize(
    ("hipaa", "part_2", "title"),
    [
        (True, True, "model Notice of Privacy Practices and model Part 2 Patient Notice"),
        (True, False, "model Notice of Privacy Practices"),
        (False, True, "model Part 2 Patient Notice"),
    ],
)
def test_privacy_notice_is_named_after_its_laws(clinic, hipaa, part_2, title):
    law = switched(clinic, is_hipaa_covered=hipaa, is_part2_program=part_2)
    assert prescribed.by_name("notice-of-privacy-practices").title(law) == title


def test_missing_text_is_an_error_that_says_where_to_get_it(settings, clinic):
    settings.CLINIC = switched(clinic, receives_hhs_funds=False, is_hipaa_covered=False)
    errors = checks.prescribed_texts_are_there()
    assert [error.id for error in errors] == ["pages.E001", "pages.E001"]
    assert "prescribed/notice-of-privacy-practices.html is missing" in errors[0].msg
    assert "model Part 2 Patient Notice" in str(errors[0].hint)


def test_text_that_is_there_stands_on_the_page_unread_by_the_word_check(client, put, clinic):
    put("good-faith-estimate", "<p>You have {{ clinic.name }} and 9,999 words.</p>")
    after = client.get("/good-faith-estimate/").content.decode()
    assert f"<div data-prescribed><p>You have {clinic.name} and 9,999 words.</p></div>" in after
    assert "The official text belongs here" not in after
    assert "good-faith-estimate" not in needed(clinic)
    assert not reading_rules.findings(
        "good-faith-estimate", rendered_text(by_name("good-faith-estimate"))
    )


def test_text_that_is_missing_is_a_marked_place_with_its_origin(client):
    page = client.get("/good-faith-estimate/").content.decode()
    assert "The official text belongs here. The sample has none." in page
    assert '<a href="https://www.cms.gov/nosurprises">Centers for Medicare &amp; Medicaid' in page


def test_empty_file_is_no_text(put, clinic):
    put("good-faith-estimate", " \n")
    assert "good-faith-estimate" in needed(clinic)


def test_text_of_a_language_carries_its_tag_and_direction(client, put):
    put("notice-of-availability.ar", "<p>…</p>")
    page = client.get("/language-help/").content.decode()
    assert '<div data-prescribed lang="ar" dir="rtl"><p>…</p></div>' in page
    assert "The official text in Spanish belongs here." in page


@pytest.mark.parametrize(
    "source",
    [
        "{% prescribed %}",
        "{% prescribed notice %}",
        '{% prescribed "no-such-text" %}',
        '{% prescribed "good-faith-estimate" a b %}',
    ],
)
def test_tag_without_a_known_text_does_not_compile(source):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load notices %}" + source).render(Context())


def test_pages_read_well_under_every_switch(settings, clinic):
    found = {}
    for on in product((True, False), repeat=len(SWITCHES)):
        switches = dict(zip(SWITCHES, on, strict=True))
        settings.CLINIC = switched(clinic, **switches)
        for name in FOLLOW_THE_SWITCHES:
            findings = reading_rules.findings(name, rendered_text(by_name(name)))
            found[name, on] = [str(finding) for finding in findings]
    assert {case: findings for case, findings in found.items() if findings} == {}


@pytest.mark.parametrize("funds", [True, False])
def test_notices_follow_federal_funds(client, settings, clinic, funds):
    settings.CLINIC = switched(clinic, receives_hhs_funds=funds)
    page = client.get("/nondiscrimination/").content.decode()
    assert ("Section 1557 coordinator" in page) is funds
    assert ('id="notice"' in client.get("/language-help/").content.decode()) is funds


def test_link_to_the_privacy_notice_names_the_laws_that_hold(client, settings, clinic):
    assert "(HIPAA &amp; 42 CFR Part 2)</a>" in client.get("/faq/").content.decode()
    settings.CLINIC = switched(clinic, is_hipaa_covered=False)
    assert "Notice of Privacy Practices (42 CFR Part 2)</a>" in client.get("/").content.decode()
    settings.CLINIC = switched(clinic, is_hipaa_covered=False, is_part2_program=False)
    assert "Notice of Privacy Practices</a>" in client.get("/").content.decode()
