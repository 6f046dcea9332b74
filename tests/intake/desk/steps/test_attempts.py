"""Attempts: what is written, where they lead, and what the person's choices forbid."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.utils import timezone

from intake.clock import deadlines
from intake.desk.steps.attempts import Tried, record_attempt
from intake.desk.steps.changing import Overtaken, StepRefused
from intake.models import Attempt, LedgerEntry, Request, StaffText
from intake.rules.states import CLOSED, OPEN, WORKED_ON, State
from intake.seal import keys
from intake.seal.answers import Channel, OtherAnswers, Voicemail, Window
from intake.store import staff_text
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.desk import ledger_lines, request_of

pytestmark = pytest.mark.django_db
O = Attempt.Outcome  # noqa: E741
MARKER = "marker-attempt-5"
AFTERNOON = NOW + timedelta(hours=5)


def attempt(
    row: Request,
    user: User,
    outcome: str = O.NO_ANSWER,
    *,
    seen: int | None = None,
    now: datetime = NOW,
    learned: dict[str, Any] | None = None,
    channel: Channel = Channel.PHONE,
    **more: Any,
) -> Request:
    tried = Tried(channel, outcome, **more)
    seen = row.changes if seen is None else seen
    return record_attempt(row.pk, tried, seen=seen, user=user, now=now, learned=learned)


def mine(**changed: Any) -> Request:
    """Claimed by Ana, from somebody with these choices."""
    row = rows.request(sent=rows.answers(**changed))
    rows.step(row, State.CLAIMED, owner="ana")
    row.refresh_from_db()
    return row


def test_attempt_is_written_and_counted(coordinator: User) -> None:
    after = attempt(mine(), coordinator)

    after.refresh_from_db()
    made = after.tries.get()
    assert (made.at, made.by, made.channel, made.outcome) == (NOW, "ana", "phone", "no_answer")
    assert (made.window, made.inside) == (Window.WEEKDAY_MORNING, True)
    assert (after.state, after.attempts, after.changes) == (State.TRYING, 1, 1)
    assert (after.first_attempt_at, after.last_attempt_at, after.worked_at) == (NOW, NOW, NOW)
    assert ledger_lines() == [("attempt", "ana", "phone no_answer")]


def test_next_action_is_what_the_cadence_proposes(coordinator: User) -> None:
    row = mine(windows=Window.WEEKDAY_MORNING | Window.WEEKDAY_EVENING)

    after = attempt(row, coordinator)

    assert after.next_due == deadlines.retry_by(NOW, row.windows)
    assert timezone.localtime(after.next_due).hour == 17


def test_later_attempt_keeps_the_time_of_the_first(coordinator: User) -> None:
    row = attempt(mine(), coordinator)
    later = NOW + timedelta(minutes=30)

    after = attempt(row, coordinator, now=later)

    assert (after.attempts, after.first_attempt_at, after.last_attempt_at) == (2, NOW, later)


@pytest.mark.parametrize("state", [State.CLAIMED, State.TRYING])
def test_talk_leads_to_reached(state: State, coordinator: User) -> None:
    after = attempt(request_of("ana", state), coordinator, O.TALKED)

    after.refresh_from_db()
    assert (after.state, after.reached_at) == (State.REACHED, NOW)
    assert after.next_due == NOW + timedelta(days=1)


@pytest.mark.parametrize("state", WORKED_ON)
def test_refusal_leads_to_do_not_contact_at_once(state: State, coordinator: User) -> None:
    after = attempt(request_of("ana", state), coordinator, O.REFUSED)

    after.refresh_from_db()
    assert after.state == State.DO_NOT_CONTACT
    assert (after.no_contact_at, after.no_contact_by) == (NOW, "ana")


@pytest.mark.parametrize(
    ("state", "outcome", "target"),
    [
        (State.WAITING, O.NO_ANSWER, State.TRYING),
        (State.WAITING, O.TALKED, State.REACHED),
        (State.REACHED, O.NO_ANSWER, State.REACHED),
        (State.REACHED, O.TALKED, State.REACHED),
        (State.SCHEDULED, O.NO_ANSWER, State.SCHEDULED),
        (State.SCHEDULED, O.TALKED, State.SCHEDULED),
    ],
)
def test_where_an_attempt_leads(
    state: State, outcome: str, target: State, coordinator: User
) -> None:
    assert attempt(request_of("ana", state), coordinator, outcome).state == target


def test_appointment_is_not_moved_by_a_call(coordinator: User) -> None:
    row = request_of("ana", State.SCHEDULED)

    assert attempt(row, coordinator).next_due == row.next_due


def test_no_attempt_elsewhere(coordinator: User) -> None:
    for state in {*OPEN, *CLOSED} - set(WORKED_ON):
        row = rows.request_in(state)
        with pytest.raises(StepRefused, match="No attempt is recorded.*Nothing was changed"):
            attempt(row, coordinator)

    assert not Attempt.objects.exists()


@pytest.mark.parametrize("voicemail", Voicemail)
def test_message_is_left_only_where_it_was_asked_for(
    voicemail: Voicemail, coordinator: User
) -> None:
    row = mine(if_no_answer=voicemail)
    before = Request.objects.values().get()

    if voicemail is Voicemail.NOTHING:
        with pytest.raises(StepRefused, match="choices do not allow that. Nothing was changed"):
            attempt(row, coordinator, O.VOICEMAIL, words="I did it anyway")
        assert Request.objects.values().get() == before
        assert not Attempt.objects.exists()
        assert not LedgerEntry.objects.exists()
        assert not StaffText.objects.exists()
    else:
        assert attempt(row, coordinator, O.VOICEMAIL).state == State.TRYING


def test_message_is_not_left_for_whoever_asked_for_a_text(coordinator: User) -> None:
    row = mine(channel=Channel.TEXT, if_no_answer=Voicemail.NORMAL)

    with pytest.raises(StepRefused, match="do not allow"):
        attempt(row, coordinator, O.VOICEMAIL, words="Because")


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.EMAIL])
def test_way_that_was_not_chosen_needs_words(channel: Channel, coordinator: User) -> None:
    row = mine()
    with pytest.raises(StepRefused, match="did not choose that way"):
        attempt(row, coordinator, O.SENT, channel=channel)

    after = attempt(row, coordinator, O.SENT, channel=channel, words=MARKER)

    text = after.texts.get(kind=StaffText.Kind.REASON)
    assert staff_text.read(text, keys.private_keys()) == MARKER


@pytest.mark.parametrize("channel", Channel)
def test_outcome_of_another_channel_is_refused(channel: Channel, coordinator: User) -> None:
    wrong = O.SENT if channel is Channel.PHONE else O.OTHER_PERSON

    with pytest.raises(StepRefused, match="do not allow"):
        attempt(mine(), coordinator, wrong, channel=channel, words="Because")


def test_outside_the_safe_times_needs_words(coordinator: User) -> None:
    row = mine()
    with pytest.raises(StepRefused, match="not a safe time"):
        attempt(row, coordinator, now=AFTERNOON)
    assert not Attempt.objects.exists()

    after = attempt(row, coordinator, now=AFTERNOON, words=MARKER)

    assert after.tries.get().inside is False
    assert LedgerEntry.objects.get().detail == "phone no_answer; outside"
    assert MARKER not in str(list(Request.objects.values()) + list(Attempt.objects.values()))


def test_newest_form_decides_what_may_be_left(coordinator: User) -> None:
    nonce = bytes(16)
    rows.receive(rows.answers(if_no_answer=Voicemail.NORMAL), nonce=nonce)
    row = rows.request(nonce=nonce, sent=rows.answers(if_no_answer=Voicemail.NOTHING))
    rows.step(row, State.CLAIMED, owner="ana")

    with pytest.raises(StepRefused, match="do not allow"):
        attempt(row, coordinator, O.VOICEMAIL)


def test_whoever_asked_for_no_contact_is_not_tried(coordinator: User, manager: User) -> None:
    row = rows.request_in(State.DO_NOT_CONTACT)
    rows.step(row, State.CLAIMED, owner="ana")

    with pytest.raises(StepRefused, match="asked not to be contacted"):
        attempt(row, coordinator)


@pytest.mark.parametrize("due", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_next_time_is_still_to_come(due: Any, coordinator: User) -> None:
    with pytest.raises(StepRefused, match="still to come"):
        attempt(mine(), coordinator, due=due)


def test_next_time_outside_the_safe_times_needs_words(coordinator: User) -> None:
    row = mine()
    with pytest.raises(StepRefused, match="outside the safe times of this person"):
        attempt(row, coordinator, due=AFTERNOON)

    assert attempt(row, coordinator, due=AFTERNOON, words="They said so").next_due == AFTERNOON


def test_what_the_cadence_proposes_is_accepted(coordinator: User) -> None:
    for minutes in range(0, 90, 7):
        now = NOW + timedelta(minutes=minutes)
        row = mine()
        due = deadlines.retry_by(now, row.windows)
        assert attempt(row, coordinator, now=now, due=due).next_due == due


def test_what_changed_is_learned_with_the_talk(coordinator: User) -> None:
    learned = {"windows": Window.WEEKDAY_EVENING, "if_other_answers": OtherAnswers.HANG_UP}

    after = attempt(mine(), coordinator, O.TALKED, learned=learned)

    after.refresh_from_db()
    assert (after.state, after.windows) == (State.REACHED, Window.WEEKDAY_EVENING)
    (amendment,) = after.texts.newest_amendment()
    assert amendment.answers(keys.private_keys()).windows == 4
    assert Attempt.objects.count() == 1


def test_who_saw_an_older_request_changes_nothing(coordinator: User) -> None:
    row = mine()
    attempt(row, coordinator)

    with pytest.raises(Overtaken):
        attempt(row, coordinator, seen=0)

    assert Attempt.objects.count() == 1


def test_cover_is_in_the_ledger(manager: User) -> None:
    attempt(mine(), manager)

    assert LedgerEntry.objects.get().detail == "phone no_answer; cover"


def test_without_its_ledger_line_nothing_is_decrypted_or_written(
    coordinator: User, broken_ledger: Callable[[], None], unsealings: list[Any]
) -> None:
    row = mine()
    before = Request.objects.values().get()
    broken_ledger()

    with pytest.raises(DatabaseError):
        attempt(row, coordinator, words=MARKER)

    assert unsealings == []
    assert Request.objects.values().get() == before
    assert not Attempt.objects.exists()
    assert not StaffText.objects.exists()


def test_wishes_that_do_not_open_allow_nothing(
    coordinator: User, settings: Any, tmp_path: Any
) -> None:
    row = mine()
    settings.INTAKE_KEYS = tmp_path

    with pytest.raises(StepRefused, match="cannot be opened"):
        attempt(row, coordinator)
