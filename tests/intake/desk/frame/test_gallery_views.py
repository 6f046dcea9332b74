"""The gallery of components: for staff only, looking and failing as a reader's page does."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.web import content_security, stylesheet
from tests.plugin.desk import Answer, Desk, get

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/gallery/"


@pytest.fixture
def gallery() -> Answer:
    """As somebody on the staff sees it, who has no role."""
    return Desk(User.objects.create_user("coordinator", is_staff=True)).get(ADDRESS)


def test_account_without_the_mark_of_staff_is_asked_to_sign_in(client: Client) -> None:
    client.force_login(User.objects.create_user("reader"))

    assert get(client, ADDRESS).location.startswith("/desk/login/")


def test_gallery_has_the_readers_policy_and_styles(gallery: Answer) -> None:
    sheet = stylesheet.inline()

    assert gallery.headers["Content-Security-Policy"] == content_security.header(
        django_settings.SECURE_CSP, sheet.csp_source
    )
    assert all(part in gallery.html for part in (sheet.text, *sheet.parts.values()))
    assert "no-store" in gallery.headers["Cache-Control"]
    assert gallery.headers["X-Robots-Tag"] == "noindex"


def test_gallery_shows_every_component(gallery: Answer) -> None:
    styled = {"card", "care-card", "compare", "crumbs", "do", "dont", "facts", "faq", "figure"}
    styled |= {"jump", "ladder", "letter", "note", "pager", "reviewed", "sources", "speech"}
    styled |= {"steps", "team", "week", "windows", "map", "error-summary", "field", "choice"}

    missing = [
        name
        for name in styled
        if f'class="{name}' not in gallery.html and f' {name}"' not in gallery.html
    ]
    assert missing == []


def test_no_page_leads_a_reader_there(client: Client) -> None:
    assert ADDRESS not in get(client, "/").html
    assert ADDRESS not in get(client, "/sitemap.xml").html
