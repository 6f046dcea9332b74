"""The list of sources is complete, and so is the list of pages."""

import html

from pages.drawings import letters
from pages.editorial.rendered_pages import rendered_text
from pages.registry import PAGES
from pages.sources import used
from tests.pages.drawings.test_window_grid import lit_windows


def test_every_claim_of_a_page_is_found_in_its_template():
    for page in PAGES:
        claimed = {fact for claim in rendered_text(page).claims for fact in claim.facts}
        assert claimed <= set(used.facts_of(page)), page.name


def test_every_work_stands_once_with_its_pages(client):
    works = [work.source.id for group in used.groups() for work in group.works]
    assert len(works) == len(set(works))
    text = html.unescape(client.get("/sources/").content.decode())
    for group in used.groups():
        assert f"<h3>{group.subject}</h3>" in text
        for work in group.works:
            assert work.source.full in text
            assert work.pages


def test_work_stands_under_the_subject_of_most_of_its_facts():
    subject = {work.source.id: group.subject for group in used.groups() for work in group.works}
    assert subject["42-cfr-2"] == "Privacy and honest advertising"
    assert subject["samhsa-helpline"] == "Urgent help and safety"


def test_index_lists_every_page_that_may_be_found(client):
    main = client.get("/site-index/").content.decode().split("<main")[1].split("</main>")[0]
    for page in PAGES:
        assert (f'href="/{page.path}"' in main) is page.indexed, page.name


def test_initials_are_drawn_as_decoration():
    svg = letters.initials("CD")
    assert 'aria-hidden="true"' in svg
    assert lit_windows(svg) == 3 + 2 + 1 + 1 + 1 + 2 + 3 + 2 * 4 + 2 * 5


def test_sign_that_is_no_letter_stays_dark():
    assert lit_windows(letters.initials("É")) == 0


def test_every_letter_fits_its_windows():
    for letter, rows in letters.ROWS.items():
        assert len(rows) == letters.HEIGHT, letter
        assert all(0 < bits < 2**letters.WIDTH for bits in rows), letter
