"""Schema of `clinic.toml`, a class for each table; `identity.Clinic` is the whole file.

Tables about time are in `opening_hours`, about practice and laws in `practices` and
`legal_duties`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from clinic_site.clinic.file_reader import Conversion
from clinic_site.clinic.value_kinds import (
    Age,
    Amount,
    Channel,
    Count,
    EmailAddress,
    Latitude,
    Link,
    Longitude,
    MaybeDayName,
    MaybeLink,
    MaybeText,
    Npi,
    Origin,
    PhoneNumber,
    RelayNumber,
    Service,
    StateCode,
    TaxId,
    Text,
    TimeZone,
    Year,
    ZipCode,
    must,
)


def at_least_one(kind: Any) -> Conversion:
    """A list of `kind` that is not empty."""
    return Conversion("at least one", must(len), tuple[kind, ...])


@dataclass(frozen=True, slots=True)
class Names:
    """The table `clinic`, whose values are fields of the clinic itself."""

    name: Text
    legal_name: Text
    url: Origin
    time_zone: TimeZone
    owner: MaybeText
    paid_by: MaybeText


@dataclass(frozen=True, slots=True)
class Address:
    """Where the clinic is, and how to get there."""

    street: Text
    unit: MaybeText
    city: Text
    state: StateCode
    zip: ZipCode
    county: MaybeText
    latitude: Latitude
    longitude: Longitude
    transit: MaybeText
    parking: MaybeText
    building: MaybeText

    @property
    def lines(self) -> tuple[str, str]:
        """The two lines of an envelope: street and unit; city, state and ZIP code."""
        street = ", ".join(filter(None, (self.street, self.unit)))
        return street, f"{self.city}, {self.state} {self.zip}"

    def __str__(self) -> str:
        return ", ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone and TTY numbers of the clinic. Prints as the phone number."""

    number: PhoneNumber
    tty: RelayNumber
    answered_by: Text

    @property
    def uri(self) -> str:
        """The phone number as a link: "tel:+12175550168"."""
        return tel(self.number)

    @property
    def tty_uri(self) -> str:
        """The TTY or relay number as a link: "tel:711"."""
        return tel(self.tty)

    def __str__(self) -> str:
        return self.number


def tel(number: str) -> str:
    """The tel URI (RFC 3966) of a US number, or of the relay number 711."""
    digits = number.replace("-", "")
    return f"tel:+1{digits}" if len(digits) == 10 else f"tel:{digits}"


@dataclass(frozen=True, slots=True)
class Email:
    """The e-mail address of the clinic. Prints as the address."""

    address: EmailAddress

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True, slots=True)
class Replies:
    """How staff reply, what a reply shows of the clinic, and who is notified of requests."""

    channels: Annotated[tuple[str, ...], at_least_one(Channel)]
    languages: Annotated[tuple[str, ...], at_least_one(Text)]
    caller_id_number: PhoneNumber
    caller_id_name: Text
    mail_from: EmailAddress
    mail_subject: Text
    promise_minutes: Count
    leave_url: Link
    notice_to: Annotated[tuple[str, ...], at_least_one(EmailAddress)]
    escalate_to: Annotated[tuple[str, ...], at_least_one(EmailAddress)]
    escalate_after_minutes: Count
    attempts: Count = 6
    parts_of_day: Count = 2
    pause_minutes: Count = 120
    silent_after_minutes: Count = 480


@dataclass(frozen=True, slots=True)
class Program:
    """Length, size and times of the program."""

    weeks_typical: Text
    group_size: Text
    first_call_minutes: Count
    assessment_minutes: Count
    other_hours_most: Amount
    ages_served: Text
    minimum_age: Age
    family_time: MaybeText
    family_day: MaybeDayName


@dataclass(frozen=True, slots=True)
class Services:
    """Services, each done here, arranged with others, or not offered."""

    cbt: Service
    motivational_interviewing: Service
    dbt_skills: Service
    contingency_management: Service
    family_sessions: Service
    mindfulness: Service
    yoga: Service
    medication_opioid: Service
    medication_alcohol: Service
    drug_testing: Service
    telehealth: Service
    childcare: Service
    transport: Service
    naloxone_available: Service
    peer_support: Service


@dataclass(frozen=True, slots=True)
class Payer:
    """An insurance plan that the clinic works with, as of a date."""

    name: Text
    as_of: date


@dataclass(frozen=True, slots=True)
class Fee:
    """An item of the price list for people who pay without insurance, in words."""

    item: Text
    price: Text


@dataclass(frozen=True, slots=True)
class Payment:
    """Insurance, prices, and identifiers for billing."""

    payers: tuple[Payer, ...]
    fee_schedule: tuple[Fee, ...]
    sliding_scale: bool
    payment_plan: bool
    financing: MaybeText
    medicaid: bool
    medicaid_name: Text
    medicaid_expansion_state: bool
    medicare_setting: bool
    billing_codes: tuple[Text, ...]
    npi: Npi
    tax_id: TaxId


@dataclass(frozen=True, slots=True)
class License:
    """The state license. All values are empty in the sample."""

    agency: MaybeText
    kind: MaybeText
    number: MaybeText
    register_url: MaybeLink
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Accreditation:
    """An accreditation, with the address at which to verify it."""

    body: Text
    since: Year
    verify_url: Link


@dataclass(frozen=True, slots=True)
class Member:
    """A role in the team, with the name of the person in a real clinic."""

    role: Text
    credential: Text
    sentence: MaybeText = ""
    name: MaybeText = ""
    license_url: MaybeLink = ""

    @property
    def initials(self) -> str:
        """The first letters of the first two words of the name, or of the role: "CD"."""
        words = [word for word in (self.name or self.role).split() if word[0].isalpha()]
        return "".join(word[0] for word in words[:2]).upper()


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviews the pages, and how often."""

    reviewer: MaybeText
    credential: MaybeText
    months_between: Count
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    """The crisis line of the county."""

    county_line: MaybeText


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention periods in days: of closed requests, backups and logs.

    A way of closing may have a shorter period of its own: `spam_days = 30`. The desk announces a
    deletion `warning_days` before it.
    """

    closed_days: Count
    backup_days: Count
    log_days: Count
    warning_days: Count = 14
    admitted_days: int | None = None
    referred_out_days: int | None = None
    declined_days: int | None = None
    not_a_fit_days: int | None = None
    no_contact_days: int | None = None
    do_not_contact_days: int | None = None
    duplicate_days: int | None = None
    spam_days: int | None = None

    def days_after(self, state: str) -> int:
        """Days from closing in `state` to deletion; 0 for "withdrawn": that person asked for it."""
        own = 0 if state == "withdrawn" else getattr(self, f"{state}_days", None)
        return self.closed_days if own is None else own


@dataclass(frozen=True, slots=True)
class Robots:
    """The kinds of crawlers that may read the site."""

    search_engines: bool
    assistants: bool
    training: bool
