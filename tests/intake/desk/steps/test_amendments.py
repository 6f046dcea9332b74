"""What staff learn about contact: sealed beside the form, first on the page, known to the queue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import QueryDict

from intake.clock import deadlines
from intake.desk.record.opening import open_record
from intake.desk.steps import contact_wishes
from intake.desk.steps.amendments import learn
from intake.desk.steps.attempt_forms import AmendmentForm
from intake.desk.steps.changing import StepRefused
from intake.models import LedgerEntry, Request, StaffText
from intake.rules.states import State
from intake.seal import keys
from intake.seal.answers import Answers, Channel, OtherAnswers, Voicemail, Window
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin.desk import ledger_lines

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
MARKER = "marker-learned-8"
EVENINGS = {"windows": Window.WEEKDAY_EVENING, "if_other_answers": OtherAnswers.HANG_UP}


def learned(row: Request, user: User, now: Any = LATER, **what: Any) -> Request:
    return learn(row.pk, what, seen=row.changes, user=user, now=now)


def newest(row: Request) -> Answers:
    amendment: StaffText
    (amendment,) = row.texts.newest_amendment()
    return amendment.answers(keys.private_keys())


def test_amendment_is_sealed_and_the_form_stays(coordinator: User) -> None:
    row = rows.request(sent=rows.answers(name="Robin"))

    after = learned(row, coordinator, name=MARKER, windows=Window.WEEKDAY_EVENING)

    after.refresh_from_db()
    assert (newest(row).name, newest(row).phone) == (MARKER, "217-555-0100")
    assert newest(row).message == ""
    assert (after.windows, after.channel) == (Window.WEEKDAY_EVENING, "phone")
    assert row.submissions.count() == 1
    assert MARKER not in str(list(Request.objects.values()) + list(LedgerEntry.objects.values()))
    assert ledger_lines() == [("learned", "ana", "contact")]


def test_record_says_what_holds_now(coordinator: User) -> None:
    row = rows.request(sent=rows.answers(name="Robin"))
    learned(row, coordinator, name="Sky", channel=Channel.TEXT)

    opened = open_record(row, by="ana", now=LATER)

    assert opened.contact and opened.contact.answers.name == "Sky"
    assert (opened.contact.learned_at, opened.contact.learned_by) == (LATER, "ana")
    assert [each.answers and each.answers.name for each in opened.revisions] == ["Robin"]
    assert [each.answers and each.answers.name for each in opened.amendments] == ["Sky"]
    assert opened.notes == ()


def test_later_form_replaces_what_was_learned(coordinator: User) -> None:
    nonce = bytes(16)
    row = rows.request(nonce=nonce)
    learned(row, coordinator, now=NOW + timedelta(minutes=1), name="Sky")
    rows.receive(rows.answers(name="Rain"), nonce=nonce, now=LATER)

    assert contact_wishes.current(row).answers.name == "Rain"
    opened = open_record(row, by="ana", now=LATER)
    assert opened.contact and opened.contact.answers.name == "Rain"
    assert opened.contact.learned_by == ""


def test_whom_it_is_about_is_never_amended(coordinator: User) -> None:
    row = rows.request(sent=rows.answers(about="someone"))
    learned(row, coordinator, name="Sky")

    assert contact_wishes.current(row).answers.about == "someone"


def test_call_that_is_due_at_a_time_no_longer_safe_is_moved(coordinator: User) -> None:
    row = rows.request_in(State.CLAIMED)

    after = learned(row, coordinator, **EVENINGS)

    evening = deadlines.promised(LATER, Window.WEEKDAY_EVENING).end
    assert row.next_due and row.next_due < LATER < evening == after.next_due


def test_appointment_is_not_moved(coordinator: User) -> None:
    row = rows.request_in(State.SCHEDULED)

    assert learned(row, coordinator, **EVENINGS).next_due == row.next_due


@pytest.mark.parametrize(
    ("what", "match"),
    [
        ({"channel": Channel.EMAIL}, "An email address is needed"),
        ({"if_other_answers": OtherAnswers.ASK_BY_NAME, "name": " "}, "Without a name"),
    ],
)
def test_what_cannot_be_used_is_refused(
    what: dict[str, Any], match: str, coordinator: User
) -> None:
    row = rows.request()

    with pytest.raises(StepRefused, match=match):
        learned(row, coordinator, **({"if_other_answers": OtherAnswers.HANG_UP} | what))

    assert not StaffText.objects.exists()


def stopped(coordinator: User) -> Request:
    """Asked for no contact, and got in touch again."""
    row = rows.request_in(State.DO_NOT_CONTACT)
    rows.step(row, State.CLAIMED, owner="ana")
    return row


def test_old_number_is_not_carried_over_after_do_not_contact(coordinator: User) -> None:
    row = stopped(coordinator)
    with pytest.raises(StepRefused, match="A phone number is needed"):
        learned(row, coordinator, if_other_answers=OtherAnswers.HANG_UP)

    what = {"phone": "217-555-0177", "if_other_answers": OtherAnswers.HANG_UP}
    learned(row, coordinator, **what)

    opened = open_record(row, by="ana", now=LATER)
    assert opened.number_shown and not opened.hidden_for_good
    assert not opened.old_details_shown
    assert opened.contact and opened.contact.answers.phone == "217-555-0177"


def test_what_was_learned_before_do_not_contact_stays_hidden(coordinator: User) -> None:
    row = rows.request()
    learned(row, coordinator, now=NOW - timedelta(minutes=5), if_other_answers="hang_up")
    rows.step(row, State.DO_NOT_CONTACT)

    opened = open_record(row, by="ana", now=NOW)

    assert opened.hidden_for_good and not opened.number_shown


def test_newest_that_does_not_open_hides_the_older(coordinator: User, monkeypatch: Any) -> None:
    """An older form may no longer be safe."""
    row = rows.request()
    learned(row, coordinator, if_other_answers=OtherAnswers.HANG_UP)
    real = StaffText.unseal
    monkeypatch.setattr(StaffText, "unseal", lambda self, held: real(self, {}))

    opened = open_record(row, by="ana", now=NOW)

    assert opened.contact is None and opened.script is None
    assert opened.amendments[0].problem.startswith("This cannot be opened")


def test_without_its_ledger_line_nothing_is_decrypted(
    coordinator: User, broken_ledger: Callable[[], None], unsealings: list[Any]
) -> None:
    row = rows.request()
    broken_ledger()

    with pytest.raises(DatabaseError):
        learned(row, coordinator, name=MARKER)

    assert unsealings == []


def filled(**changed: Any) -> AmendmentForm:
    data = QueryDict(mutable=True)
    fields: dict[str, Any] = {"name": "Robin", "channel": "phone", "if_no_answer": "nothing"}
    fields |= {"if_other_answers": "hang_up", "weekdays": ["morning"], "language": ""}
    for name, value in (fields | changed).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return AmendmentForm(data)


def test_form_asks_what_the_visitor_was_asked() -> None:
    form = filled()

    assert form.is_valid(), form.errors
    assert form.learned() == {
        "name": "Robin",
        "channel": Channel.PHONE,
        "phone": "",
        "email": "",
        "if_no_answer": Voicemail.NOTHING,
        "if_other_answers": OtherAnswers.HANG_UP,
        "windows": Window.WEEKDAY_MORNING,
        "language": "",
        "interpreter": False,
        "tty": False,
        "contact_need": "",
        "message": "",
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weekdays": []}, "any_time"),
        ({"any_time": "on"}, "any_time"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"channel": ""}, "channel"),
        ({"name": "x" * 101}, "name"),
        ({"message": "x" * 1001}, "message"),
    ],
)
def test_form_refuses(changed: dict[str, Any], field: str) -> None:
    assert list(filled(**changed).errors) == [field]


def test_any_time_is_said_and_not_left_open() -> None:
    form = filled(weekdays=[], any_time="on")

    assert form.is_valid()
    assert form.learned()["windows"] == Window(0)


def test_form_holds_what_is_known_but_no_hidden_number() -> None:
    known = rows.answers(name="Robin", windows=Window.WEEKDAY_EVENING)
    hidden, shown = AmendmentForm(wishes=known), AmendmentForm(wishes=known, shown=True)

    assert hidden.initial["weekdays"] == ["evening"]
    assert hidden.initial["name"] == "Robin"
    assert "phone" not in hidden.initial
    assert shown.initial["phone"] == "217-555-0100"
    assert "217-555-0100" not in str(hidden)
