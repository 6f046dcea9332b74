"""What must stand in `clinic.toml` because something else stands there.

They read the raw values, so that they still speak when another part of the file cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LookUp = Callable[[str], object]
"""Gives what stands at a path of the file; None when there is nothing."""

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
    """Not the sample; a missing line counts as real."""
    return look_up("sample") is not True


def is_fictional(number: object) -> bool:
    """A number of the range that is kept for stories and samples."""
    return isinstance(number, str) and FICTIONAL.fullmatch(number) is not None


def has_privacy_notice(look_up: LookUp) -> bool:
    """One of the two laws that demand a notice applies."""
    return look_up("law.is_hipaa_covered") is True or look_up("law.is_part2_program") is True


def lacks_contact(contact: object) -> bool:
    """No phone number or no e-mail address in it; left to the reader when it is no text."""
    return isinstance(contact, str) and not (
        re.search(r"\d{3}-\d{3}-\d{4}", contact) and "@" in contact
    )


def lacks_coordinator(look_up: LookUp) -> bool:
    """45 CFR 92.7: federal funds and 15 employees."""
    return (
        look_up("law.receives_hhs_funds") is True
        and look_up("law.employees_15_plus") is True
        and look_up("law.section_1557_coordinator") == ""
    )


def lacks_languages(look_up: LookUp) -> bool:
    """45 CFR 92.11; the sample may show fewer."""
    languages = look_up("law.notice_languages")
    return (
        is_real(look_up)
        and look_up("law.receives_hhs_funds") is True
        and isinstance(languages, list)
        and len(languages) < LANGUAGES_NEEDED
    )


def hides_federal_funds(look_up: LookUp) -> bool:
    """45 CFR 92.4: Medicaid and Medicare money is federal money."""
    federal = look_up("payment.medicaid") is True or look_up("payment.medicare_setting") is True
    return federal and look_up("law.receives_hhs_funds") is False


def leaves_out_own_state(look_up: LookUp) -> bool:
    """The state of the address is one of those that the clinic serves."""
    served = look_up("law.states_served")
    return isinstance(served, list) and bool(served) and look_up("address.state") not in served


def lacks_state_agency(look_up: LookUp) -> bool:
    """A person in each state can complain to somebody outside the clinic."""
    agencies = look_up("complaints.state_agencies")
    listed = agencies if isinstance(agencies, list) else []
    named = {one.get("state") for one in listed if isinstance(one, dict)}
    served = look_up("law.states_served")
    return is_real(look_up) and isinstance(served, list) and not set(served) <= named


def keeps_too_long(path: str) -> Callable[[LookUp], bool]:
    """The pages promise "at most closed_days" of every request, so its own time is no longer."""

    def holds(look_up: LookUp) -> bool:
        own, most = look_up(path), look_up("retention.closed_days")
        return type(own) is int and not 0 < own <= (most if type(most) is int else own)

    return holds


class Rule(NamedTuple):
    """Where in the file, what is expected there, and when it is missing."""

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
