"""Validation rules across tables of `clinic.toml`: values that other values make necessary.

They look at the raw TOML values, so that they work even when other parts of the file are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LookUp = Callable[[str], object]
"""Returns the value at a path such as "law.privacy_contact"; None when there is none."""

FICTIONAL = re.compile(r"\d{3}-555-01\d\d")
LANGUAGES_NEEDED = 15
ENDINGS = (
    "admitted",
    "referred_out",
    "declined",
    "not_a_fit",
    "no_contact",
    "do_not_contact",
    "duplicate",
    "spam",
)


def is_real(look_up: LookUp) -> bool:
    """Whether this is a real clinic: anything but `sample = true`."""
    return look_up("sample") is not True


def is_fictional(number: object) -> bool:
    """Whether this is a phone number reserved for fiction, 555-0100 to 555-0199."""
    return isinstance(number, str) and FICTIONAL.fullmatch(number) is not None


def has_privacy_notice(look_up: LookUp) -> bool:
    """Whether HIPAA or 42 CFR Part 2 applies; each demands a privacy notice."""
    return look_up("law.is_hipaa_covered") is True or look_up("law.is_part2_program") is True


def lacks_contact(contact: object) -> bool:
    """Whether a text lacks a phone number or an e-mail address; False for other values."""
    return isinstance(contact, str) and not (
        re.search(r"\d{3}-\d{3}-\d{4}", contact) and "@" in contact
    )


def lacks_coordinator(look_up: LookUp) -> bool:
    """45 CFR 92.7: a coordinator is needed with federal funds and 15 or more employees."""
    return (
        look_up("law.receives_hhs_funds") is True
        and look_up("law.employees_15_plus") is True
        and look_up("law.section_1557_coordinator") == ""
    )


def lacks_languages(look_up: LookUp) -> bool:
    """45 CFR 92.11: with federal funds, notices in 15 languages. The sample may have fewer."""
    languages = look_up("law.notice_languages")
    return (
        is_real(look_up)
        and look_up("law.receives_hhs_funds") is True
        and isinstance(languages, list)
        and len(languages) < LANGUAGES_NEEDED
    )


def hides_federal_funds(look_up: LookUp) -> bool:
    """45 CFR 92.4: Medicaid and Medicare are federal financial assistance."""
    federal = look_up("payment.medicaid") is True or look_up("payment.medicare_setting") is True
    return federal and look_up("law.receives_hhs_funds") is False


def leaves_out_own_state(look_up: LookUp) -> bool:
    """Whether the state of the address is missing among the states served."""
    served = look_up("law.states_served")
    return isinstance(served, list) and bool(served) and look_up("address.state") not in served


def lacks_state_agency(look_up: LookUp) -> bool:
    """Whether a state served has no agency that takes complaints. The sample needs none."""
    agencies = look_up("complaints.state_agencies")
    listed = agencies if isinstance(agencies, list) else []
    named = {one.get("state") for one in listed if isinstance(one, dict)}
    served = look_up("law.states_served")
    return is_real(look_up) and isinstance(served, list) and not set(served) <= named


def keeps_too_long(path: str) -> Callable[[LookUp], bool]:
    """A rule that a time in days is 1 to closed_days, which pages promise as the longest time."""

    def holds(look_up: LookUp) -> bool:
        own, most = look_up(path), look_up("retention.closed_days")
        return type(own) is int and not 0 < own <= (most if type(most) is int else own)

    return holds


class Rule(NamedTuple):
    """The path of a value, what is expected there in words, and whether a file breaks the rule."""

    place: str
    expected: str
    is_broken: Callable[[LookUp], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        "law.section_1557_coordinator",
        "a name and a phone number: federal funds and 15 employees need one (45 CFR 92.7)",
        lacks_coordinator,
    ),
    Rule(
        "law.privacy_contact",
        "a name or title, a phone number and an e-mail address: "
        "HIPAA and Part 2 need them (45 CFR 164.520, 42 CFR 2.22)",
        lambda look_up: (
            has_privacy_notice(look_up) and lacks_contact(look_up("law.privacy_contact"))
        ),
    ),
    Rule(
        "law.notice_effective",
        "the day from which the privacy notice holds: HIPAA and Part 2 need it",
        lambda look_up: has_privacy_notice(look_up) and look_up("law.notice_effective") is None,
    ),
    Rule(
        "law.notice_languages",
        f"{LANGUAGES_NEEDED} languages of the states served: federal funds need them "
        "(45 CFR 92.11)",
        lacks_languages,
    ),
    Rule(
        "law.receives_hhs_funds",
        "true: money from Medicaid or Medicare is federal (45 CFR Part 92)",
        hides_federal_funds,
    ),
    Rule(
        "law.states_served",
        "the state of the address among them",
        leaves_out_own_state,
    ),
    Rule(
        "complaints.state_agencies",
        "an agency to complain to for each state of law.states_served: it is not the sample",
        lacks_state_agency,
    ),
    Rule(
        "license.agency",
        "the agency that licenses the clinic: it is not the sample",
        lambda look_up: is_real(look_up) and look_up("license.agency") == "",
    ),
    Rule(
        "license.number",
        "the license number: the clinic is not the sample",
        lambda look_up: is_real(look_up) and look_up("license.number") == "",
    ),
    Rule(
        "phone.number",
        "the clinic's own number: 555-01xx is fictional, and the clinic is not the sample",
        lambda look_up: is_real(look_up) and is_fictional(look_up("phone.number")),
    ),
    Rule(
        "replies.caller_id_number",
        "the number that shows: 555-01xx is fictional, and the clinic is not the sample",
        lambda look_up: is_real(look_up) and is_fictional(look_up("replies.caller_id_number")),
    ),
    *(
        Rule(
            f"retention.{ending}_days",
            "1 to retention.closed_days: the pages promise that as the longest time",
            keeps_too_long(f"retention.{ending}_days"),
        )
        for ending in ENDINGS
    ),
)
