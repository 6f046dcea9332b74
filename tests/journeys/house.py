"""The servers that the journeys visit: the clinic's own, one always open, one without database."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import CHECKOUT
from tests.plugin.live_site import running_site

NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"
ALL_DAY = '["00:00-24:00"]'


@dataclass(frozen=True)
class House:
    """Addresses, without a slash at the end. All three share keys, secret and folder."""

    site: str
    always_open: str  # the desk of a clinic where somebody answers at any hour
    dead: str  # the site while its database is away


@contextmanager
def open_house() -> Iterator[House]:
    """Start all three; stop them in the end."""
    with (
        running_site() as site,
        running_site(CLINIC_SERVES="desk", CLINIC_TOML=str(_always_open())) as always_open,
        running_site(CLINIC_SERVES="site", DATABASE_URL=NO_DATABASE) as dead,
    ):
        yield House(site, always_open, dead)


def _always_open() -> Path:
    text = (CHECKOUT / "clinic.toml").read_text(encoding="utf-8")
    text = re.sub(r"^(\w+day) = \[.*\]$", rf"\1 = {ALL_DAY}", text, flags=re.MULTILINE)
    text = re.sub(r"^holidays = \[.*\]$", "holidays = []", text, flags=re.MULTILINE)
    path = Path(os.environ["CLINIC_VAR"]) / "always-open.toml"
    path.write_text(text, encoding="utf-8")
    return path
