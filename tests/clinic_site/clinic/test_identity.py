"""The clinic's file: what it becomes, and what each mistake is told as."""

import re
from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clinic_site.clinic.file_reader import ClinicFileError
from clinic_site.clinic.identity import Clinic, load_clinic
from clinic_site.clinic.value_kinds import Offer
from intake.rules.states import CLOSED
from tests import CHECKOUT

SAMPLE = CHECKOUT / "clinic.toml"


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return load_clinic(SAMPLE)


def mistakes_after(tmp_path: Path, *edits: tuple[str, str]) -> tuple[str, ...]:
    """The mistakes of the sample's file after replacing each pattern (at a line's start) once."""
    text = SAMPLE.read_text(encoding="utf-8")
    for pattern, replacement in edits:
        replacement = replacement.replace("\\", r"\\")
        text, count = re.subn(f"^{pattern}", replacement, text, count=1, flags=re.M)
        assert count, pattern
    file = tmp_path / "clinic.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load_clinic(file)
    except ClinicFileError as error:
        return error.mistakes
    return ()


def test_sample_has_the_names_of_its_table_clinic(clinic: Clinic) -> None:
    assert clinic.sample is True
    assert clinic.name == "Lamplight IOP"
    assert clinic.display_name == "Lamplight IOP (sample clinic)"
    assert clinic.time_zone == ZoneInfo("America/Chicago")
    assert clinic.host == "lamplight.example"


def test_real_clinic_is_shown_by_its_name_alone(clinic: Clinic) -> None:
    assert replace(clinic, sample=False).display_name == clinic.name


def test_week_is_counted_from_the_first_track(clinic: Clinic) -> None:
    assert (clinic.hours_core, clinic.hours_most, clinic.rest) == (9, 12, 159)
    assert f"{clinic.hours_core}" == "9"


def test_hours_are_said_in_words(clinic: Clinic) -> None:
    assert clinic.hours.text == "Monday to Friday, 8 am to 8 pm"


def test_hours_know_the_holidays(clinic: Clinic) -> None:
    assert clinic.hours.spans_on(date(2026, 11, 25))
    assert clinic.hours.spans_on(date(2026, 11, 26)) == ()


def test_first_session_follows_the_clock_of_the_first_track(clinic: Clinic) -> None:
    assert [time for time, _ in clinic.first_hours][:3] == ["5:45 pm", "6 pm", "6:30 pm"]


def test_call_asks_six_things_and_never_three_others(clinic: Clinic) -> None:
    assert (len(clinic.first_call.asked), len(clinic.first_call.never_asked)) == (6, 3)
    assert "withdrawal" in clinic.first_call.asked[3]


def test_addresses_and_numbers_print_as_they_are_read(clinic: Clinic) -> None:
    assert str(clinic.address) == "120 Example Street, Suite 2, Springfield, IL 62701"
    assert str(clinic.phone) == "217-555-0168"
    assert clinic.phone.uri == "tel:+12175550168"
    assert clinic.phone.tty_uri == "tel:711"
    assert str(clinic.email) == "care@lamplight.example"


def test_service_is_here_referred_or_absent(clinic: Clinic) -> None:
    services = clinic.services
    assert services.cbt is Offer.HERE
    assert services.cbt.offered
    assert services.cbt.available
    assert services.medication_opioid.referred
    assert not services.medication_opioid.offered
    assert services.medication_opioid.available
    assert not services.yoga.available
    assert not services.yoga


def test_clinic_cannot_be_changed(clinic: Clinic) -> None:
    field = "name"
    with pytest.raises(FrozenInstanceError):
        setattr(clinic, field, "Another")


def test_sample_is_false_when_its_line_is_missing(tmp_path: Path) -> None:
    places = [mistake.split(":")[0] for mistake in mistakes_after(tmp_path, ("sample = .*", ""))]
    assert places == [
        "complaints.state_agencies",
        "license.agency",
        "license.number",
        "phone.number",
        "replies.caller_id_number",
    ]


def test_real_clinic_with_license_and_own_number_is_read(tmp_path: Path) -> None:
    assert not mistakes_after(
        tmp_path,
        ("sample = .*", ""),
        ('number = "217-555-0168"', 'number = "217-782-0001"'),
        ("caller_id_number = .*", 'caller_id_number = "217-782-0001"'),
        ('agency = ""', 'agency = "Illinois Department of Human Services"'),
        ('number = ""', 'number = "A-0000"'),
        ("# expires", "expires"),
        (
            "state_agencies = .*",
            'state_agencies = [{ state = "IL", agency = "State agency", phone = "217-782-0002" }]',
        ),
    )


