"""Checks of contact details and lengths: what is wrong, in the words of the page, or None.

They are lenient on purpose: a person whose number or address is refused is a person lost. The
desk looks closer.
"""

import re

from intake.seal.answers import LIMITS

PHONE = "Enter a phone number with its area code"
EMAIL = "Enter an email address, like name@example.com"

_DIGITS = 10  # of a US number with its area code
_EMAIL = re.compile(r"\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*")


def phone_problem(text: str) -> str | None:
    """What is wrong with a phone number. Only its digits count, whatever is typed around them."""
    digits = sum(character.isdecimal() for character in text)
    return PHONE if digits < _DIGITS else length_problem(text, "phone", "phone number")


def email_problem(text: str) -> str | None:
    """What is wrong with an email address: it needs something, an @, and a domain with a dot."""
    return length_problem(text, "email", "email") if _EMAIL.fullmatch(text) else EMAIL


def length_problem(text: str, name: str, called: str) -> str | None:
    """By how many characters (code points) a text exceeds the limit of its field, in words.

    `name` is the field in LIMITS, `called` its name on the page.
    """
    over = len(text) - LIMITS[name]
    if over <= 0:
        return None
    characters = "character" if over == 1 else "characters"
    return f"Your {called} is {over:,} {characters} too long; the limit is {LIMITS[name]:,}"
