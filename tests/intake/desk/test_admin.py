"""Django admin as the desk uses it: pseudonyms only, no generic form, no accounts."""

import urllib.error
import urllib.request
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from clinic_site.tryout import sample_staff
from intake.models import Request
from intake.store import ledger
from tests.intake import rows
from tests.plugin.desk import LOGIN, QUEUE, Desk
from tests.plugin.live_site import running_site

pytestmark = pytest.mark.django_db
LIST = "/desk/intake/request/"
LEDGER = "/desk/ledger/"


def test_staff_without_a_role_are_sent_to_a_manager() -> None:
    desk = Desk(User.objects.create_user("new", is_staff=True))

    assert "Ask a manager" in desk.get("/desk/").text


def test_list_of_the_admin_leads_to_the_queue(at_desk: Desk) -> None:
    assert at_desk.get(LIST).location == QUEUE


def test_pages_are_titled_in_words_of_the_desk(manager_at_desk: Desk) -> None:
    for path, title in ((LEDGER, "Ledger"), ("/desk/", "Figures")):
        answer = manager_at_desk.get(path)
        assert answer.title == f"{title} | Follow-up desk"
        assert not [word for word in ("Select", "to change", "Home") if word in answer.text]


def test_request_has_no_generic_form(manager_at_desk: Desk) -> None:
    row = rows.request()
    paths = ["add/", f"{row.pk}/delete/", f"{row.pk}/history/", f"{row.pk}/"]

    found = [
        table + path
        for table in (LIST, LEDGER)
        for path in paths
        if manager_at_desk.get(table + path).status != 404
    ]

    assert found == []
    assert Request.objects.exists()


def test_ledger_line_has_no_form(manager_at_desk: Desk) -> None:
    ledger.record("started", by="worker")

    assert manager_at_desk.get(f"{LEDGER}1/change/").status == 404


def test_accounts_have_no_generic_form(admin_user: User) -> None:
    """Whoever may edit them there could make themselves a superuser."""
    desk = Desk(admin_user)

    for path in ("user/", "user/add/", "group/", f"user/{admin_user.pk}/change/"):
        assert desk.get(f"/desk/auth/{path}").status == 404, path


def test_index_of_one_app_is_the_index(at_desk: Desk) -> None:
    assert at_desk.get("/desk/intake/").location == reverse("admin:index")


@pytest.mark.parametrize(
    ("role", "seen"),
    [("coordinator", "Waiting now"), ("manager", "Export requests"), ("auditor", "hidden")],
)
def test_sample_account_sees_what_its_role_may(role: str, seen: str) -> None:
    sample_staff.create(role)
    rows.request()

    assert seen in Desk(User.objects.get(username=role)).get("/desk/").text


@pytest.mark.parametrize("serves_site", [True, False])
def test_one_process_mode_is_said(at_desk: Desk, settings: Any, serves_site: bool) -> None:
    settings.SERVES_SITE = serves_site

    text = at_desk.get("/desk/").text

    assert ("One-process mode" in text) is serves_site
    assert ("View site" in text) is serves_site


def test_desk_brings_no_inline_code_and_remembers_no_theme(manager_at_desk: Desk) -> None:
    rows.request()
    for path in ("/desk/", QUEUE, LEDGER, LOGIN, "/desk/password_change/"):
        tags = manager_at_desk.get(path).page.tags
        scripts = [given for tag, given in tags if tag == "script"]
        assert all(str(given.get("src")).startswith("/static/") for given in scripts)
        assert "theme" not in str(scripts)
        assert not [tag for tag, given in tags if tag == "style" or "style" in given]
        assert not [given for _, given in tags if given.get("class") == "theme-toggle"]


@pytest.mark.django_db(transaction=True)
def test_site_process_serves_no_desk(collect_compressed: None) -> None:
    with running_site(CLINIC_SERVES="site") as address:
        for path in ("/desk/", LOGIN, LIST):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(address + path)
            assert refused.value.code == 404
            refused.value.close()