@pytest.mark.parametrize(
    ("pattern", "replacement", "mistake"),
    [
        (
            "monday = .*",
            'monday = ["8-20"]',
            'hours.monday[0]: expected "HH:MM-HH:MM", got "8-20"',
        ),
        ("monday = .*", "monday = [8]", 'hours.monday[0]: expected "HH:MM-HH:MM", got 8'),
        (
            "monday = .*",
            'monday = ["20:00-08:00"]',
            'hours.monday[0]: expected "HH:MM-HH:MM", got "20:00-08:00"',
        ),
        (
            "monday = .*",
            'monday = ["13:00-20:00", "08:00-12:00"]',
            "hours.monday: expected spans in order, none overlapping",
        ),
        (
            "monday = .*",
            'monday = "08:00-20:00"',
            'hours.monday: expected a list, got "08:00-20:00"',
        ),
        (
            "holidays = .*",
            "holidays = [2026-11-26T08:00:00]",
            "hours.holidays[0]: expected a date such as 2026-11-26, got",
        ),
        (
            "evening = .*",
            'evening = "16:00-20:00"',
            "contact_windows: expected three spans in order",
        ),
        ("time_zone = .*", 'time_zone = "America"', "clinic.time_zone: expected a time zone"),
        ("time_zone = .*", 'time_zone = "Mars/Base"', "clinic.time_zone: expected a time zone"),
        (
            "url = .*",
            'url = "https://lamplight.example/"',
            'clinic.url: expected "https://host" without a slash at the end',
        ),
        ("url = .*", 'url = "http://lamplight.example"', 'clinic.url: expected "https://host"'),
        ("leave_url = .*", 'leave_url = "weather.gov"', "replies.leave_url: expected an address"),
        (
            'number = "217.*',
            'number = "(217) 555-0168"',
            "phone.number: expected a US number such as",
        ),
        ("address = .*", 'address = "care"', "email.address: expected an address such as"),
        ("notice_to = .*", "notice_to = []", "replies.notice_to: expected at least one"),
        (
            "mail_subject = .*",
            r'mail_subject = "Your\nmessage"',
            "replies.mail_subject: expected text on one line",
        ),
        (
            "channels = .*",
            'channels = ["phone", "fax"]',
            'replies.channels[1]: expected "phone" or "text" or "email", got "fax"',
        ),
        ("state = .*", 'state = "Illinois"', "address.state: expected two letters"),
        ("states_served = .*", "states_served = []", "law.states_served: expected at least one"),
        ("telehealth = .*", "telehealth = 1", 'services.telehealth: expected true, "referral" or'),
        ("telehealth = .*", 'telehealth = "no"', 'services.telehealth: expected true, "referral"'),
        ("closed_days = .*", "closed_days = 0", "retention.closed_days: expected a whole number"),
        ("spam_days = .*", "spam_days = 91", "retention.spam_days: expected 1 to retention."),
        ("spam_days = .*", "spam_days = 0", "retention.spam_days: expected 1 to retention."),
        ("spam_days = .*", "spam_days = true", "retention.spam_days: expected a whole number"),
        ("spam_days = .*", "withdrawn_days = 9", "retention.withdrawn_days: unknown key"),
        ("spam_days = .*", "declined_days = 91", "retention.declined_days: expected 1 to"),
        (
            "log_days = .*",
            "log_days = true",
            "retention.log_days: expected a whole number above 0, got true",
        ),
        ("minimum_age = .*", 'minimum_age = "18"', "program.minimum_age: expected an age"),
        ("latitude = .*", "latitude = 139.7", "address.latitude: expected degrees"),
        ("asked = .*", "asked = []\nasking = [", "first_call.asked: expected at least one"),
        (
            "never_asked = .*",
            'never_asked = [""]',
            "first_call.never_asked[0]: expected text on one line, not empty",
        ),
        ("minute = .*", 'minute = "6 pm"', "first_session[0].minute: expected a whole number"),
        ("phones = .*", 'phones = ""', "house_rules.phones: expected text on one line, not empty"),
        (
            "sessions_by_week = .*",
            "sessions_by_week = [3, 8]",
            "answers.sessions_by_week: expected sessions in each week, 0 to 7",
        ),
        ("family_day = .*", 'family_day = "caturday"', "program.family_day: expected a day"),
        (
            '  { day = "wednesday".*',
            '  { day = "monday", span = "20:00-22:00" },',
            "tracks[0].sessions: expected at least one session, none at the same time",
        ),
        (
            '  { day = "wednesday".*',
            '  { day = "wendsday", span = "20:00-22:00" },',
            'tracks[0].sessions[1].day: expected a day such as "monday", got "wendsday"',
        ),
        (
            "section_1557_coordinator = .*",
            'section_1557_coordinator = ""',
            "law.section_1557_coordinator: expected a name and a phone number",
        ),
        ("privacy_contact = .*", 'privacy_contact = ""', "law.privacy_contact: expected a name"),
        (
            "privacy_contact = .*",
            'privacy_contact = "Privacy contact, 217-555-0168"',
            "law.privacy_contact: expected a name or title, a phone number and an e-mail address",
        ),
        ("notice_effective = .*", "", "law.notice_effective: expected the day from which"),
        (
            "states_served = .*",
            'states_served = ["WI"]',
            "law.states_served: expected the state of the address among them",
        ),
        ("protected_traits = .*", "protected_traits = []", "law.protected_traits: expected at"),
        (
            "notice_languages = .*",
            'notice_languages = ["es", "en"]',
            "law.notice_languages[1]: expected the tag of a language in clinic/languages.py",
        ),
        (
            "notice_languages = .*",
            'notice_languages = ["es", "es"]',
            "law.notice_languages: expected each language once",
        ),
        (
            "state_agencies = .*",
            'state_agencies = [{ state = "IL", agency = "State", phone = "1-800" }]',
            "complaints.state_agencies[0].phone: expected a US number",
        ),
        ("stated = .*", "stated = 2026", "access.stated: expected a date"),
        ("gaps = ", "holes = ", "access.gaps: missing; expected"),
        ("is_part2_program = .*", "is_part2_program = 1", "law.is_part2_program: expected true or"),
        (r"\[urgent\]\ncounty_line = .*", "urgent = 3", "review.urgent: unknown key"),
        (
            r"\[email\]\naddress = .*",
            'email.address = "a@b.example"',
            "phone.email: unknown key",
        ),
        ("zip = .*", "", 'address.zip: missing; expected a ZIP code such as "62701"'),
        ("payers = .*", "", "payment.payers: missing; expected a list"),
        ("payers = .*", "payers = [3]", "payment.payers[0]: expected a table, got 3"),
        ("training = .*", "", "robots.training: missing; expected true or false"),
        ("sample = .*", "smaple = true", 'smaple: unknown key; did you mean "sample"?'),
    ],
)
def test_mistake_is_told_with_its_place(
    tmp_path: Path, pattern: str, replacement: str, mistake: str
) -> None:
    found = mistakes_after(tmp_path, (pattern, replacement))
    assert any(told.startswith(mistake) for told in found), found


