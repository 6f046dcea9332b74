"""sitemap.xml, robots.txt, the well-known addresses, and the icon that browsers ask for."""

from dataclasses import replace
from datetime import date

from pages import machine_files
from pages.registry import PAGES, by_name


def test_sitemap_lists_every_indexed_page_with_its_own_date(client, clinic):
    text = client.get("/sitemap.xml").content.decode()
    for page in PAGES:
        listed = f"<loc>{clinic.url}/{page.path}</loc>" in text
        assert listed is page.indexed, page.name
    assert text.count(f"<lastmod>{by_name('faq').changed}</lastmod>") >= 1


def test_robots_txt_names_the_sitemap(client, clinic):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {clinic.url}/sitemap.xml" in text


def blocked(clinic, **allowed):
    """The crawlers that may read nothing."""
    text = machine_files.robots_text(replace(clinic, robots=replace(clinic.robots, **allowed)))
    blocks = [block.splitlines() for block in text.split("\n\n")]
    named = [names for *names, rule in blocks if rule == "Disallow: /"]
    return {name.removeprefix("User-agent: ") for names in named for name in names}


def test_robots_txt_blocks_the_crawlers_that_the_clinic_does_not_want(clinic):
    everybody = {"search_engines": True, "assistants": True, "training": True}
    assert blocked(clinic, **everybody) == set()
    assert blocked(clinic, **everybody | {"search_engines": False}) == {"*"}
    assert "ChatGPT-User" in blocked(clinic, **everybody | {"assistants": False})
    assert "GPTBot" in blocked(clinic, **everybody | {"training": False})
    assert "GPTBot" not in blocked(clinic, **everybody | {"assistants": False})


def test_security_txt_says_whom_to_tell_and_until_when(client, clinic):
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert f"Contact: mailto:{clinic.email.address}\n" in text
    assert f"Canonical: {clinic.url}/.well-known/security.txt\n" in text


def test_security_txt_expires_a_year_after_the_last_change(clinic):
    text = machine_files.security_text(clinic, date(2028, 2, 29))
    assert "Expires: 2029-02-28T00:00:00Z\n" in text


def test_security_txt_prefers_the_languages_that_staff_speak(clinic):
    spanish_too = replace(clinic, replies=replace(clinic.replies, languages=("English", "Spanish")))
    assert "Preferred-Languages: en, es\n" in machine_files.security_text(
        spanish_too, date(2026, 11, 24)
    )
    others = replace(clinic, replies=replace(clinic.replies, languages=("Polish",)))
    assert "Preferred-Languages: en\n" in machine_files.security_text(others, date(2026, 11, 24))


def test_password_managers_find_the_page(client):
    response = client.get("/.well-known/change-password")
    assert response.status_code == 302
    assert response.headers["Location"] == "/desk/password_change/"


def test_browser_that_asks_for_an_icon_gets_one_at_once(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 200
    assert b"".join(response)[:4] == b"\0\0\1\0"
