"""docs/claims.md and the list of unverified facts say what the pages say now."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from pages.editorial import claims, fact_sheet, reading_rules
from pages.editorial.fact_sheet import Fact
from pages.editorial.management.commands.claims import CLAIMS_MD, REVIEW_MD, documents
from pages.editorial.rendered_pages import PageFailed, rendered_text
from pages.editorial.visible_text import Claim, VisibleText
from pages.registry import PAGES

COMMANDS = "pages.editorial.management.commands"
FACTS = {
    "F1.1": Fact("F1.1", "At least 9 h.", "A", "a.example", 'V-P: "9 hours"', "H", "home"),
    "F3.1": Fact("F3.1", "Leave.", "B", "b.example (URL GK)", 'V-P: "leave"', "M", "home"),
    "F1.2": Fact("F1.2", "9 to 19.", "C", "c.example", "GK", "L", "BG: home"),
}
CLAIMS = {
    "home": (Claim(("F1.1", "F3.1"), "Nine hours.", "Time"), Claim(("F1.2",), "To 19.", "Time")),
    "faq": (Claim(("F3.1",), "You can take leave.", "Work"),),
    "about": (),
}


def test_each_sentence_stands_over_its_facts():
    text = claims.document(CLAIMS, FACTS)

    assert (
        "## home\n\n### Time\n\n> Nine hours.\n\n* F1.1 (H): At least 9 h.\n* F3.1 (M): **GK**"
        in text
    )
    assert "* F1.2 (L, background): **GK** (GK) 9 to 19." in text
    assert text.count("### Time") == 1
    assert "## about" not in text


def test_unverified_facts_are_listed_with_page_and_signer():
    rows = claims.unverified(CLAIMS, FACTS).splitlines()[2:]

    assert rows == [
        '|F3.1|home, faq|Leave.|V-P: "leave"; b.example (URL GK)|counsel|',
        "|F1.2|home|9 to 19.|GK|a clinician|",
    ]


def test_generated_part_is_replaced_and_the_rest_kept():
    review = f"Before\n{claims.UNVERIFIED_START}\nold\n{claims.UNVERIFIED_END}\nAfter\n"

    text = claims.with_unverified(review, "|new|\n")

    assert text.startswith("Before\n") and text.endswith("\nAfter\n")
    assert "|new|" in text and "old" not in text
    with pytest.raises(ValueError, match="needs the lines"):
        claims.with_unverified("no markers", "")


def test_claims_document_is_up_to_date(texts, monkeypatch):
    monkeypatch.setattr(f"{COMMANDS}.claims.rendered_text", lambda page: texts[page.name])
    for path, text in documents().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name} is out of date: python manage.py claims, then read what changed"
        )


def test_every_unverified_fact_in_use_is_on_the_review_list(texts):
    listed = dict(
        re.findall(r"^\|(F\d+\.\d+[a-z]?)\|([^|]+)\|", REVIEW_MD.read_text(encoding="utf-8"), re.M)
    )
    facts = fact_sheet.read_facts()
    used = {(fact, name) for name in texts for claim in texts[name].claims for fact in claim.facts}
    unverified = {(fact, name) for fact, name in used if facts[fact].unverified}
    assert unverified
    assert {
        (fact, name) for fact, name in unverified if name not in listed.get(fact, "").split(", ")
    } == set()


def test_pages_tag_their_claims():
    assert CLAIMS_MD.read_text(encoding="utf-8").count("\n> ") > 100


def changed(monkeypatch, *found: reading_rules.ReadingFinding) -> None:
    monkeypatch.setattr(
        f"{COMMANDS}.check_content.reading_rules.findings",
        lambda page, text: list(found),
    )
    monkeypatch.setattr(
        f"{COMMANDS}.check_content.rendered_text",
        lambda page: VisibleText((), (), ()),
    )


def test_check_content_prints_each_finding_once_and_fails(monkeypatch):
    changed(
        monkeypatch, reading_rules.ReadingFinding("faq", "Cost", "Guaranteed.", "not used here")
    )
    out = StringIO()

    with pytest.raises(CommandError, match="1 to change"):
        call_command("check_content", "faq", "benefits", stdout=out)

    assert out.getvalue() == 'faq, under "Cost": not used here\n    Guaranteed.\n'


def test_check_content_is_quiet_when_all_is_well(monkeypatch):
    changed(monkeypatch)
    out = StringIO()

    call_command("check_content", stdout=out)

    assert out.getvalue() == "Nothing to change.\n"


def test_check_content_names_the_pages_when_one_is_unknown():
    with pytest.raises(CommandError, match='no page "fqa"; there are: home'):
        call_command("check_content", "fqa")


def test_check_content_says_when_a_page_does_not_render(monkeypatch):
    def broken(page):
        raise PageFailed("faq: TemplateSyntaxError: no page")

    monkeypatch.setattr(f"{COMMANDS}.check_content.rendered_text", broken)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_content", "faq", stdout=out)

    assert "the page does not render: faq: TemplateSyntaxError" in out.getvalue()


def test_claims_command_writes_both_files(monkeypatch, tmp_path):
    target = tmp_path / "claims.md"
    monkeypatch.setattr(f"{COMMANDS}.claims.documents", lambda: {target: "new"})
    monkeypatch.setattr("django.conf.settings.BASE_DIR", tmp_path)

    call_command("claims", stdout=StringIO())

    assert target.read_text() == "new"


def test_page_that_does_not_exist_has_no_proof(monkeypatch):
    monkeypatch.setattr("pages.editorial.rendered_pages._rendered", lambda page: 1 / 0)

    with pytest.raises(PageFailed, match="home: ZeroDivisionError"):
        rendered_text(PAGES[0])


def test_page_that_answers_with_an_error_has_no_proof(monkeypatch):
    monkeypatch.setattr(
        "pages.editorial.rendered_pages.resolve",
        lambda path: (lambda request: HttpResponse(status=503), (), {}),
    )

    with pytest.raises(PageFailed, match="status 503"):
        rendered_text(PAGES[0])