REAL_EXCEPT_LANGUAGES = (
    ("sample = .*", ""),
    ("notice_languages = .*", 'notice_languages = ["es", "vi"]'),
)


def test_real_clinic_with_federal_funds_posts_fifteen_languages(tmp_path: Path) -> None:
    found = mistakes_after(tmp_path, *REAL_EXCEPT_LANGUAGES)
    assert any(told.startswith("law.notice_languages: expected 15 languages") for told in found)


def test_real_clinic_without_federal_funds_posts_what_it_likes(tmp_path: Path) -> None:
    edits = (*REAL_EXCEPT_LANGUAGES, ("receives_hhs_funds = .*", "receives_hhs_funds = false"))
    found = mistakes_after(tmp_path, *edits)
    assert not any(told.startswith("law.") for told in found), found


@pytest.mark.parametrize("source", ["medicaid = ", "medicare_setting = "])
def test_federal_money_cannot_be_denied(tmp_path: Path, source: str) -> None:
    found = mistakes_after(
        tmp_path,
        (f"{source}.*", f"{source}true"),
        ("receives_hhs_funds = .*", "receives_hhs_funds = false"),
    )
    assert found == (
        "law.receives_hhs_funds: expected true: money from Medicaid or Medicare is federal "
        "(45 CFR Part 92)",
    )


@pytest.mark.parametrize("law", ["is_hipaa_covered", "is_part2_program"])
def test_either_privacy_law_needs_a_contact_and_a_date(tmp_path: Path, law: str) -> None:
    other = {"is_hipaa_covered": "is_part2_program"}.get(law, "is_hipaa_covered")
    found = mistakes_after(
        tmp_path,
        (f"{other} = .*", f"{other} = false"),
        ("privacy_contact = .*", 'privacy_contact = ""'),
        ("notice_effective = .*", ""),
    )
    places = [mistake.split(":")[0] for mistake in found]
    assert places == ["law.privacy_contact", "law.notice_effective"]


