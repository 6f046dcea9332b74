"""A drawer says what one does, and its button says the same."""

import re
from datetime import datetime

import pytest

from intake.desk.steps import step_words, transitions
from intake.rules.states import CLOSED, TRANSITIONS, Need, State, Transition, steps_from
from tests.plugin.desk import Desk, request_of

STATES = [state for state in State if state is not State.PURGED]


def taken_by_people(state: State) -> list[Transition]:
    steps = steps_from(state)
    return [each for each in steps if transitions.by_hand(each)]


def test_no_two_steps_from_a_state_are_called_the_same() -> None:
    for state in STATES:
        words = [step_words.does(each) for each in taken_by_people(state)]
        assert len(set(words)) == len(words), state
        assert not set(words) & {each.label for each in State}, state


def test_every_word_is_used() -> None:
    used = {step_words.does(each) for state in STATES for each in taken_by_people(state)}

    assert used == {*step_words.DOES.values(), *step_words.DOES_FROM.values()}


def test_every_need_has_words_in_the_order_of_the_table() -> None:
    assert list(step_words.NEEDS) == list(Need)


def test_words_of_a_pair_belong_to_a_step() -> None:
    steps = {(each.source, each.target) for each in TRANSITIONS}

    pairs = {*step_words.DOES_FROM, *step_words.WHEN_FROM, *step_words.THEN_FROM}
    assert pairs <= steps


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.NEW, State.REACHED, State.REFERRED_OUT, State.SPAM])
def test_drawer_and_button_say_the_same(
    morning: datetime, manager_at_desk: Desk, state: State
) -> None:
    html = manager_at_desk.open(request_of("max", state)).html

    below = html.partition('class="record__more"')[2]
    drawers = re.findall(r"<summary>([^<]+).*?</summary>(.*?)</details>", below, re.DOTALL)
    assert len(drawers) >= 4
    for words, inside in drawers:
        assert re.findall(r"<button[^>]*>([^<]+)</button>", inside) == [words]


def test_what_is_closed_is_opened_again_and_what_is_open_is_not() -> None:
    for state in (State.NEEDS_DECISION, *CLOSED):
        words = {step_words.does(each) for each in taken_by_people(state)}
        assert ("Give it to a new owner" in words) is (state is State.NEEDS_DECISION)
        reopened = state in CLOSED and State.CLAIMED in {each.target for each in steps_from(state)}
        assert ("Open it again" in words) is reopened
