"""Tables of `clinic.toml` behind the legal notices: laws that apply, complaints, accessibility.

The notices print them as promises, so a clinic states here what it really does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from clinic_site.clinic.languages import Languages
from clinic_site.clinic.tables import at_least_one
from clinic_site.clinic.value_kinds import Count, MaybeLink, MaybePhone, MaybeText, StateCode, Text


@dataclass(frozen=True, slots=True)
class Law:
    """The laws that apply to the clinic, and whom to ask about them."""

    is_hipaa_covered: bool
    is_part2_program: bool
    receives_hhs_funds: bool
    employees_15_plus: bool
    section_1557_coordinator: MaybeText
    privacy_contact: MaybeText
    states_served: Annotated[tuple[str, ...], at_least_one(StateCode)]
    protected_traits: Annotated[tuple[str, ...], at_least_one(Text)]
    notice_languages: Languages
    notice_effective: date | None = None

    @property
    def notice_names(self) -> str:
        """The laws in the label of the privacy notice: " (HIPAA & 42 CFR Part 2)", or ""."""
        return f" ({self.privacy_laws.replace(' and ', ' & ')})" if self.privacy_laws else ""

    @property
    def privacy_laws(self) -> str:
        """ "HIPAA and 42 CFR Part 2", one of them, or ""."""
        names = ("HIPAA",) if self.is_hipaa_covered else ()
        return " and ".join((*names, *(["42 CFR Part 2"] if self.is_part2_program else [])))


@dataclass(frozen=True, slots=True)
class StateAgency:
    """An agency outside the clinic that takes complaints, in one state."""

    state: StateCode
    agency: Text
    phone: MaybePhone = ""
    url: MaybeLink = ""


@dataclass(frozen=True, slots=True)
class Complaints:
    """How the clinic answers complaints, in calendar days. The sample has no state agency."""

    steps: Annotated[tuple[str, ...], at_least_one(Text)]
    file_within_days: Count
    answer_within_days: Count
    appeal_within_days: Count
    state_agencies: tuple[StateAgency, ...] = ()


@dataclass(frozen=True, slots=True)
class Accessibility:
    """The accessibility statement: date, what was tested, and known gaps.

    `reply_days` are working days; `building` and `groups` say how to get in and take part.
    """

    stated: date
    reply_days: Count
    tested: Annotated[tuple[str, ...], at_least_one(Text)]
    gaps: Annotated[tuple[str, ...], at_least_one(Text)]
    building: Annotated[tuple[str, ...], at_least_one(Text)]
    groups: Annotated[tuple[str, ...], at_least_one(Text)]
