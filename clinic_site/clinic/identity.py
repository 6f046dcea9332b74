"""The clinic: every fact of `clinic.toml` in one frozen, typed object, read once at start.

A test that needs another clinic takes `dataclasses.replace(clinic, ...)`.
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
    """The whole file: a field for each table; those of the table `clinic` are inherited."""

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
        """Hours of group a week in the first track; an int when whole, for printing."""
        return self.tracks[0].hours

    @property
    def hours_most(self) -> float:
        """Hours a week, at most: group with all one-to-one, family and medication visits."""
        return self.hours_core + self.program.other_hours_most

    @property
    def rest(self) -> float:
        """Hours of the week outside of group."""
        return WEEK_HOURS - self.hours_core

    @property
    def first_hours(self) -> tuple[tuple[str, Moment], ...]:
        """What happens in a first session, each with its time in the first track: "6 pm"."""
        start = self.tracks[0].sessions[0].span.start
        return tuple(
            (spoken((start + moment.minute) % DAY_MINUTES), moment) for moment in self.first_session
        )

    @property
    def host(self) -> str:
        """The host of the site: "lamplight.example"."""
        return urlsplit(self.url).netloc

    @property
    def display_name(self) -> str:
        """The name, marked as a sample where a reader could mistake it for a real clinic."""
        return f"{self.name} (sample clinic)" if self.sample else self.name


def load_clinic(path: Path) -> Clinic:
    """Read a clinic from its file. Raises ClinicFileError with all mistakes."""
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
    """The tables of the file. Raises ClinicFileError when it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClinicFileError(path.name, [f"cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise ClinicFileError(path.name, [f"not valid TOML: {error}"]) from error


def read_clinic(reader: Reader, table: dict[str, Any]) -> Clinic | None:
    """The clinic; None when there are mistakes, which the reader then has."""
    inner = kinds_of(Names)
    outer = {key: kind for key, kind in kinds_of(Clinic).items() if key not in inner}
    outer = {"clinic": Names} | outer
    found = reader.read_table(outer, left_out(fields(Clinic)), table, "")
    if found is WRONG:
        return None
    names = found.pop("clinic")
    return Clinic(**{key: getattr(names, key) for key in inner}, **found)


def look_up(table: object, path: str) -> object:
    """The value at a path such as "law.privacy_contact"; None when there is none."""
    for key in path.split("."):
        table = table.get(key) if isinstance(table, dict) else None
    return table
