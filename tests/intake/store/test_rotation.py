"""Recipients come and go by their wraps; content stays as it is, and so does who cannot open it."""

import dataclasses
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from intake.models import KeyWrap, LedgerEntry, Request, StaffText, Submission
from intake.rules.states import State
from intake.seal import answers, keys
from intake.seal.keys import PublicKey, Purpose
from intake.seal.sealing import SealError, Suite
from intake.store import ledger, rotation, staff_text
from intake.worker import retention
from tests.intake import rows
from tests.intake.rows import NOW
from tests.plugin import processes, visitor
from tests.plugin.intake import MakeKey
from tests.plugin.processes import Deployment, running
from tests.plugin.waiting import until


@pytest.fixture
def pair(make_key: MakeKey, key_folder: Path) -> tuple[PublicKey, PublicKey]:
    """The desk's pair and the public half of the recovery pair, as the desk has them."""
    desk, recovery = make_key(Purpose.DESK), make_key(Purpose.RECOVERY)
    (key_folder / f"{recovery.id}.private.json").rename(key_folder.parent / "recovery")
    return desk, recovery


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)


def texts(count: int = 4) -> None:
    """As many requests, each with a note."""
    for number in range(count):
        row = rows.request(sent=rows.answers(message=f"message {number}"))
        staff_text.write(row, kind="note", text=f"note {number}", by="ana", now=NOW)


def call(name: str, *arguments: str) -> str:
    output = StringIO()
    call_command(name, *arguments, stdout=output)
    return output.getvalue()


def contents() -> set[tuple[UUID, bytes]]:
    return {
        (row.pk, bytes(row.ciphertext))
        for model in (Submission, StaffText)
        for row in model.objects.all()
    }


def opened_by(key: PublicKey) -> set[str]:
    """Everything that the key's holder can read."""
    held = {key.id: keys.private_keys()[key.id]}
    messages = {answers.unpack(row.unseal(held)).message for row in Submission.objects.all()}
    return messages | {staff_text.read(row, held) for row in StaffText.objects.all()}


def everything(count: int = 4) -> set[str]:
    return {f"{kind} {number}" for kind in ("message", "note") for number in range(count)}


def retire(key: PublicKey, key_folder: Path) -> None:
    (key_folder / f"{key.id}.public.json").unlink()


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_added_recipient_opens_everything_and_content_is_not_touched(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey
) -> None:
    texts()
    before, new = contents(), make_key()

    printed = call("rotate_keys", "--add", new.id, "--by", "ana")

    assert opened_by(new) == opened_by(pair[0]) == everything()
    assert contents() == before
    assert printed.splitlines()[-1] == f"Every text has a wrap for key {new.id}."


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_removed_recipient_opens_nothing_and_the_others_everything(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, key_folder: Path
) -> None:
    old, recovery = pair
    texts()
    new = make_key()
    call("rotate_keys", "--add", new.id, "--by", "ana")
    before = contents()
    retire(old, key_folder)

    printed = call("rotate_keys", "--remove", old.id, "--by", "ana")

    assert opened_by(new) == everything()
    with pytest.raises(SealError, match="none of the keys"):
        opened_by(old)
    assert set(KeyWrap.objects.values_list("key_id", flat=True)) == {new.id, recovery.id}
    assert contents() == before
    assert printed.splitlines()[-1] == f"No text has a wrap for key {old.id}."


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_every_batch_has_its_line_in_the_ledger(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, key_folder: Path
) -> None:
    texts(5)
    new = make_key()

    call("rotate_keys", "--add", new.id, "--by", "ana")
    retire(pair[0], key_folder)
    call("rotate_keys", "--remove", pair[0].id, "--by", "max")

    lines = LedgerEntry.objects.filter(action__startswith="wraps").order_by("number")
    assert list(lines.values_list("action", "by", "detail")) == [
        (action, by, f"key {key.id}: {count}")
        for action, by, key in (("wraps_added", "ana", new), ("wraps_removed", "max", pair[0]))
        for count in (3, 2, 3, 2)
    ]
    assert ledger.verify() is None


@pytest.mark.django_db
@pytest.mark.usefixtures("small_batches")
def test_interrupted_rotation_goes_on_where_it_was(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey
) -> None:
    texts()
    new, held = make_key(), keys.private_keys()
    next(rotation.add(new, held, by="ana"))
    assert rotation.left_with(new.id) == 3

    call("rotate_keys", "--add", new.id, "--by", "ana")
    call("rotate_keys", "--add", new.id, "--by", "ana")

    assert rotation.left_with(new.id) == 8
    assert opened_by(new) == everything()


