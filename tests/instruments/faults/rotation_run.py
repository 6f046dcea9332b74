"""R14: the desk's key changes while people write and workers are killed."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from intake.models import KeyWrap
from intake.seal import keys
from intake.seal.keys import PUBLIC, PublicKey, Purpose
from tests import CHECKOUT
from tests.instruments.faults import site, vault
from tests.instruments.faults.killing import Killer, met_a_request
from tests.instruments.faults.load import Load
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.instruments.faults.site_runs import hold, judge_people, only_known_answers

EVERY = 0.3
USER = "bench"


def r14(place: Place, short: bool) -> Outcome:
    """A new key is added and the old one taken away; both open in between, nothing is lost."""
    outcome, name = Outcome("R14"), place.database()
    seconds = 0.3 if short else 5
    with _own_keys(place), site.running(place, place.url("site", name)) as served:
        load = Load(served.port, retry=True)
        with load, Killer(served.kill_worker, every=EVERY) as killer:
            old, new = _keys_of_the_desk()
            time.sleep(seconds)
            _add(place, name, new)
            time.sleep(seconds)
            both = _opened_by(old, new)
            _take_away(place, name, old)
            hold(load, seconds, 0 if short else 1000)
        rotate(place, name, "--remove", old.id)
        outcome.kills = len(killer.at)
        judge_people(outcome, load)
    outcome.mid_request = met_a_request(killer.at, load.replies())
    outcome.problems += load.failures
    outcome.require(outcome.sent == outcome.acknowledged == outcome.stored, "the sets differ")
    outcome.require(both[0] == both[1] > 0, f"old key opened {both[0]}, new key {both[1]}")
    outcome.require(not KeyWrap.objects.filter(key_id=old.id).exists(), "old wraps are left")
    if not short:
        outcome.require_at_least(acknowledged=1000, kills=20)
    outcome.notes.append(f"{both[1]} opened by both keys midway")
    only_known_answers(outcome, load)
    return outcome


def rotate(place: Place, name: str, *arguments: str) -> None:
    """`manage.py rotate_keys` at the desk, with the desk's role."""
    subprocess.run(
        [sys.executable, "manage.py", "rotate_keys", *arguments, "--by", USER],
        cwd=CHECKOUT,
        env=_at_the_desk(place, name),
        check=True,
        capture_output=True,
    )


@contextmanager
def _own_keys(place: Place) -> Iterator[None]:
    """Key folders of this run, with a second desk key that is pinned and nowhere in use."""
    before, folder = place.deployment, place.folder / "rotation"
    shutil.copytree(before.folder, folder)
    new = keys.make(
        label="the new one",
        purpose=Purpose.DESK,
        suite=keys.configured_suite(),
        development=False,
        folder=folder / "new",
    )
    place.deployment = replace(before, folder=folder, pins=(*before.pins, new.id))
    place.open_with("desk")
    try:
        yield
    finally:
        place.deployment = before
        place.open_with("desk")


def _keys_of_the_desk() -> tuple[PublicKey, PublicKey]:
    """Old and new; from here on the desk has both."""
    old = next(key for key in keys.public_keys() if key.purpose == Purpose.DESK)
    folder = keys._folder()
    for path in (folder.parent / "new").iterdir():
        shutil.copy(path, folder)
    new = next(k for k in keys.public_keys() if k.purpose == Purpose.DESK and k.id != old.id)
    return old, new


def _add(place: Place, name: str, new: PublicKey) -> None:
    """First the site seals to it, then what came before gets its wraps."""
    folder = place.deployment.folder
    _publish(folder / "new" / f"{new.id}{PUBLIC}", folder / "site")
    time.sleep(0.5)  # whoever was being sealed for when the file came
    rotate(place, name, "--add", new.id)
    rotate(place, name, "--add", new.id)


def _take_away(place: Place, name: str, old: PublicKey) -> None:
    for role in ("site", "desk"):
        (place.deployment.keys(role) / f"{old.id}{PUBLIC}").unlink()
    time.sleep(0.5)
    rotate(place, name, "--remove", old.id)


def _opened_by(*recipients: PublicKey) -> list[int]:
    """How many of those that are stored by now each key opens by itself."""
    ids, held = vault.ids(), keys.private_keys()
    return [vault.count_opened(ids, {key.id: held[key.id]}) for key in recipients]


def _publish(source: Path, folder: Path) -> None:
    """Whole at once: a worker may be reading the folder."""
    part = folder / f"{source.name}.part"
    shutil.copy(source, part)
    part.rename(folder / source.name)


def _at_the_desk(place: Place, name: str) -> dict[str, str]:
    development = {"CLINIC_PRODUCTION": "0", "CLINIC_SERVES": "desk"}
    return place.environment("desk", place.url("desk", name), **development)
