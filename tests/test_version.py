"""There is one version number; every place that shows it agrees with `clinic_site.__version__`."""

import re
import tomllib

import pytest

from clinic_site import __version__
from intake.desk.entrance import rights
from tests import CHECKOUT
from tests.plugin.staff import member, signed_in

RELEASE = re.compile(r"\d+\.\d+\.\d+(\.dev\d+)?")
UNRELEASED = "Unreleased"


def headings_of_the_changelog() -> list[tuple[str, str]]:
    """The title and the version of each second-level heading, the newest first."""
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## (\S+) \(?([^\s()]+)\)?$", text, flags=re.MULTILINE)


def test_version_is_a_release_or_a_development_version() -> None:
    assert RELEASE.fullmatch(__version__)


def test_changelog_begins_with_this_version() -> None:
    title, version = headings_of_the_changelog()[0]

    assert version == __version__
    assert (title == UNRELEASED) == (".dev" in __version__)


def test_image_is_labeled_with_this_version() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")

    assert re.findall(r'image\.version="(.*)"', dockerfile) == [__version__]


@pytest.mark.django_db
def test_help_at_the_desk_names_this_version() -> None:
    page = signed_in(member("ana", rights.COORDINATOR)).get("/desk/help/").content.decode()

    assert f"This is version {__version__}." in page


def test_no_other_file_of_the_project_has_a_version_of_its_own() -> None:
    assert "project" not in tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    assert '"version"' not in (CHECKOUT / "package.json").read_text()
