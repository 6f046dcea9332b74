"""Normalize names, phone numbers and email addresses so that spellings can be compared.

Pure functions. The results are for comparison only: they are never shown or stored.
"""

import re
import unicodedata

NUMBER_LENGTH = 10  # a US number with its area code; of a longer one the end counts
SHORTEST_NUMBER = 7
TYPING_ERRORS = 2  # digits: a wrong one, or two that changed places

_RUN = re.compile(r"[+(]*\d[\d\s().+\-\u2010-\u2015]*")  # one number, as people divide it
_JOINED = frozenset("'\u2018\u2019\u02bc`.")  # O’Brien, J.R.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name without case, accents or punctuation.

    "  José O’Brien-Smith" becomes ("jose", "obrien", "smith").
    """
    folded = unicodedata.normalize("NFKD", _without_accents(text).casefold()).translate(_PLAIN)
    kept = (_name_character(each) for each in _without_accents(folded) if each not in _JOINED)
    return tuple("".join(kept).split())


def phone_numbers(text: str) -> frozenset[str]:
    """The last ten digits of each phone number in the text.

    "+1 (217) 555-0100" and "217.555.0100 after 5" give the same. A number of fewer than
    SHORTEST_NUMBER digits counts only when there is no other.
    """
    runs = [digits(run) for run in _RUN.findall(text)]
    whole = [run for run in runs if len(run) >= SHORTEST_NUMBER] or [digits(text)]
    return frozenset(each[-NUMBER_LENGTH:] for each in whole if each)


def digits(text: str) -> str:
    """The decimal digits of the text, those of other scripts too, as 0 to 9."""
    return "".join(str(unicodedata.decimal(each)) for each in text if each.isdecimal())


def email_address(text: str) -> str:
    """The address without case and surrounding whitespace."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def nearly_same(first: str, second: str) -> bool:
    """Whether two numbers of ten digits differ in at most TYPING_ERRORS of them."""
    if not len(first) == len(second) == NUMBER_LENGTH:
        return False
    different = sum(a != b for a, b in zip(first, second, strict=True))
    return different <= TYPING_ERRORS


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.category(each).startswith("M"))


def _name_character(character: str) -> str:
    return character if character.isalnum() else " "
