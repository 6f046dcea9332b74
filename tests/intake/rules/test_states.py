import pytest

from intake.rules import states
from intake.rules.states import CLOSED, NEXT_ACTION, OPEN, TRANSITIONS, Need, State, Who


def test_every_state_is_open_or_closed_or_purged() -> None:
    assert sorted((*OPEN, *CLOSED, State.PURGED)) == sorted(State)


def test_every_open_state_has_a_next_action() -> None:
    assert set(NEXT_ACTION) == set(OPEN)


def test_no_step_stands_twice() -> None:
    pairs = [(step.source, step.target) for step in TRANSITIONS]

    assert len(pairs) == len(set(pairs))


def test_no_step_keeps_the_state() -> None:
    assert all(step.source != step.target for step in TRANSITIONS)


def test_receipt_leads_to_new_or_quarantined_only() -> None:
    assert {step.target for step in states.steps_from(None)} == {State.NEW, State.QUARANTINED}


def test_purged_is_the_end() -> None:
    assert states.steps_from(State.PURGED) == ()


@pytest.mark.parametrize("state", OPEN)
def test_open_request_is_never_purged(state: State) -> None:
    assert State.PURGED not in {step.target for step in states.steps_from(state)}


@pytest.mark.parametrize("state", CLOSED)
def test_closed_request_is_purged_by_the_worker_only(state: State) -> None:
    assert states.step(state, State.PURGED).who == Who.WORKER


def test_withdrawn_is_never_reopened() -> None:
    assert [step.target for step in states.steps_from(State.WITHDRAWN)] == [State.PURGED]


@pytest.mark.parametrize("state", set(CLOSED) - {State.WITHDRAWN})
def test_closed_request_can_be_reopened(state: State) -> None:
    assert {step.target for step in states.steps_from(state)} & set(OPEN)


@pytest.mark.parametrize("state", (*OPEN, *CLOSED))
def test_erasure_can_be_asked_for_in_every_state(state: State) -> None:
    if state != State.WITHDRAWN:
        assert states.step(state, State.WITHDRAWN).who == Who.MANAGER


@pytest.mark.parametrize("state", OPEN)
def test_anyone_can_stop_contact_at_once(state: State) -> None:
    assert states.step(state, State.DO_NOT_CONTACT).who == Who.ANYONE


@pytest.mark.parametrize("state", OPEN)
def test_open_request_reaches_every_honest_end(state: State) -> None:
    assert {State.ADMITTED, State.REFERRED_OUT, State.NO_CONTACT} <= _reachable(state)


def test_only_a_manager_gives_up() -> None:
    steps = [step for step in TRANSITIONS if step.target == State.NO_CONTACT]

    assert {step.who for step in steps} == {Who.MANAGER}
    assert {step.source for step in steps} == {State.TRYING, State.NEEDS_DECISION}


@pytest.mark.parametrize(
    ("need", "targets"),
    [
        (Need.DATE, {State.WAITING, State.SCHEDULED}),
        (Need.PLACE, {State.REFERRED_OUT}),
        (Need.CONSENT, {State.REFERRED_OUT}),
        (Need.TRIED_ENOUGH, {State.NO_CONTACT}),
        (Need.NO_HOLD, {State.WITHDRAWN, State.PURGED}),
        (Need.LINK, {State.DUPLICATE}),
    ],
)
def test_need_comes_with_every_step_to_its_states_and_with_no_other(
    need: Need, targets: set[State]
) -> None:
    assert {step for step in TRANSITIONS if need in step.needs} == {
        step for step in TRANSITIONS if step.target in targets
    }


def test_who_talked_with_the_person_says_whether_contact_is_still_safe() -> None:
    asked = {step.source for step in TRANSITIONS if Need.STILL_SAFE in step.needs}
    reached = {step.source for step in TRANSITIONS if step.target == State.REACHED}

    assert asked == reached - {State.SCHEDULED}


def test_step_that_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        states.step(State.NEW, State.ADMITTED)


def test_label_is_in_plain_words() -> None:
    assert State.NOT_A_FIT.label == "Not a fit"


def _reachable(state: State) -> set[State]:
    found, frontier = {state}, [state]
    while frontier:
        targets = {step.target for step in states.steps_from(frontier.pop())} - found
        found |= targets
        frontier.extend(targets)
    return found
