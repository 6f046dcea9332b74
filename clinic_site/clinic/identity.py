"""The clinic: every fact of `clinic.toml` as frozen, typed objects, read once at start.

`clinic_file` reads the tables that `clinic_tables`, `practices`, `legal_duties` and
`opening_hours` describe; `clinic_rules` says which values need others. A test that needs another
clinic takes `dataclasses.replace(clinic, ...)`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from clinic_site.clinic.file_reader import WRONG, ClinicFileError, Reader, kinds_of, left_out
from clinic_site.clinic.legal_duties import Accessibility, Complaints, Law
from clinic_site.clinic.opening_hours import (
    DAY_MINUTES,
    OpeningHours,
    PartsOfDay,
    Track,
    spoken,
)
from clinic_site.clinic.practices import FirstCall, HouseRules, Moment, ProgramAnswers
from clinic_site.clinic.rules import RULES
from clinic_site.clinic.tables import (
    Accreditation,
    Address,
    Email,
    License,
    Member,
    Names,
    Payment,
    Phone,
    Program,
    Replies,
    Retention,
    Review,
    Robots,
    Services,
    Urgent,
    at_least_one,
)

WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic(Names):
    """All of the file; the values of its table `clinic` are inherited from `Names`."""

    sample: bool = False
    address: Address
    phone: Phone
    email: Email
    replies: Replies
    hours: OpeningHours
    contact_windows: PartsOfDay
    program: Program
    tracks: Annotated[tuple[Track, ...], at_least_one(Track)]
    first_call: FirstCall
    first_session: Annotated[tuple[Moment, ...], at_least_one(Moment)]
    house_rules: HouseRules
    answers: ProgramAnswers
    services: Services
    payment: Payment
    law: Law
    complaints: Complaints
    access: Accessibility
    license: License
    accreditation: tuple[Accreditation, ...] = ()
    team: tuple[Member, ...]
    review: Review
    urgent: Urgent
    retention: Retention
    robots: Robots

    @property
    def hours_core(self) -> float:
        """Group hours a week of the first track; an int when whole."""
        return self.tracks[0].hours

    @property
    def hours_most(self) -> float:
        """Hours a week with every one-to-one, family and medication visit."""
        return self.hours_core + self.program.other_hours_most

    @property
    def rest(self) -> float:
        """The hours of a week that group does not take."""
        return WEEK_HOURS - self.hours_core

    @property
    def first_hours(self) -> tuple[tuple[str, Moment], ...]:
        """The first session by the clock of the first track: ("6 pm", Moment)."""
        start = self.tracks[0].sessions[0].span.start
        return tuple(
            (spoken((start + moment.minute) % DAY_MINUTES), moment) for moment in self.first_session
        )

    @property
    def host(self) -> str:
        """The site's host, "lamplight.example"."""
        return urlsplit(self.url).netloc

    @property
    def display_name(self) -> str:
        """The name as it stands where a reader could take the sample for a real clinic."""
        return f"{self.name} (sample clinic)" if self.sample else self.name


def load_clinic(path: Path) -> Clinic:
    """The clinic of a file. ClinicFileError names every mistake in it, one a line."""
    path = Path(path)
    table = read_toml(path)
    reader = Reader()
    clinic = read_clinic(reader, table)
    for rule in RULES:
        if rule.is_broken(lambda key: look_up(table, key)):
            reader.mistakes.setdefault(rule.place, f"expected {rule.expected}")
    if reader.mistakes or clinic is None:
        raise ClinicFileError(path.name, (f"{at}: {what}" for at, what in reader.mistakes.items()))
    return clinic


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. ClinicFileError when it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClinicFileError(path.name, [f"cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise ClinicFileError(path.name, [f"not valid TOML: {error}"]) from error


def read_clinic(reader: Reader, table: dict[str, Any]) -> Clinic | None:
    """The clinic, or None with the mistakes in the reader."""
    inner = kinds_of(Names)
    outer = {key: kind for key, kind in kinds_of(Clinic).items() if key not in inner}
    outer = {"clinic": Names} | outer
    found = reader.read_table(outer, left_out(fields(Clinic)), table, "")
    if found is WRONG:
        return None
    names = found.pop("clinic")
    return Clinic(**{key: getattr(names, key) for key in inner}, **found)


def look_up(table: object, path: str) -> object:
    """What stands at "law.privacy_contact"; None when there is nothing."""
    for key in path.split("."):
        table = table.get(key) if isinstance(table, dict) else None
    return table
