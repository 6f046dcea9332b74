"""The lists, scripts and the letter that readers take along (docs: pages 4.3 to 4.6)."""

import re
from dataclasses import replace

from django.utils.html import strip_tags

from pages.editorial.word_list import avoided_in

SUBSTANCE = re.compile(
    r"\b(addict|alcohol|drink|drug|opioid|substance|recover|rehab|mental|illness|use|clinic)", re.I
)


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


def test_twelve_questions_each_have_four_parts(html):
    items = between(html["questions-to-ask"], '<ol class="steps">', "</ol>").split("</li>")[:-1]

    assert len(items) == 12
    for item in items:
        labels = re.findall(r"<b>(.+?):</b>\s*\S", item)
        assert labels == ["Why ask", "Listen for", "Watch out for", "Our answer"], item


def test_letter_names_no_illness_and_no_clinic(html, clinic):
    letter = strip_tags(between(html["talking-to-your-employer"], '<div class="letter">', "</div>"))

    assert "under the care of a health care provider" in letter
    assert not SUBSTANCE.search(letter)
    assert not list(avoided_in(letter, page="talking-to-your-employer", place=""))
    assert clinic.name not in letter


def test_page_to_take_along_asks_for_nothing(html):
    for name in ("talking-to-your-employer", "cost", "questions-to-ask"):
        assert not re.search(r"<(form|input|textarea|select)\b", html[name]), name


def test_call_script_says_only_what_the_clinic_has(client, html, clinic, settings):
    assert 'id="call-script"' in html["cost"]
    assert "these codes" not in html["cost"]

    payment = replace(clinic.payment, billing_codes=("H0015",), npi="1234567893")
    settings.CLINIC = replace(clinic, payment=payment)
    page = client.get("/cost/").content.decode()
    assert "Do you cover these codes: H0015?" in page
    assert "Our NPI is 1234567893." in page


def test_first_call_is_told_as_the_clinic_does_it(html, clinic):
    text = html["how-it-works"].replace("&#x27;", "'")

    call = clinic.first_call
    for words in (call.opening, *call.asked, *call.never_asked, call.cut_off):
        assert words in text
    assert f"about {clinic.program.first_call_minutes} minutes" in text
    assert clinic.hours.text in text
    for time, moment in clinic.first_hours:
        assert f"<dt>{time}: {moment.title}</dt>" in text


def test_night_numbers_say_whom_to_call_in_the_morning(html, clinic):
    for name in ("home", "urgent-help"):
        section = between(html[name], 'id="awake"', "</section>")
        assert f'href="{clinic.phone.uri}"' in section, name
        assert clinic.phone.number in section, name
        assert clinic.hours.text in section, name
