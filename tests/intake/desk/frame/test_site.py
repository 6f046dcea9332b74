"""The way around the desk, and its help page."""

import pytest
from django.test import Client

from intake.desk.frame import help_views
from intake.rules.states import CLOSED, OPEN, TRANSITIONS, State
from tests.intake.receive.typed_form import Fields

pytestmark = pytest.mark.django_db
HELP = "/desk/help/"


def parts(client: Client, path: str = HELP) -> dict[str, bool]:
    """The words of the navigation, and which is the current one."""
    context = client.get(path).context
    return {link.words: link.current for link in [*context["at_hand"], *context["more"]]}


def test_each_role_is_led_to_what_is_its_own(
    at_desk: Client, manager_at_desk: Client, auditor_at_desk: Client
) -> None:
    assert {"Queue", "Figures", "Help"} <= set(parts(at_desk))
    assert {"Queue", "Figures", "Help"} <= set(parts(manager_at_desk))
    assert not {"Queue", "Search", "By phone", "Colleagues"} & set(parts(auditor_at_desk))
    assert {"Figures", "Help"} <= set(parts(auditor_at_desk))
    assert "Ledger" not in parts(at_desk)
    assert "Colleagues" not in parts(at_desk)


def test_every_link_opens(manager_at_desk: Client) -> None:
    context = manager_at_desk.get(HELP).context

    for link in [*context["at_hand"], *context["more"]]:
        assert manager_at_desk.get(link.address).status_code == 200


@pytest.mark.parametrize(
    ("path", "words"), [("/desk/queue/", "Queue"), ("/desk/", "Figures"), (HELP, "Help")]
)
def test_current_page_is_marked(at_desk: Client, path: str, words: str) -> None:
    assert [each for each, current in parts(at_desk, path).items() if current] == [words]
    current = [given for _, given in Fields(at_desk.get(path)).tags if "aria-current" in given]
    assert path in [given["href"] for given in current]


def test_way_out_and_way_to_the_content_are_on_every_page(at_desk: Client) -> None:
    for path in ("/desk/", "/desk/queue/", HELP, "/desk/security/"):
        page = Fields(at_desk.get(path))
        assert [given for tag, given in page.tags if given.get("href") == "#content-start"]
        assert page.with_id("content-start")
        assert "Log out" in page.text


def test_outsiders_see_no_way_around(client: Client) -> None:
    assert not [given for tag, given in Fields(client.get("/desk/login/")).tags if tag == "nav"]


# ---- help


def test_help_explains_every_state_and_step(at_desk: Client) -> None:
    text = Fields(at_desk.get(HELP)).text

    for state in (*OPEN, *CLOSED):
        assert help_views.MEANS[state] in text
        assert state.label in text
    for step in TRANSITIONS:
        if step.source:
            assert step.guard.replace('"', '"') in text
            assert step.records in text


def test_every_state_has_its_meaning() -> None:
    assert set(help_views.MEANS) == set(State) - {State.PURGED}


def test_every_jump_arrives(auditor_at_desk: Client) -> None:
    page = Fields(auditor_at_desk.get(HELP))

    jumps = [given["href"][1:] for _, given in page.tags if str(given.get("href")).startswith("#")]
    assert len(jumps) == len(help_views.CONTENTS) + 1
    assert all(page.with_id(each) for each in jumps)