def test_clinic_under_neither_privacy_law_needs_no_notice(tmp_path: Path) -> None:
    assert not mistakes_after(
        tmp_path,
        ("is_hipaa_covered = .*", "is_hipaa_covered = false"),
        ("is_part2_program = .*", "is_part2_program = false"),
        ("privacy_contact = .*", 'privacy_contact = ""'),
        ("notice_effective = .*", ""),
    )


def test_small_clinic_needs_no_coordinator(tmp_path: Path) -> None:
    assert not mistakes_after(
        tmp_path,
        ("employees_15_plus = .*", "employees_15_plus = false"),
        ("section_1557_coordinator = .*", 'section_1557_coordinator = ""'),
    )


def test_privacy_laws_are_named(clinic: Clinic) -> None:
    law = clinic.law
    assert law.privacy_laws == "HIPAA and 42 CFR Part 2"
    assert replace(law, is_hipaa_covered=False).privacy_laws == "42 CFR Part 2"
    assert replace(law, is_part2_program=False).privacy_laws == "HIPAA"
    assert replace(law, is_hipaa_covered=False, is_part2_program=False).privacy_laws == ""


def test_languages_know_their_own_name_and_direction(clinic: Clinic) -> None:
    languages = {language.tag: language for language in clinic.law.notice_languages}
    assert languages["es"].own_name == "Español"
    assert (languages["ar"].direction, languages["es"].direction) == ("rtl", "ltr")


def test_initials_are_of_the_role_until_there_is_a_name(clinic: Clinic) -> None:
    intake = clinic.team[-1]
    assert (intake.role, intake.initials) == ("Intake coordinators (two)", "IC")
    assert replace(intake, name="Maria del Mar").initials == "MD"


def test_each_way_to_close_has_its_days_and_none_more_than_the_pages_promise(
    tmp_path: Path, clinic: Clinic
) -> None:
    ways = [str(state) for state in CLOSED]
    own = [way for way in ways if way != "withdrawn"]
    longest = "\n".join(f"{way}_days = 90" for way in own)
    too_long = "\n".join(f"{way}_days = 91" for way in own)

    assert mistakes_after(tmp_path, ("spam_days = .*", longest)) == ()
    assert len(mistakes_after(tmp_path, ("spam_days = .*", too_long))) == len(own)
    days = {way: clinic.retention.days_after(way) for way in ways}
    assert days == dict.fromkeys(ways, 90) | {"spam": 30, "withdrawn": 0}


def test_misspelled_key_is_told_with_the_key_that_is_missing(tmp_path: Path) -> None:
    assert mistakes_after(tmp_path, ("monday", "munday")) == (
        "hours.monday: missing; expected a list",
        'hours.munday: unknown key; did you mean "monday"?',
    )


def test_week_without_opening_is_a_mistake(tmp_path: Path) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    edits = [(f"{day} = .*", f"{day} = []") for day in days]
    assert mistakes_after(tmp_path, *edits) == ("hours: expected at least one span in the week",)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes_after(
        tmp_path,
        ("name = .*", 'name = ""'),
        ("zip = .*", "zip = 62701"),
        ("monday = .*", 'monday = ["8-20"]'),
        ("privacy_contact = .*", 'privacy_contact = ""'),
    )
    assert [mistake.split(":")[0] for mistake in found] == [
        "clinic.name",
        "address.zip",
        "hours.monday[0]",
        "law.privacy_contact",
    ]


def test_each_line_of_the_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text("sample = 3\n", encoding="utf-8")
    with pytest.raises(ClinicFileError) as caught:
        load_clinic(tmp_path / "clinic.toml")
    lines = str(caught.value).splitlines()
    assert "clinic.toml: sample: expected true or false, got 3" in lines
    assert "clinic.toml: hours: missing; expected a table" in lines
    assert all(line.startswith("clinic.toml: ") for line in lines)


def test_file_that_is_absent_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match=r"clinic\.toml: cannot be read: No such file"):
        load_clinic(tmp_path / "clinic.toml")


@pytest.mark.parametrize("content", [b"sample = ", b'sample = "\xff"'])
def test_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clinic.toml").write_bytes(content)
    with pytest.raises(ClinicFileError, match=r"clinic\.toml: not valid TOML"):
        load_clinic(tmp_path / "clinic.toml")
