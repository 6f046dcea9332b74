"""The gallery of components: for staff only, looking and failing as a reader's page does."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User

from clinic_site.web import content_security, stylesheet
from tests.plugin.staff import signed_in

ADDRESS = "/desk/gallery/"


@pytest.fixture
def staff(db):
    return signed_in(User.objects.create_user("coordinator", is_staff=True))


def test_reader_is_asked_to_sign_in(client):
    response = client.get(ADDRESS)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/desk/login/")


def test_account_without_the_mark_of_staff_is_asked_to_sign_in(db, client):
    client.force_login(User.objects.create_user("reader"))
    assert client.get(ADDRESS).status_code == 302


def test_gallery_has_the_readers_policy_and_styles(staff):
    response = staff.get(ADDRESS)
    sheet = stylesheet.inline()
    assert response.headers["Content-Security-Policy"] == content_security.header(
        django_settings.SECURE_CSP, sheet.csp_source
    )
    text = response.content.decode()
    assert all(part in text for part in (sheet.text, *sheet.parts.values()))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_gallery_shows_every_component(staff):
    text = staff.get(ADDRESS).content.decode()
    styled = {"card", "care-card", "compare", "crumbs", "do", "dont", "facts", "faq", "figure"}
    styled |= {"jump", "ladder", "letter", "note", "pager", "reviewed", "sources", "speech"}
    styled |= {"steps", "team", "week", "windows", "map", "error-summary", "field", "choice"}
    assert [
        name for name in styled if f'class="{name}' not in text and f' {name}"' not in text
    ] == []


def test_no_page_leads_a_reader_there(client):
    assert ADDRESS not in client.get("/").content.decode()
    assert ADDRESS not in client.get("/sitemap.xml").content.decode()
