"""The lists: pseudonyms only, no generic form, no accounts."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from clinic_site.tryout import sample_staff
from intake.models import Request
from intake.store import ledger
from tests.intake import rows
from tests.intake.receive.typed_form import Fields
from tests.plugin.live_site import running_site
from tests.plugin.staff import signed_in

pytestmark = pytest.mark.django_db
LIST = "/desk/intake/request/"
LEDGER = "/desk/ledger/"
MARKER = "marker-list-41"


def marked(**changed: Any) -> Request:
    words = {"name": MARKER, "message": MARKER, "contact_need": MARKER, "language": MARKER}
    return rows.request(sent=rows.answers(**words | changed))


# ---- who may


@pytest.mark.parametrize("path", ["/desk/", LIST, LEDGER])
def test_anonymous_is_sent_to_the_login(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == f"/desk/login/?next={path}"


def test_visitor_with_an_account_but_not_on_the_staff_stays_outside(client: Client) -> None:
    client.force_login(User.objects.create_user("guest"))

    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("path", [LIST, LEDGER])
def test_staff_without_the_right_see_no_list(path: str) -> None:
    client = signed_in(User.objects.create_user("new", is_staff=True))

    assert client.get(path).status_code == 403
    assert "Ask a manager" in Fields(client.get("/desk/")).text


def test_auditor_reads_the_ledger_and_no_request(auditor_at_desk: Client) -> None:
    assert auditor_at_desk.get(LEDGER).status_code == 200
    assert auditor_at_desk.get(LIST).status_code == 403


# ---- requests


def test_list_is_titled_in_words_of_the_desk(manager_at_desk: Client) -> None:
    for path, title in ((LEDGER, "Ledger"), ("/desk/", "Figures")):
        page = Fields(manager_at_desk.get(path))
        assert page.title.strip() == f"{title} | Follow-up desk"
        assert "Select" not in page.text
        assert "to change" not in page.text
        assert "Home" not in page.text


@pytest.mark.parametrize("path", ["add/", "{}/delete/", "{}/history/", "{}/"])
def test_request_has_no_generic_form(path: str, manager_at_desk: Client) -> None:
    row = rows.request()

    for table in (LIST, LEDGER):
        assert manager_at_desk.get(table + path.format(row.pk)).status_code == 404
    assert Request.objects.exists()


# ---- ledger


def test_ledger_is_read_by_line_and_pseudonym(auditor_at_desk: Client) -> None:
    row = marked()
    ledger.record("opened_outside_window", by="ana", request=row)
    ledger.record("started", by="worker")

    page = Fields(auditor_at_desk.get(LEDGER))

    assert "Opened outside window" in page.text
    assert str(row) in page.text
    assert MARKER not in page.text
    assert not [given for tag, given in page.tags if "/change/" in (given.get("href") or "")]


def test_ledger_line_has_no_form(manager_at_desk: Client) -> None:
    ledger.record("started", by="worker")

    assert manager_at_desk.get(f"{LEDGER}1/change/").status_code == 404


# ---- accounts


@pytest.mark.parametrize("path", ["user/", "user/add/", "group/", "user/{}/change/"])
def test_accounts_have_no_generic_form(path: str, admin_user: User) -> None:
    """Whoever may edit them there could make themselves a superuser."""
    path = f"/desk/auth/{path.format(admin_user.pk)}"

    assert signed_in(admin_user).get(path).status_code == 404


# ---- index


def test_index_of_one_app_is_the_index(at_desk: Client) -> None:
    response = at_desk.get("/desk/intake/")

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))


@pytest.mark.parametrize(
    ("role", "seen"),
    [("coordinator", "Waiting now"), ("manager", "Export requests"), ("auditor", "hidden")],
)
def test_sample_account_sees_what_its_role_may(role: str, seen: str) -> None:
    sample_staff.create(role)
    client = signed_in(User.objects.get(username=role))
    rows.request()

    assert seen in Fields(client.get("/desk/")).text


@pytest.mark.parametrize("serves_site", [True, False])
def test_one_process_mode_is_said(at_desk: Client, settings: Any, serves_site: bool) -> None:
    settings.SERVES_SITE = serves_site

    page = Fields(at_desk.get("/desk/"))

    assert ("One-process mode" in page.text) is serves_site
    assert ("View site" in page.text) is serves_site


def test_desk_brings_no_inline_code_and_remembers_no_theme(manager_at_desk: Client) -> None:
    rows.request()
    for path in ("/desk/", "/desk/queue/", LEDGER, "/desk/login/", "/desk/password_change/"):
        page = Fields(manager_at_desk.get(path))
        scripts = [given for tag, given in page.tags if tag == "script"]
        assert all(given.get("src", "").startswith("/static/") for given in scripts)
        assert "theme" not in str(scripts)
        assert not [tag for tag, given in page.tags if tag == "style" or "style" in given]
        assert not [given for _, given in page.tags if given.get("class") == "theme-toggle"]


@pytest.mark.django_db(transaction=True)
def test_site_process_serves_no_desk(collect_compressed: None) -> None:
    with running_site(CLINIC_SERVES="site") as address:
        for path in ("/desk/", "/desk/login/", LIST):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(address + path)
            assert refused.value.code == 404
            refused.value.close()
