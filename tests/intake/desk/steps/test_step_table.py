"""Who may take which step from which state: one table, and what is said to whoever may not.

A row is where a request stands, a column where a step leads. The table is written by hand, not
made from the code: a step that is added or given to somebody else fails here first.

    c   a coordinator may, and a manager        a   only by recording an attempt
    m   a manager may                           e   elsewhere: linked, unlinked, purged
    w   the worker does                         .   not possible from here

A capital letter: with a reason, which is one of those offered.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User

from intake.desk.steps import reasons
from intake.desk.steps.changing import StepRefused
from intake.desk.steps.guards import Given
from intake.desk.steps.step_forms import StepForm
from intake.desk.steps.transitions import steps_for, take_step
from intake.models import LedgerEntry, Request, StaffText
from intake.rules.states import CLOSED, NEXT_ACTION, State, step
from tests.intake import rows
from tests.plugin.desk import Desk, request_of

pytestmark = pytest.mark.django_db

TABLE = """
               qua new cla try nee rea wai sch adm ref dec not no_ do_ wit dup spa pur
quarantined     .   c   .   .   .   .   .   .   .   .   .   .   .   c   m   e   C   .
new             .   .   c   .   .   .   .   .   .   .   .   .   .   c   m   e   C   .
claimed         .   C   .   a   w   c   C   .   .   .   .   .   .   c   m   e   C   .
trying          .   C   .   .   w   c   C   .   .   .   .   .   M   c   m   e   C   .
needs_decision  .   .   M   M   .   c   M   .   .   .   .   M   M   c   m   e   C   .
reached         .   .   .   C   w   .   C   c   .   c   C   C   .   c   m   e   .   .
waiting         .   .   .   a   w   c   .   c   .   c   C   C   .   c   m   e   .   .
scheduled       .   .   .   c   w   C   C   .   c   c   C   C   .   c   m   e   .   .
admitted        .   .   C   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
referred_out    .   .   C   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
declined        .   .   C   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
not_a_fit       .   .   C   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
no_contact      .   .   C   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
do_not_contact  .   .   M   .   .   .   .   .   .   .   .   .   .   .   m   .   .   e
withdrawn       .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   e
duplicate       .   e   .   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
spam            .   c   .   .   .   .   .   .   .   .   .   .   .   c   m   .   .   e
"""
# What a step asks for besides a reason; what leads to an open state may have a date.
DATE = {State.WAITING, State.SCHEDULED}
STILL_SAFE = {
    (source, State.REACHED)
    for source in (State.CLAIMED, State.TRYING, State.NEEDS_DECISION, State.WAITING)
}
PLACE = {State.REFERRED_OUT}
OWNER = {(State.NEEDS_DECISION, State.CLAIMED)}

REFUSALS = {
    "m": "That step is for a manager.",
    "w": "That step is for the worker.",
    "a": "That step is taken by recording an attempt.",
    "e": "That step is not taken by hand.",
    ".": "That step is not possible from here.",
}
NOTHING: dict[str, Any] = {
    **{"reason": "", "still_safe": "", "where": "", "owner": ""},
    **{"due": None, "details_agreed": None},
}


class Cell(NamedTuple):
    """One step, or its absence."""

    target: State
    letter: str

    def taken_by(self, role: str) -> bool:
        return self.letter.lower() in ("c" if role == "coordinator" else "cm")

    @property
    def with_reason(self) -> bool:
        return self.letter.isupper()


def read() -> dict[State, list[Cell]]:
    header, *lines = TABLE.strip("\n").splitlines()
    targets = [next(s for s in State if s.startswith(each)) for each in header.split()]
    assert targets == list(State)
    found = {}
    for line in lines:
        source, *letters = line.split()
        found[State(source)] = [Cell(*pair) for pair in zip(targets, letters, strict=True)]
    return found


CELLS = read()


@pytest.fixture
def people(coordinator: User, manager: User) -> dict[str, User]:
    return {"coordinator": coordinator, "manager": manager}


def needs(source: State, cell: Cell) -> set[str]:
    """The fields that have to be filled in."""
    return {
        *(["reason"] if cell.with_reason else []),
        *(["due"] if cell.target in DATE else []),
        *(["still_safe"] if (source, cell.target) in STILL_SAFE else []),
        *(["where", "details_agreed"] if cell.target in PLACE else []),
        *(["owner"] if (source, cell.target) in OWNER else []),
    }


def enough(source: State, cell: Cell, by: str) -> Given:
    """What the step needs, and nothing else."""
    offered = reasons.asked_for(step(source, cell.target)) or ("",)
    all_of_it: dict[str, Any] = {
        "reason": str(offered[0]),
        "due": rows.NOW + timedelta(days=1),
        "still_safe": "yes",
        "where": "Elsewhere House",
        "details_agreed": True,
        "owner": by,
    }
    return Given(**{name: all_of_it[name] for name in needs(source, cell)})


def test_every_state_has_a_line() -> None:
    assert list(CELLS) == [state for state in State if state is not State.PURGED]


@pytest.mark.parametrize("source", CELLS)
def test_step_of_the_table_is_offered_and_taken(source: State, people: dict[str, User]) -> None:
    for role, person in people.items():
        row = rows.request_in(source)
        mine = [cell for cell in CELLS[source] if cell.taken_by(role)]

        assert {each.target for each in steps_for(row, person)} == {cell.target for cell in mine}
        for cell in mine:
            row = rows.request_in(source)
            rows.tried_enough(row)
            given = enough(source, cell, person.username)
            after = take_step(row.pk, cell.target, seen=0, user=person, now=rows.NOW, given=given)
            after.refresh_from_db()
            assert after.state == cell.target
            assert after.next_action == NEXT_ACTION.get(cell.target, "")
            assert (after.next_due is None) is (cell.target in CLOSED)


@pytest.mark.parametrize("source", CELLS)
def test_every_other_step_is_refused_in_words_and_changes_nothing(
    source: State, people: dict[str, User]
) -> None:
    row = rows.request_in(source)
    rows.tried_enough(row)
    before = Request.objects.values().get(pk=row.pk)

    for role, person in people.items():
        for cell in (cell for cell in CELLS[source] if not cell.taken_by(role)):
            with pytest.raises(StepRefused) as refused:
                take_step(row.pk, cell.target, seen=0, user=person, now=rows.NOW)
            words = f"{REFUSALS[cell.letter.lower()]} Nothing was changed."
            assert str(refused.value) == words, (role, cell)

    assert Request.objects.values().get(pk=row.pk) == before
    assert not LedgerEntry.objects.exists()
    assert not StaffText.objects.exists()


@pytest.mark.parametrize("source", CELLS)
def test_form_asks_for_what_the_step_needs_and_no_more(source: State, manager: User) -> None:
    for cell in (cell for cell in CELLS[source] if cell.taken_by("manager")):
        form = StepForm(step(source, cell.target), {})

        asked = {name for name, field in form.fields.items() if field.required}
        assert asked == set(form.errors) == needs(source, cell), cell


@pytest.mark.parametrize("source", CELLS)
def test_step_without_what_it_needs_is_refused(source: State, manager: User) -> None:
    """The guards ask again, whatever the form has let through."""
    row = rows.request_in(source)
    rows.tried_enough(row)
    cells = [cell for cell in CELLS[source] if cell.taken_by("manager")]
    missing = [(cell, name, NOTHING[name]) for cell in cells for name in needs(source, cell)]
    missing += [(cell, "reason", "mallow") for cell in cells if cell.with_reason]

    for cell, name, nothing in missing:
        given = replace(enough(source, cell, "max"), **{name: nothing})
        with pytest.raises(StepRefused, match="Nothing was changed"):
            take_step(row.pk, cell.target, seen=0, user=manager, now=rows.NOW, given=given)

    assert not LedgerEntry.objects.exists()


def test_what_is_offered_costs_no_query_beside_those_for_the_rights(
    coordinator: User, django_assert_num_queries: Any
) -> None:
    found = [rows.request_in(source) for source in CELLS]
    coordinator.get_all_permissions()

    with django_assert_num_queries(0):
        assert [steps_for(row, coordinator) for row in found]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (State.NEW, "admitted"),
        (State.NEW, "withdrawn"),
        (State.TRYING, "needs_decision"),
        (State.CLAIMED, "trying"),
        (State.SPAM, "purged"),
    ],
)
def test_page_offers_no_other_step_and_refuses_it_in_words(
    at_desk: Desk, source: State, target: str
) -> None:
    """From outside, one for each letter of the table."""
    row = request_of("ana", source)
    (letter,) = [cell.letter for cell in CELLS[source] if cell.target == target]

    answer = at_desk.step(row, target, reason="other", words="w")

    assert answer.status == 422
    assert REFUSALS[letter.lower()] in answer.text
    assert target not in answer.offered("target")
    row.refresh_from_db()
    assert row.state == source
