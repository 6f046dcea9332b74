"""The list of sources is complete, and so is the list of pages."""

from html import unescape

from pages.registry import PAGES
from pages.sources import used


def test_every_claim_of_a_page_is_found_in_its_template(texts):
    for page in PAGES:
        claimed = {fact for claim in texts[page.name].claims for fact in claim.facts}
        assert claimed <= set(used.facts_of(page)), page.name


def test_every_work_stands_once_with_its_pages(html):
    works = [work.source.id for group in used.groups() for work in group.works]
    assert len(works) == len(set(works))
    text = unescape(html["sources"])
    for group in used.groups():
        assert f"<h3>{group.subject}</h3>" in text
        for work in group.works:
            assert work.source.full in text
            assert work.pages


def test_work_stands_under_the_subject_of_most_of_its_facts():
    subject = {work.source.id: group.subject for group in used.groups() for work in group.works}
    assert subject["42-cfr-2"] == "Privacy and honest advertising"
    assert subject["samhsa-helpline"] == "Urgent help and safety"


def test_index_lists_every_page_that_may_be_found(html):
    main = html["site-index"].split("<main")[1].split("</main>")[0]
    for page in PAGES:
        assert (f'href="/{page.path}"' in main) is page.indexed, page.name
