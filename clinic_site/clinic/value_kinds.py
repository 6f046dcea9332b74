"""Value types of `clinic.toml`: each with its check, and in words what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from clinic_site.clinic.file_reader import Conversion

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CHANNELS = ("phone", "text", "email")

Value = TypeVar("Value")


class Offer(Enum):
    """Whether a service is done here, arranged with others, or not offered."""

    HERE = True
    REFERRAL = "referral"
    NO = False

    @property
    def offered(self) -> bool:
        """Done at this clinic."""
        return self is Offer.HERE

    @property
    def referred(self) -> bool:
        """Arranged with others."""
        return self is Offer.REFERRAL

    @property
    def available(self) -> bool:
        """Done here or arranged with others."""
        return self is not Offer.NO

    def __bool__(self) -> bool:
        return self.available


def must(holds: Callable[[Value], object]) -> Callable[[Value], Value]:
    """A function that returns its argument, or raises ValueError unless `holds` is true of it."""

    def checked(value: Value) -> Value:
        if not holds(value):
            raise ValueError
        return value

    return checked


def like(pattern: str, expected: str) -> Conversion:
    """Text that matches the pattern from start to end; `expected` describes it."""
    return Conversion(expected, must(re.compile(pattern).fullmatch), str)


def is_https(text: str) -> bool:
    """Whether a text is an https URL with a host and without spaces."""
    parts = urlsplit(text)
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", text)


def is_origin(text: str) -> bool:
    """Whether a text is an https URL of a host alone, without a path or a slash at its end."""
    return is_https(text) and text == "https://" + urlsplit(text).netloc


def read_offer(value: object) -> Offer:
    """Convert true, "referral" or false. Raises ValueError for others, 1 and 0 among them."""
    if not isinstance(value, bool | str):
        raise ValueError
    return Offer(value)


PHONE = r"[2-9]\d{2}-[2-9]\d{2}-\d{4}"

Text = Annotated[str, like(r"\S(.*\S)?", "text on one line, not empty")]
MaybeText = Annotated[str, like(r"(\S(.*\S)?)?", 'text on one line, or ""')]
PhoneNumber = Annotated[str, like(PHONE, 'a US number such as "217-555-0168"')]
MaybePhone = Annotated[str, like(f"({PHONE})?", 'a US number such as "217-555-0168", or ""')]
RelayNumber = Annotated[str, like(f"711|{PHONE}", '"711" or a US number')]
EmailAddress = Annotated[
    str,
    like(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+", 'an address such as "care@lamplight.example"'),
]
Origin = Annotated[
    str, Conversion('"https://host" without a slash at the end', must(is_origin), str)
]
Link = Annotated[str, Conversion('an address that begins "https://"', must(is_https), str)]
MaybeLink = Annotated[
    str,
    Conversion(
        'an address that begins "https://", or ""', must(lambda t: not t or is_https(t)), str
    ),
]
StateCode = Annotated[str, like(r"[A-Z]{2}", 'two letters such as "IL"')]
ZipCode = Annotated[str, like(r"\d{5}(-\d{4})?", 'a ZIP code such as "62701"')]
Npi = Annotated[str, like(r"(\d{10})?", 'ten digits, or ""')]
TaxId = Annotated[str, like(r"(\d{2}-\d{7})?", 'a number such as "12-3456789", or ""')]
Channel = Annotated[str, like("|".join(CHANNELS), " or ".join(f'"{name}"' for name in CHANNELS))]
Count = Annotated[int, Conversion("a whole number above 0", must(lambda n: n > 0), int)]
Amount = Annotated[int, Conversion("a whole number, 0 or more", must(lambda n: n >= 0), int)]
Age = Annotated[int, Conversion("an age in years, 1 to 120", must(lambda n: 1 <= n <= 120), int)]
Year = Annotated[int, Conversion("a year such as 2020", must(lambda n: 1900 <= n <= 2200), int)]
Latitude = Annotated[
    float, Conversion("degrees from -90 to 90", must(lambda d: -90 <= d <= 90), float)
]
Longitude = Annotated[
    float, Conversion("degrees from -180 to 180", must(lambda d: -180 <= d <= 180), float)
]
TimeZone = Annotated[ZoneInfo, Conversion('a time zone such as "America/Chicago"', ZoneInfo, str)]
Service = Annotated[Offer, Conversion('true, "referral" or false', read_offer)]
Weekday = Annotated[int, Conversion('a day such as "monday"', [d.lower() for d in DAYS].index)]
MaybeDayName = Annotated[
    str,
    Conversion(
        'a day such as "saturday", or ""',
        {"": "", **{day.lower(): day for day in DAYS}}.__getitem__,
        str,
    ),
]
