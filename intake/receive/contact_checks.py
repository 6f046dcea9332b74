"""What is wrong with a contact detail or a text, in the words of the page; None when nothing is.

Lenient on purpose: a number or an address that is refused is a person lost. The desk looks
closer.
"""

import re

from intake.seal.answers import LIMITS

PHONE = "Enter a phone number with its area code"
EMAIL = "Enter an email address, like name@example.com"

_DIGITS = 10  # of a US number with its area code
_EMAIL = re.compile(r"\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*")


def phone_problem(text: str) -> str | None:
    """Only digits count: spaces, brackets, dashes and words around them are welcome."""
    digits = sum(character.isdecimal() for character in text)
    return PHONE if digits < _DIGITS else length_problem(text, "phone", "phone number")


def email_problem(text: str) -> str | None:
    """The shape of an address: something, @, a domain with a dot."""
    return length_problem(text, "email", "email") if _EMAIL.fullmatch(text) else EMAIL


def length_problem(text: str, name: str, called: str) -> str | None:
    """By how many characters (code points) a text is longer than the limit of its field."""
    over = len(text) - LIMITS[name]
    if over <= 0:
        return None
    characters = "character" if over == 1 else "characters"
    return f"Your {called} is {over:,} {characters} too long; the limit is {LIMITS[name]:,}"
