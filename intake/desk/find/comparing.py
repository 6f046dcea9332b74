"""Names, phone numbers and addresses as they are compared: the same for every way to type them.

Pure. What comes out is for comparing only; nobody is shown it and nothing keeps it.
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
    """ "  José O’Brien-Smith" -> ("jose", "obrien", "smith"): no case, accents or punctuation."""
    folded = unicodedata.normalize("NFKD", _without_accents(text).casefold()).translate(_PLAIN)
    kept = (_name_character(each) for each in _without_accents(folded) if each not in _JOINED)
    return tuple("".join(kept).split())


def phone_numbers(text: str) -> frozenset[str]:
    """The digits of each number in the text, at most the last ten: "+1 (217) 555-0100" and
    "217.555.0100 after 5" are the same. A short one counts when there is no other.
    """
    runs = [digits(run) for run in _RUN.findall(text)]
    whole = [run for run in runs if len(run) >= SHORTEST_NUMBER] or [digits(text)]
    return frozenset(each[-NUMBER_LENGTH:] for each in whole if each)


def digits(text: str) -> str:
    """The digits, those of other scripts too, as 0 to 9."""
    return "".join(str(unicodedata.decimal(each)) for each in text if each.isdecimal())


def email_address(text: str) -> str:
    """Without case and the blanks around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def nearly_same(first: str, second: str) -> bool:
    """Two whole phone numbers that differ in no more digits than a typing error makes."""
    if not len(first) == len(second) == NUMBER_LENGTH:
        return False
    different = sum(a != b for a, b in zip(first, second, strict=True))
    return different <= TYPING_ERRORS


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.category(each).startswith("M"))


def _name_character(character: str) -> str:
    return character if character.isalnum() else " "