@pytest.mark.django_db
def test_present_recipient_is_not_taken_away(pair: tuple[PublicKey, PublicKey]) -> None:
    texts(1)

    for key in pair:
        with pytest.raises(CommandError, match="still a recipient"):
            call("rotate_keys", "--remove", key.id, "--by", "ana")
    assert KeyWrap.objects.count() == 4


@pytest.mark.django_db
def test_old_wraps_stay_until_the_new_ones_are_there(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, key_folder: Path
) -> None:
    texts(2)
    make_key()
    retire(pair[0], key_folder)

    with pytest.raises(CommandError, match="4 texts lack a present recipient"):
        call("rotate_keys", "--remove", pair[0].id, "--by", "ana")
    assert opened_by(pair[0]) == everything(2)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["unknown", "classical", "not pinned", "development"])
def test_nobody_is_added_who_is_no_recipient(
    kind: str, pair: tuple[PublicKey, PublicKey], make_key: MakeKey, settings: Any
) -> None:
    """No downgrade: a key of the weaker suite gets no wrap, and neither does a key out of place."""
    texts(1)
    new = make_key(
        suite=Suite.CLASSICAL if kind == "classical" else Suite.HYBRID,
        development=kind == "development",
    )
    pins = {*pair, new} - ({new} if kind == "not pinned" else set())
    settings.INTAKE_PINNED_KEYS = [key.id for key in pins]
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="no recipient|not in INTAKE_PINNED_KEYS|development"):
        call("rotate_keys", "--add", "0" * 32 if kind == "unknown" else new.id, "--by", "ana")

    assert KeyWrap.objects.count() == 4


@pytest.mark.django_db
def test_text_of_a_weaker_suite_is_counted_and_not_rewrapped(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, settings: Any
) -> None:
    weak = [make_key(purpose, Suite.CLASSICAL) for purpose in Purpose]
    settings.INTAKE_SUITE = "classical"
    rows.request()
    settings.INTAKE_SUITE = "hybrid"
    rows.request()
    new = make_key()

    with pytest.raises(CommandError, match="1 texts are opened by no private key"):
        call("rotate_keys", "--add", new.id, "--by", "ana")

    assert rotation.left_with(new.id) == 1
    assert rotation.left_with(weak[0].id) == 1


@pytest.mark.django_db
def test_without_a_private_key_nothing_is_added(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, key_folder: Path
) -> None:
    texts(1)
    new = make_key()
    for path in key_folder.glob("*.private.json"):
        path.unlink()

    with pytest.raises(CommandError, match="2 texts are opened by no private key"):
        call("rotate_keys", "--add", new.id, "--by", "ana")
    assert not LedgerEntry.objects.filter(action="wraps_added").exists()


@pytest.mark.django_db
def test_swapped_wrap_is_skipped_for_one_that_opens(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey
) -> None:
    """The text has two wraps for keys that are here; one of them is damaged."""
    second = make_key()
    rows.request(sent=rows.answers(message="message 0"))
    wrap = KeyWrap.objects.get(key_id=pair[0].id)
    KeyWrap.objects.with_ids([wrap.pk]).delete_unread()
    wrap.wrapped = bytes(1136)
    wrap.save(force_insert=True)
    new = make_key()

    call("rotate_keys", "--add", new.id, "--by", "ana")

    assert opened_by(new) == opened_by(second) == {"message 0"}


