import json
import stat
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from intake.seal import keys
from intake.seal.keys import KeyFileError, Purpose
from intake.seal.sealing import Suite
from tests.plugin.intake import MakeKey


@pytest.mark.parametrize("suite", Suite)
def test_made_key_is_read_back(make_key: MakeKey, suite: Suite) -> None:
    made = make_key(suite=suite)

    assert keys.public_keys() == (made,)
    assert keys.private_keys()[made.id].suite == suite


def test_files_are_closed_to_others(make_key: MakeKey, key_folder: Path) -> None:
    make_key()

    assert stat.S_IMODE(key_folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in key_folder.iterdir()} == {0o600}


def test_public_file_holds_no_secret(make_key: MakeKey, key_folder: Path) -> None:
    made = make_key()
    private = keys.private_keys()[made.id].private.hex()

    assert private not in (key_folder / f"{made.id}.public.json").read_text()
    assert private not in repr(keys.private_keys())


def test_public_file_alone_is_enough_to_seal(make_key: MakeKey, key_folder: Path) -> None:
    made = {make_key(Purpose.DESK), make_key(Purpose.RECOVERY)}
    for path in key_folder.glob("*.private.json"):
        path.unlink()

    assert set(keys.recipients()) == made
    assert keys.private_keys() == {}


@pytest.mark.parametrize("purpose", Purpose)
def test_one_kind_of_key_alone_is_refused(make_key: MakeKey, purpose: Purpose) -> None:
    make_key(purpose)

    with pytest.raises(KeyFileError, match=r"no (desk|recovery) key"):
        keys.recipients()


def test_keys_of_another_suite_are_no_recipients(make_key: MakeKey, settings: Any) -> None:
    pair = [make_key(purpose, suite=Suite.CLASSICAL) for purpose in Purpose]

    with pytest.raises(KeyFileError, match="of suite xwing"):
        keys.recipients()

    settings.INTAKE_SUITE = "classical"
    assert set(keys.recipients()) == set(pair)


def test_new_key_counts_without_a_restart(make_key: MakeKey) -> None:
    make_key(Purpose.DESK), make_key(Purpose.RECOVERY)
    assert len(keys.recipients()) == 2

    added = make_key(Purpose.DESK)

    assert added in keys.recipients()


def test_swapped_key_is_refused_by_the_pins(make_key: MakeKey, settings: Any) -> None:
    settings.INTAKE_PINNED_KEYS = [make_key(Purpose.DESK).id, make_key(Purpose.RECOVERY).id]
    assert len(keys.recipients()) == 2

    swapped = make_key(Purpose.DESK)

    with pytest.raises(KeyFileError, match=f"key {swapped.id}: not in INTAKE_PINNED_KEYS"):
        keys.recipients()


def test_production_without_pins_is_refused(make_key: MakeKey, settings: Any) -> None:
    make_key(Purpose.DESK), make_key(Purpose.RECOVERY)
    settings.PRODUCTION = True

    with pytest.raises(KeyFileError, match="not in INTAKE_PINNED_KEYS"):
        keys.recipients()


def test_development_key_is_refused_in_production(make_key: MakeKey, settings: Any) -> None:
    made = [make_key(purpose, development=True) for purpose in Purpose]
    settings.INTAKE_PINNED_KEYS = [key.id for key in made]
    settings.PRODUCTION = True

    with pytest.raises(KeyFileError, match="made for development"):
        keys.recipients()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "0" * 32),
        ("suite", "rot13"),
        ("purpose", "fun"),
        ("public", "zz"),
        ("public", "00" * 1216),
    ],
)
def test_changed_public_file_is_refused(
    make_key: MakeKey, key_folder: Path, name: str, value: str
) -> None:
    _change(key_folder / f"{make_key().id}.public.json", name, value)

    with pytest.raises(KeyFileError, match=r"\.public\.json: "):
        keys.public_keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [("private", "00" * 96), ("private", "00"), ("private", None), ("checksum", "00000000")],
)
def test_changed_private_file_is_refused(
    make_key: MakeKey, key_folder: Path, name: str, value: str | None
) -> None:
    _change(key_folder / f"{make_key().id}.private.json", name, value)

    with pytest.raises(KeyFileError, match=r"\.private\.json: "):
        keys.private_keys()


