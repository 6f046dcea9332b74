"""Every registered page, seen from outside."""

import re

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic_site.web import stylesheet
from pages.bound_page import BoundPage
from pages.registry import PAGES, PageKind


@pytest.fixture(scope="session")
def by_path(html):
    """The HTML of each page, by its path."""
    return {f"/{page.path}": html[page.name] for page in PAGES}


def failing(html, check):
    """Names of the pages that fail the check, each with what it found."""
    found = {name: check(text) for name, text in html.items()}
    return {name: problem for name, problem in found.items() if problem}


def test_every_page_is_found(rendered):
    assert {name: response.status_code for name, response in rendered.items()} == {
        page.name: 200 for page in PAGES
    }


def test_page_has_one_heading_and_its_own_title(html, clinic):
    assert failing(html, lambda text: text.count("<h1") != 1) == {}
    titles = {page.name: f"<title>{BoundPage(page, clinic).title}</title>" for page in PAGES}
    wrong = [name for name in titles if titles[name] not in html[name].replace("&amp;", "&")]
    assert wrong == []


def test_page_needs_no_query(client, db):
    queries = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/{page.path}")
        queries[page.name] = captured.captured_queries
    assert {name: made for name, made in queries.items() if made} == {}


def test_page_sets_no_cookie(rendered):
    assert [name for name, response in rendered.items() if response.cookies] == []
    vary = {name: response.headers.get("Vary", "") for name, response in rendered.items()}
    assert [name for name, header in vary.items() if "Cookie" in header] == []


def test_policy_is_the_same_everywhere(rendered):
    policies = {name: page.headers["Content-Security-Policy"] for name, page in rendered.items()}
    assert {name for name, policy in policies.items() if policy != policies["home"]} == set()


def test_page_loads_nothing_from_elsewhere(html):
    own = ("https://testserver/", "/", "https://lamplight.example")
    loaded = re.compile(r'<(?:img|script|link|iframe|source)[^>]*(?:src|href)="([^"]+)"')

    def foreign(text):
        return [address for address in loaded.findall(text) if not address.startswith(own)]

    assert failing(html, foreign) == {}


def test_page_runs_no_script(html):
    data = '<script type="application/ld+json">'
    assert failing(html, lambda text: "<script" in text.replace(data, "")) == {}


def test_page_has_no_inline_style_or_handler(html):
    assert failing(html, re.compile(r'\sstyle="|\son[a-z]+="').findall) == {}


def test_page_marks_the_sample_clinic(html, clinic):
    mark = f"{clinic.name} is not real and nobody answers its phone"
    assert failing(html, lambda text: mark not in text) == {}


def test_page_offers_urgent_help_first(html):
    def late(text):
        body = text[text.index("<body") :]
        return body.index("tel:988") > body.index("<header")

    assert failing(html, late) == {}


def test_links_inside_the_site_lead_somewhere(client, html):
    linked = {name: set(re.findall(r'<a[^>]*href="(/[^"#]*)', html[name])) for name in html}
    status = {
        address: client.get(address.replace("&amp;", "&")).status_code
        for address in set().union(*linked.values())
        if not address.startswith("/static/")
    }
    dead = {address for address, code in status.items() if code != 200}
    assert {name: linked[name] & dead for name in linked if linked[name] & dead} == {}


def test_links_inside_the_page_reach_an_element(html):
    def dead(text):
        return set(re.findall(r'href="#([^"]+)"', text)) - set(re.findall(r'\sid="([^"]+)"', text))

    assert failing(html, dead) == {}


def test_links_to_a_part_of_another_page_reach_it(html, by_path):
    def dead(text):
        linked = re.findall(r'href="(/[^"?#]*)#([^"]+)"', text)
        return [
            (path, part) for path, part in linked if f'id="{part}"' not in by_path.get(path, "")
        ]

    assert failing(html, dead) == {}


def test_page_with_its_stylesheet_fits_the_first_exchange(rendered):
    """Ten packets, RFC 6928: HTML and CSS together, legal pages excepted."""
    most = {page.name: 60_000 if page.kind is PageKind.LEGAL else 14_600 for page in PAGES}
    sizes = {name: len(brotli.compress(page.content)) for name, page in rendered.items()}
    assert {name: size for name, size in sizes.items() if size > most[name]} == {}


def test_page_carries_the_styles_of_its_classes(html):
    sheet = stylesheet.build()
    classes = {name: classes_of(css) for name, css in sheet.parts.items()}

    def unstyled(text):
        names = re.findall(r'\sclass="([^"]+)"', text)
        used = {name for each in names for name in each.split()}
        carried = [sheet.text, *(css for css in sheet.parts.values() if css in text)]
        missing = used - {name for css in carried for name in classes_of(css)}
        return {part: missing & classes[part] for part in classes if missing & classes[part]}

    assert failing(html, unstyled) == {}, "add {% style %} for these parts"


def classes_of(css):
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))


def test_header_and_footer_are_the_same_everywhere(html):
    """WCAG 2.2, 3.2.3, 3.2.4 and 3.2.6: navigation, names and help in one order."""
    home = shell(html["home"])
    assert len(home) >= 3
    assert failing(html, lambda text: shell(text) != home) == {}


def shell(text: str) -> list[str]:
    parts = re.findall(r"<(?:aside|header|footer)\b.*?</(?:aside|header|footer)>", text, re.DOTALL)
    return [
        re.sub(r' aria-current="page"', "", part) for part in parts if 'class="note"' not in part
    ]


def test_titles_and_descriptions_are_unique_and_short(clinic):
    bound = [BoundPage(page, clinic) for page in PAGES]
    assert len({page.title for page in bound}) == len(PAGES)
    assert len({page.description for page in bound}) == len(PAGES)
    assert [page.title for page in bound if len(page.title) > 60] == []
    assert [page.description for page in bound if len(page.description) > 155] == []
