"""Every registered page, seen from outside."""

import json
import re

import brotli
import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client

from pages.bound_page import BoundPage
from pages.registry import PAGES, PageKind, by_name
from pages.templatetags.site import whole_phone_numbers

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(client: Client, page) -> str:
    response = client.get(f"/{page.path}")
    assert response.status_code == 200
    return response.content.decode()


@every_page
def test_page_has_one_heading_and_its_own_title(client, page, clinic):
    text = text_of(client, page)
    bound = BoundPage(page, clinic)
    assert text.count("<h1") == 1
    assert f"<title>{bound.title}</title>" in text.replace("&amp;", "&")


@every_page
def test_page_needs_no_query(client, page, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(f"/{page.path}")


@every_page
def test_page_sets_no_cookie(client, page):
    response = client.get(f"/{page.path}")
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@every_page
def test_page_loads_nothing_from_elsewhere(client, page):
    text = text_of(client, page)
    loaded = re.findall(r'<(?:img|script|link|iframe|source)[^>]*(?:src|href)="([^"]+)"', text)
    own = [f"https://{client.get('/').wsgi_request.get_host()}", "/", "https://lamplight.example"]
    assert all(address.startswith(tuple(own)) for address in loaded), loaded
    assert "<script" not in text.replace('<script type="application/ld+json">', "")


@every_page
def test_page_has_no_inline_style_or_handler(client, page):
    text = text_of(client, page)
    assert not re.search(r'\sstyle="', text)
    assert not re.search(r'\son[a-z]+="', text)


@every_page
def test_page_marks_the_sample_clinic(client, page, clinic):
    assert f"{clinic.name} is not real and nobody answers its phone" in text_of(client, page)


@every_page
def test_page_offers_urgent_help_first(client, page):
    text = text_of(client, page)
    body = text[text.index("<body") :]
    assert body.index("tel:988") < body.index("<header")


@every_page
def test_links_inside_the_site_lead_somewhere(client, page):
    text = text_of(client, page)
    for address in set(re.findall(r'<a[^>]*href="(/[^"#]*)', text)):
        if not address.startswith("/static/"):
            assert client.get(address.replace("&amp;", "&")).status_code == 200, address


@every_page
def test_links_inside_the_page_reach_an_element(client, page):
    text = text_of(client, page)
    identifiers = set(re.findall(r'\sid="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= identifiers


@every_page
def test_links_to_a_part_of_another_page_reach_it(client, page):
    for path, part in re.findall(r'href="(/[^"?#]*)#([^"]+)"', text_of(client, page)):
        assert f'id="{part}"' in client.get(path).content.decode(), (path, part)


@every_page
def test_structured_data_is_valid_and_resolves(client, page, clinic):
    text = text_of(client, page)
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    nodes = [node for block in blocks for node in json.loads(block)["@graph"]]
    known = {node["@id"] for node in nodes if "@id" in node}
    used = re.findall(r'\{"@id": "([^"]+)"\}', "".join(blocks))
    assert set(used) <= known
    for forbidden in ("FAQPage", "Review", "AggregateRating", "HowTo", "reviewedBy"):
        assert forbidden not in json.dumps(nodes)
    if page.kind is PageKind.HOME:
        assert {"MedicalClinic", "WebSite"} <= {str(node["@type"]) for node in nodes}
        assert nodes[0]["name"] == clinic.display_name


@every_page
def test_page_with_its_stylesheet_fits_the_first_exchange(client, page):
    """Ten packets, RFC 6928: HTML and CSS together, legal pages excepted."""
    most = 60_000 if page.kind is PageKind.LEGAL else 14_600
    assert len(brotli.compress(client.get(f"/{page.path}").content)) <= most


@every_page
def test_header_and_footer_are_the_same_everywhere(client, page):
    """WCAG 2.2, 3.2.3, 3.2.4 and 3.2.6: navigation, names and help in one order."""
    here, home = (shell(text_of(client, one)) for one in (page, by_name("home")))
    assert here == home


def shell(text: str) -> list[str]:
    parts = re.findall(r"<(?:aside|header|footer)\b.*?</(?:aside|header|footer)>", text, re.DOTALL)
    assert len(parts) >= 3
    return [
        re.sub(r' aria-current="page"', "", part) for part in parts if 'class="note"' not in part
    ]


def test_titles_and_descriptions_are_unique_and_short(clinic):
    bound = [BoundPage(page, clinic) for page in PAGES]
    assert len({page.title for page in bound}) == len(PAGES)
    assert len({page.description for page in bound}) == len(PAGES)
    assert [page.title for page in bound if len(page.title) > 60] == []
    assert [page.description for page in bound if len(page.description) > 155] == []


def test_sitemap_lists_every_indexed_page_with_its_own_date(client, clinic):
    text = client.get("/sitemap.xml").content.decode()
    for page in PAGES:
        listed = f"<loc>{clinic.url}/{page.path}</loc>" in text
        assert listed is page.indexed, page.name
    assert text.count(f"<lastmod>{by_name('faq').changed}</lastmod>") >= 1


def test_robots_txt_follows_the_clinic(client, settings, clinic):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {clinic.url}/sitemap.xml" in text
    assert "GPTBot" not in text


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
        "{% fact F1.1 %}words{% endfact %}",
    ],
)
def test_template_with_a_dead_link_does_not_compile(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)


def test_fact_that_does_not_exist_does_not_render():
    from pages.sources.facts import SourceList, load_sources

    template = Template('{% fact "F99.9" %}words{% endfact %}')
    with pytest.raises(KeyError, match=r"F99\.9"):
        template.render(Context({"sources": SourceList(load_sources())}))
