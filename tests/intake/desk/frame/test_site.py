"""The way around the desk, and its help page."""

import pytest
from django.test import Client

from intake.desk.frame import help_views
from intake.desk.steps import step_words
from intake.rules.states import CLOSED, OPEN, TRANSITIONS, State
from tests.plugin.desk import LOGIN, QUEUE, Answer, Desk, get

pytestmark = pytest.mark.django_db
HELP = "/desk/help/"


def menu(answer: Answer) -> dict[str, bool]:
    """The words of the navigation, and which is the current one."""
    links = [*answer.context["at_hand"], *answer.context["more"]]
    return {link.words: link.current for link in links}


def test_each_role_is_led_to_what_is_its_own(
    at_desk: Desk, manager_at_desk: Desk, auditor_at_desk: Desk
) -> None:
    everybody = {"Figures", "Help"}
    follow_up = everybody | {"Queue", "Search", "By phone"}

    assert set(menu(at_desk.get(HELP))) == follow_up
    assert set(menu(manager_at_desk.get(HELP))) == follow_up | {"Ledger", "Colleagues"}
    assert set(menu(auditor_at_desk.get(HELP))) == everybody | {"Ledger"}


def test_every_link_opens(manager_at_desk: Desk) -> None:
    context = manager_at_desk.get(HELP).context

    for link in [*context["at_hand"], *context["more"]]:
        assert manager_at_desk.get(link.address).status == 200, link.words


@pytest.mark.parametrize(
    ("path", "words"), [(QUEUE, "Queue"), ("/desk/", "Figures"), (HELP, "Help")]
)
def test_current_page_is_marked(at_desk: Desk, path: str, words: str) -> None:
    answer = at_desk.get(path)

    assert [each for each, current in menu(answer).items() if current] == [words]
    current = [given for _, given in answer.page.tags if "aria-current" in given]
    assert path in [given["href"] for given in current]


def test_way_out_and_way_to_the_content_are_on_every_page(at_desk: Desk) -> None:
    for path in ("/desk/", QUEUE, HELP, "/desk/security/"):
        answer = at_desk.get(path)
        assert "#content-start" in answer.links
        assert answer.page.with_id("content-start")
        assert "Log out" in answer.text


def test_outsiders_see_no_way_around(client: Client) -> None:
    assert not [given for tag, given in get(client, LOGIN).page.tags if tag == "nav"]


def test_help_explains_every_state_and_step(at_desk: Desk) -> None:
    text = at_desk.get(HELP).text

    for state in (*OPEN, *CLOSED):
        assert help_views.MEANS[state] in text
        assert state.label in text
    for step in TRANSITIONS:
        if step.source:
            assert step_words.when(step) in text
            assert step_words.needs(step) in text
            assert step_words.then(step) in text


def test_every_state_has_its_meaning() -> None:
    assert set(help_views.MEANS) == set(State) - {State.PURGED}


def test_every_jump_arrives(auditor_at_desk: Desk) -> None:
    answer = auditor_at_desk.get(HELP)

    jumps = [each[1:] for each in answer.links if each.startswith("#")]
    assert len(jumps) == len(help_views.CONTENTS) + 1
    assert all(answer.page.with_id(each) for each in jumps)
