"""Official texts that laws prescribe word for word: which this clinic needs, and which are missing.

The site does not write them. The clinic saves each official text as
templates/prescribed/<file>.html; until then pages show a placeholder, and
`manage.py check --deploy` fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.template import Engine, Template, TemplateDoesNotExist

from clinic_site.clinic.identity import Clinic

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class PrescribedText:
    """An official text: the law that prescribes it, who needs it, and where to find it."""

    name: str
    title: Callable[[Clinic], str]
    agency: str
    url: str
    rule: str
    needed: Callable[[Clinic], bool]
    in_languages: bool = False

    def file(self, language: str = ENGLISH) -> str:
        """The name of the template: "prescribed/notice-of-availability.es.html"."""
        suffix = f".{language}" if self.in_languages else ""
        return f"prescribed/{self.name}{suffix}.html"


@dataclass(frozen=True, slots=True)
class MissingText:
    """A text that the clinic needs and has not added yet."""

    text: PrescribedText
    language: str


def _privacy_title(clinic: Clinic) -> str:
    law = clinic.law
    hipaa, part_2 = "model Notice of Privacy Practices", "model Part 2 Patient Notice"
    if law.is_hipaa_covered and law.is_part2_program:
        return f"{hipaa} and {part_2}"
    return part_2 if law.is_part2_program else hipaa


TEXTS = (
    PrescribedText(
        name="notice-of-privacy-practices",
        title=_privacy_title,
        agency="U.S. Department of Health and Human Services, Office for Civil Rights",
        url="https://www.hhs.gov/press-room/"
        "hhs-announce-civil-enforcement-program-sud-patient-records.html",
        rule="45 CFR 164.520 and 42 CFR 2.22",
        needed=lambda clinic: clinic.law.is_hipaa_covered or clinic.law.is_part2_program,
    ),
    PrescribedText(
        name="good-faith-estimate",
        title=lambda clinic: "model notice of the right to a good faith estimate",
        agency="Centers for Medicare & Medicaid Services",
        url="https://www.cms.gov/nosurprises",
        rule="45 CFR 149.610",
        needed=lambda clinic: True,
    ),
    PrescribedText(
        name="notice-of-nondiscrimination",
        title=lambda clinic: "model Notice of Nondiscrimination",
        agency="U.S. Department of Health and Human Services, Office for Civil Rights",
        url="https://www.hhs.gov/civil-rights/for-individuals/section-1557/index.html",
        rule="45 CFR 92.10",
        needed=lambda clinic: clinic.law.receives_hhs_funds,
    ),
    PrescribedText(
        name="notice-of-availability",
        title=lambda clinic: "model Notice of Availability, in English and in each language",
        agency="U.S. Department of Health and Human Services, Office for Civil Rights",
        url="https://www.hhs.gov/civil-rights/for-individuals/section-1557/index.html",
        rule="45 CFR 92.11",
        needed=lambda clinic: clinic.law.receives_hhs_funds,
        in_languages=True,
    ),
)


def by_name(name: str) -> PrescribedText:
    """The text with that name. The message of the KeyError lists all names."""
    for text in TEXTS:
        if text.name == name:
            return text
    known = ", ".join(text.name for text in TEXTS)
    raise KeyError(f'no prescribed text "{name}"; there are: {known}')


def official(text: PrescribedText, language: str = ENGLISH) -> Template | None:
    """The template with the official text; None when it is missing or empty."""
    try:
        template = Engine.get_default().get_template(text.file(language))
    except TemplateDoesNotExist:
        return None
    return template if template.source.strip() else None


def missing(clinic: Clinic) -> Iterator[MissingText]:
    """The texts that the clinic needs by its legal duties and has not added."""
    for text in TEXTS:
        if text.needed(clinic):
            for language in _languages(text, clinic):
                if official(text, language) is None:
                    yield MissingText(text, language)


def _languages(text: PrescribedText, clinic: Clinic) -> Iterator[str]:
    yield ENGLISH
    if text.in_languages:
        yield from (language.tag for language in clinic.law.notice_languages)