@pytest.mark.parametrize("text", ["", "[]", "{", "{}"])
def test_file_that_is_no_key_is_refused(make_key: MakeKey, key_folder: Path, text: str) -> None:
    (key_folder / f"{make_key().id}.public.json").write_text(text)

    with pytest.raises(KeyFileError):
        keys.public_keys()


def test_missing_folder_says_what_to_do(key_folder: Path) -> None:
    with pytest.raises(KeyFileError, match="run make_keys"):
        keys.recipients()


def test_make_keys_for_development_makes_both_once(key_folder: Path) -> None:
    _call("make_keys", "--development")
    first = keys.public_keys()
    printed = _call("make_keys", "--development")

    assert keys.public_keys() == first
    assert printed == ""
    assert {key.purpose for key in first} == set(Purpose)
    assert all(key.development and "development" in key.label for key in first)
    assert set(keys.private_keys()) == {key.id for key in first}


def test_make_keys_refuses_development_keys_in_production(key_folder: Path, settings: Any) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="refused in production"):
        _call("make_keys", "--development")


def test_make_keys_makes_the_desk_pair(key_folder: Path) -> None:
    printed = _call("make_keys", "--label", "from 2027")
    (key,) = keys.public_keys()

    assert (key.purpose, key.label, key.development) == (Purpose.DESK, "from 2027", False)
    assert printed.startswith(key.id)


def test_make_keys_keeps_the_recovery_pair_away(key_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="offline"):
        _call("make_keys", "--recovery")

    _call("make_keys", "--recovery", "--folder", str(tmp_path / "stick"))

    assert not key_folder.exists()
    assert len(list((tmp_path / "stick").iterdir())) == 2


def test_make_keys_with_a_damaged_file_says_which(make_key: MakeKey, key_folder: Path) -> None:
    path = key_folder / f"{make_key().id}.public.json"
    path.write_text("")

    with pytest.raises(CommandError, match=path.name):
        _call("make_keys", "--development")


def test_list_keys_shows_what_is_here(make_key: MakeKey, key_folder: Path, settings: Any) -> None:
    desk, recovery = make_key(Purpose.DESK), make_key(Purpose.RECOVERY, development=True)
    (key_folder / f"{recovery.id}.private.json").unlink()
    settings.INTAKE_PINNED_KEYS = [desk.id]

    lines = _call("list_keys").splitlines()

    assert lines[0].split("  ")[0] == desk.id
    assert "public and private  pinned  production" in lines[0]
    assert "public only  not pinned  development" in lines[1]
    assert keys.private_keys()[desk.id].private.hex() not in "".join(lines)


def test_key_knows_the_day_it_was_made(key_folder: Path) -> None:
    before = datetime.now(UTC).date()
    _call("make_keys")
    (made,) = keys.public_keys()

    assert made.created in (before, datetime.now(UTC).date())
    assert f"made {made.created}" in _call("list_keys")

    for path in key_folder.iterdir():
        _change(path, "created", None)
    assert keys.public_keys()[0].created is None
    assert keys.private_keys().keys() == {made.id}
    assert "made at an unknown date" in _call("list_keys")


def test_key_with_an_impossible_day_is_damaged(make_key: MakeKey, key_folder: Path) -> None:
    _change(key_folder / f"{make_key().id}.public.json", "created", "soon")

    with pytest.raises(KeyFileError, match="not a public key file"):
        keys.public_keys()


def test_list_keys_with_a_damaged_file_says_which(key_folder: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        _call("list_keys")


def _call(name: str, *arguments: str) -> str:
    output = StringIO()
    call_command(name, *arguments, stdout=output)
    return output.getvalue()


def _change(path: Path, name: str, value: str | None) -> None:
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {name: value}))
