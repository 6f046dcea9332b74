"""Reading many requests at once: what comes out, what it costs, and what is written before."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from intake.desk.find import scan
from intake.desk.find.scan import Comparable, Scan
from intake.models import LedgerEntry, Request
from intake.rules.states import State
from intake.seal import keys
from intake.seal.keys import KeyFileError, PrivateKey
from intake.store import staff_text
from tests.intake import rows
from tests.plugin.desk import ledger_lines

pytestmark = pytest.mark.django_db
every_key = keys.private_keys


def begin() -> Scan:
    return scan.begin("searched", over=[Request.objects.open()], by="ana")


def amend(row: Request, phone: str, now: datetime = rows.NOW) -> None:
    staff_text.write_amendment(row, rows.answers(name="Sam", phone=phone), by="ana", now=now)


def damage(row: Request) -> None:
    """Change one byte of what is sealed, which no role may."""
    rows.sql("SET CONSTRAINTS ALL IMMEDIATE")
    rows.sql("ALTER TABLE intake_submission DISABLE TRIGGER sealed_fixed")
    rows.sql(
        "UPDATE intake_submission SET ciphertext = set_byte(ciphertext, 99,"
        " 255 - get_byte(ciphertext, 99)) WHERE request_id = %s",
        row.pk,
    )
    rows.sql("ALTER TABLE intake_submission ENABLE TRIGGER sealed_fixed")


def lose_wrap(row: Request, key: PrivateKey) -> None:
    """Take a wrap away, as for a key that came later."""
    rows.sql(
        "DELETE FROM intake_keywrap WHERE key_id = %s AND submission_id IN"
        " (SELECT id FROM intake_submission WHERE request_id = %s)",
        key.id,
        row.pk,
    )


@pytest.fixture(autouse=True)
def desk_key(monkeypatch: pytest.MonkeyPatch) -> PrivateKey:
    """The only key on this server; in development there are two."""
    (desk,) = (key.id for key in keys.public_keys() if key.purpose == keys.Purpose.DESK)
    held = every_key()[desk]
    monkeypatch.setattr(keys, "private_keys", lambda: {desk: held})
    return held


def test_every_open_request_comes_out_as_it_is_compared() -> None:
    one = rows.request(sent=rows.answers(name="José Díaz", phone="+1 (217) 555-0199"))
    other = rows.request(
        sent=rows.answers(name="", channel="email", phone="", email="Sam@Mail.Example")
    )
    rows.request_in(State.SPAM)

    found = {each.request_id: each for each in begin()}

    assert found == {
        one.pk: Comparable(one.pk, frozenset([("jose", "diaz")]), frozenset(["2175550199"])),
        other.pk: Comparable(other.pk, addresses=frozenset(["sam@mail.example"])),
    }


def test_nothing_of_it_shows_in_a_repr() -> None:
    rows.request(sent=rows.answers(name="mallow", phone="217-555-0199"))

    (found,) = begin()

    assert "mallow" not in repr(found)
    assert "0199" not in repr(found)


def test_newest_form_counts() -> None:
    nonce = bytes(16)
    rows.receive(rows.answers(name="Old"), nonce=nonce)
    rows.receive(rows.answers(name="New"), nonce=nonce)

    (found,) = begin()

    assert found.names == {("new",)}


def test_what_was_learned_later_finds_as_well() -> None:
    row = rows.request(sent=rows.answers(name="Sam", phone="217-555-0100"))
    amend(row, "217-555-0111")
    amend(row, "217-555-0122", now=rows.NOW.replace(hour=20))

    (found,) = begin()

    assert found.names == {("sam",)}
    assert found.numbers == {"2175550100", "2175550122"}


def test_notes_are_not_read(unsealings: list[UUID]) -> None:
    row = rows.request()
    staff_text.write(row, kind="note", text="217-555-0111", by="ana", now=rows.NOW)

    (found,) = begin()

    assert found.numbers == {"2175550100"}
    assert unsealings == [row.submissions.get().pk]


def test_line_is_written_before_anything_is_opened(unsealings: list[UUID]) -> None:
    rows.request()
    rows.request()

    begun = begin()

    lines = ledger_lines("action", "by", "record", "detail")
    assert lines == [("searched", "ana", None, "requests: 2")]
    assert unsealings == []
    assert len(list(begun)) == len(unsealings) == 2
    assert LedgerEntry.objects.count() == 1


def test_nothing_is_opened_without_the_line(
    unsealings: list[UUID], broken_ledger: Callable[[], None]
) -> None:
    rows.request()
    broken_ledger()

    with pytest.raises(DatabaseError):
        list(begin())

    assert unsealings == []


@pytest.mark.django_db(transaction=True)
def test_line_is_committed_before_anything_is_opened() -> None:
    rows.request()

    begun = begin()

    assert not connection.in_atomic_block
    assert LedgerEntry.objects.count() == 1
    assert len(list(begun)) == 1


@pytest.mark.django_db(transaction=True)
def test_line_is_never_part_of_somebody_elses_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        begin()


def test_damaged_and_locked_ones_are_counted_and_the_others_read(desk_key: PrivateKey) -> None:
    damaged, locked, good = rows.request(), rows.request(), rows.request()
    damage(damaged)
    lose_wrap(locked, desk_key)

    begun = begin()
    found = {each.request_id: each for each in begun}

    assert found[good.pk].numbers
    assert not found[damaged.pk].numbers
    assert not found[locked.pk].numbers
    assert (begun.read, begun.damaged, begun.locked) == (1, 1, 1)


def test_missing_key_is_named_without_the_one_that_no_server_has(
    monkeypatch: pytest.MonkeyPatch, desk_key: PrivateKey
) -> None:
    amend(rows.request(), "217-555-0111")
    monkeypatch.setattr(keys, "private_keys", dict)

    begun = begin()

    assert [each.numbers for each in begun] == [frozenset()]
    assert begun.missing_keys() == [desk_key.id]
    assert begun.locked == 2


def test_missing_key_is_named_when_the_public_ones_are_damaged(
    monkeypatch: pytest.MonkeyPatch, desk_key: PrivateKey
) -> None:
    def damaged() -> None:
        raise KeyFileError("x.public.json: not a public key file")

    lose_wrap(rows.request(), desk_key)
    recovery = {key.id for key in keys.public_keys()} - {desk_key.id}
    monkeypatch.setattr(keys, "public_keys", damaged)

    begun = begin()
    list(begun)

    assert set(begun.missing_keys()) == recovery


def test_nothing_is_missing_where_all_opens() -> None:
    rows.request()

    begun = begin()
    list(begun)

    assert begun.missing_keys() == []


def test_wrong_private_key_is_counted_as_damage(
    monkeypatch: pytest.MonkeyPatch, desk_key: PrivateKey
) -> None:
    rows.request()
    wrong = PrivateKey(desk_key.id, desk_key.suite, bytes(len(desk_key.private)))
    monkeypatch.setattr(keys, "private_keys", lambda: {desk_key.id: wrong})

    begun = begin()

    assert [each.numbers for each in begun] == [frozenset()]
    assert begun.damaged == 1


def test_damaged_key_files_stop_it_before_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise KeyFileError("x.private.json: damaged")

    monkeypatch.setattr(keys, "private_keys", damaged)

    with pytest.raises(KeyFileError):
        begin()
    assert not LedgerEntry.objects.exists()


def test_as_many_queries_for_a_hundred_as_for_ten(desk_key: PrivateKey) -> None:
    costs = []
    for more in (10, 90):
        for _ in range(more):
            amend(rows.request(), "217-555-0111")
        lose_wrap(Request.objects.earliest("id"), desk_key)
        with CaptureQueriesContext(connection) as queries:
            begun = begin()
            read = sum(len(each.numbers) for each in begun)
            begun.missing_keys()
        costs.append((read > more, len(queries)))

    assert costs == [(True, costs[0][1]), (True, costs[0][1])]


def test_where_two_keys_fit_a_text_is_opened_once(
    monkeypatch: pytest.MonkeyPatch, unsealings: list[UUID]
) -> None:
    monkeypatch.setattr(keys, "private_keys", every_key)
    assert len(every_key()) == 2
    rows.request()

    (found,) = begin()

    assert found.numbers
    assert len(unsealings) == 1


def test_postgres_knows_that_all_rows_are_wanted() -> None:
    """Else it walks all closed requests in order, so that the first open one comes soon."""
    rows.request()
    before = rows.sql("SHOW cursor_tuple_fraction")

    during = [rows.sql("SHOW cursor_tuple_fraction") for _ in begin()]

    assert (before, during) == ([("0.1",)], [[("1",)]])
