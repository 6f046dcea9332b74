"""What must stand in `clinic.toml` because something else stands there.

They read the raw values, so that they still speak when another part of the file cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

At = Callable[[str], object]
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


def is_real(at: At) -> bool:
    """Not the sample; a missing line counts as real."""
    return at("sample") is not True


def is_fictional(number: object) -> bool:
    """A number of the range that is kept for stories and samples."""
    return isinstance(number, str) and FICTIONAL.fullmatch(number) is not None


def has_privacy_notice(at: At) -> bool:
    """One of the two laws that demand a notice applies."""
    return at("law.is_hipaa_covered") is True or at("law.is_part2_program") is True


def lacks_contact(contact: object) -> bool:
    """No phone number or no e-mail address in it; left to the reader when it is no text."""
    return isinstance(contact, str) and not (
        re.search(r"\d{3}-\d{3}-\d{4}", contact) and "@" in contact
    )


def lacks_coordinator(at: At) -> bool:
    """45 CFR 92.7: federal funds and 15 employees."""
    return (
        at("law.receives_hhs_funds") is True
        and at("law.employees_15_plus") is True
        and at("law.section_1557_coordinator") == ""
    )


def lacks_languages(at: At) -> bool:
    """45 CFR 92.11; the sample may show fewer."""
    languages = at("law.notice_languages")
    return (
        is_real(at)
        and at("law.receives_hhs_funds") is True
        and isinstance(languages, list)
        and len(languages) < LANGUAGES_NEEDED
    )


def hides_federal_funds(at: At) -> bool:
    """45 CFR 92.4: Medicaid and Medicare money is federal money."""
    federal = at("payment.medicaid") is True or at("payment.medicare_setting") is True
    return federal and at("law.receives_hhs_funds") is False


def leaves_out_own_state(at: At) -> bool:
    """The state of the address is one of those that the clinic serves."""
    served = at("law.states_served")
    return isinstance(served, list) and bool(served) and at("address.state") not in served


def lacks_state_agency(at: At) -> bool:
    """A person in each state can complain to somebody outside the clinic."""
    agencies = at("complaints.state_agencies")
    listed = agencies if isinstance(agencies, list) else []
    named = {one.get("state") for one in listed if isinstance(one, dict)}
    served = at("law.states_served")
    return is_real(at) and isinstance(served, list) and not set(served) <= named


def keeps_too_long(path: str) -> Callable[[At], bool]:
    """The pages promise "at most closed_days" of every request, so its own time is no longer."""

    def holds(at: At) -> bool:
        own, most = at(path), at("retention.closed_days")
        return type(own) is int and not 0 < own <= (most if type(most) is int else own)

    return holds


class Rule(NamedTuple):
    """Where in the file, what is expected there, and when it is missing."""

    place: str
    expected: str
    is_broken: Callable[[At], bool]


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
        lambda at: has_privacy_notice(at) and lacks_contact(at("law.privacy_contact")),
    ),
    Rule(
        "law.notice_effective",
        "the day from which the privacy notice holds: HIPAA and Part 2 need it",
        lambda at: has_privacy_notice(at) and at("law.notice_effective") is None,
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
        lambda at: is_real(at) and at("license.agency") == "",
    ),
    Rule(
        "license.number",
        "the license number: the clinic is not the sample",
        lambda at: is_real(at) and at("license.number") == "",
    ),
    Rule(
        "phone.number",
        "the clinic's own number: 555-01xx is fictional, and the clinic is not the sample",
        lambda at: is_real(at) and is_fictional(at("phone.number")),
    ),
    Rule(
        "replies.caller_id_number",
        "the number that shows: 555-01xx is fictional, and the clinic is not the sample",
        lambda at: is_real(at) and is_fictional(at("replies.caller_id_number")),
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