@pytest.mark.django_db(transaction=True)
def test_text_purged_meanwhile_keeps_nobody(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts(2)
    gone, new = Submission.objects.order_by("pk")[0], make_key()
    real = rotation._store
    purges = [lambda: _purge(gone.request_id)]

    def store(*arguments: Any, **options: Any) -> None:
        if purges:
            purges.pop()()
        real(*arguments, **options)

    monkeypatch.setattr(rotation, "_store", store)

    call("rotate_keys", "--add", new.id, "--by", "ana")

    assert Request.objects.count() == 1
    assert len(opened_by(new)) == 2


# Looking over.


@pytest.mark.django_db
def test_check_opens_everything_with_the_keys_that_are_here(
    pair: tuple[PublicKey, PublicKey],
) -> None:
    texts(2)

    first, *lines = call("check_keys").splitlines()

    assert first == "4 sealed texts"
    assert {line.partition("  ")[0]: line.partition("  ")[2] for line in lines} == {
        pair[0].id: "4 wraps  0 missing  4 opened  0 not opened  desk, desk",
        pair[1].id: "4 wraps  0 missing  0 opened  0 not opened  recovery, recovery",
    }


@pytest.mark.django_db
def test_check_fails_when_a_recipient_lacks_a_wrap(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey
) -> None:
    texts(2)
    make_key()

    with pytest.raises(CommandError, match="4 wraps are missing, 0 wraps do not open"):
        call("check_keys")


@pytest.mark.django_db
def test_check_fails_when_a_wrap_does_not_open(pair: tuple[PublicKey, PublicKey]) -> None:
    one, other = (rows.request().submissions.get() for _ in range(2))
    wrap = one.wraps.get(key_id=pair[0].id)
    foreign = other.wraps.get(key_id=pair[0].id).wrapped
    wrap.delete()
    KeyWrap(
        id=wrap.id or uuid4(),
        submission=one,
        key_id=pair[0].id,
        suite=wrap.suite,
        wrapped=foreign,
    ).save(force_insert=True)

    with pytest.raises(CommandError, match="0 wraps are missing, 1 wraps do not open"):
        call("check_keys")


@pytest.mark.django_db
def test_check_shows_keys_that_are_no_recipients_any_more(
    pair: tuple[PublicKey, PublicKey], make_key: MakeKey, key_folder: Path
) -> None:
    texts(1)
    new = make_key()
    call("rotate_keys", "--add", new.id, "--by", "ana")
    retire(pair[0], key_folder)

    printed = call("check_keys")

    assert "2 wraps  0 missing  2 opened  0 not opened  no recipient any more" in printed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments", [["check_keys"], ["rotate_keys", "--add", "x", "--by", "ana"]], ids=lambda a: a[0]
)
def test_damaged_key_file_is_named(arguments: list[str], key_folder: Path) -> None:
    key_folder.mkdir()
    (key_folder / "x.public.json").write_text("")

    with pytest.raises(CommandError, match=r"x\.public\.json"):
        call(*arguments)


# Under load, as the desk, beside the real site.


@pytest.fixture
def own_keys(deployment: Deployment, tmp_path: Path) -> Deployment:
    """The deployment with folders of its own, and a new desk key that is pinned and nowhere."""
    copied = Path(shutil.copytree(deployment.folder, tmp_path / "deployment"))
    new = keys.make(
        label="new",
        purpose=Purpose.DESK,
        suite=Suite.HYBRID,
        development=False,
        folder=copied / "new",
    )
    return dataclasses.replace(deployment, folder=copied, pins=(*deployment.pins, new.id))


@contextmanager
def writing(server: processes.Server) -> Iterator[list[int]]:
    """Somebody who sends one form after the other; the statuses of the answers, growing."""
    statuses: list[int] = []
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            statuses.append(visitor.send(server, message=f"message {len(statuses)}").status)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_rotation_while_requests_come_in(
    own_keys: Deployment,
    collect_compressed: None,
    smtp_server: Any,
    settings: Any,
) -> None:
    *_, new = own_keys.pins
    old = next(own_keys.keys("desk").glob("*.private.json")).name.partition(".")[0]
    as_desk = own_keys.environment("desk")
    mail = {"EMAIL_HOST": smtp_server.host, "EMAIL_PORT": str(smtp_server.port)}
    with running(own_keys, environment=mail) as three, writing(three.site) as statuses:
        until(lambda: len(statuses) >= 5)
        for role, name in (("desk", "private"), ("desk", "public"), ("site", "public")):
            shutil.copy(own_keys.folder / "new" / f"{new}.{name}.json", own_keys.keys(role))
        processes.manage("rotate_keys", "--add", new, "--by", "ana", environment=as_desk)
        seen = len(statuses)
        until(lambda: len(statuses) >= seen + 5)
        for role in ("site", "desk"):
            (own_keys.keys(role) / f"{old}.public.json").unlink()
        seen = len(statuses)
        until(lambda: len(statuses) >= seen + 5)
        processes.manage("rotate_keys", "--remove", old, "--by", "ana", environment=as_desk)
        until(lambda: len(statuses) >= seen + 8)
    processes.manage("check_keys", environment=as_desk)

    settings.INTAKE_KEYS = own_keys.keys("desk")
    assert set(statuses) == {303}
    assert rotation.left_with(old) == 0
    assert Submission.objects.count() == len(statuses)
    held = {new: keys.private_keys()[new]}
    assert all(row.unseal(held) for row in Submission.objects.all())


def _purge(request_id: UUID) -> None:
    row = Request.objects.get(pk=request_id)
    rows.step(row, State.WITHDRAWN)
    assert len(list(retention.purge(NOW + timedelta(days=9999)))) == 1
