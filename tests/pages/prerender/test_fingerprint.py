"""The name of everything that pages are made of."""

from pathlib import Path

import pytest

from pages.prerender import fingerprint

SOURCES = (
    "clinic.toml",
    "clinic_site/web/content_security.py",
    "clinic_site/web/posted_form.py",
    "pages/views.py",
    "pages/pages.toml",
    "templates/pages/en/faq.html",
    "templates/partials/footer.html",
    "static/css/tokens.css",
    "collected/staticfiles.json",
)


@pytest.fixture
def checkout(tmp_path, settings):
    """A small one; settings point into it."""
    for name in SOURCES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    settings.BASE_DIR = tmp_path
    settings.CLINIC_FILE = tmp_path / "clinic.toml"
    settings.STATIC_ROOT = tmp_path / "collected"
    return tmp_path


@pytest.mark.parametrize("name", SOURCES)
def test_any_change_of_a_source_makes_another_name(checkout: Path, name):
    before = fingerprint.fingerprint()
    (checkout / name).write_text("after!")
    assert fingerprint.fingerprint() != before


def test_new_template_makes_another_name(checkout: Path):
    before = fingerprint.fingerprint()
    (checkout / "templates" / "prescribed").mkdir()
    (checkout / "templates" / "prescribed" / "notice.html").write_text("")
    assert fingerprint.fingerprint() != before


def test_content_that_moves_to_another_file_makes_another_name(checkout: Path):
    before = fingerprint.fingerprint()
    (checkout / "pages" / "views.py").rename(checkout / "pages" / "other.py")
    assert fingerprint.fingerprint() != before


def test_date_of_a_file_does_not_count(checkout: Path):
    before = fingerprint.fingerprint()
    for name in SOURCES:
        (checkout / name).write_text("before")
    assert fingerprint.fingerprint() == before


@pytest.mark.parametrize(("setting", "value"), [("PRODUCTION", True), ("SERVES", "site")])
def test_another_kind_of_process_makes_another_name(checkout, settings, setting, value):
    before = fingerprint.fingerprint()
    setattr(settings, setting, value)
    assert fingerprint.fingerprint() != before


def test_without_collected_files_there_is_a_name(checkout: Path, settings):
    settings.STATIC_ROOT = checkout / "nowhere"
    assert len(fingerprint.fingerprint()) == fingerprint.LENGTH
